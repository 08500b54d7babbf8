import { readSecret } from "../adapters/passphrase-file.ts";
import type { RefusedPins } from "../adapters/refused-pins.ts";
import { openToken, type Token } from "../adapters/signer-pkcs11.ts";
import type { TokenSettings } from "../config.ts";
import { isProblem, Problem } from "../kernel/problem.ts";

/**
 * Logs in to a token of the settings. Where they name no PIN file, `askPin` says it. Problems: key-file-unsafe,
 * configuration-invalid (no such PIN file), pkcs11-pin-refused-before, and those of `openToken`.
 *
 * `refusedPins`: where to remember a PIN that the token refused. A server that is started again and again by whatever
 * looks after it would otherwise lock the token within seconds.
 */
export async function configuredToken(
  settings: TokenSettings,
  variable: "INKAN_PKCS11_PIN_FILE" | "INKAN_ROOT_PKCS11_PIN_FILE",
  askPin?: () => Promise<string>,
  refusedPins?: RefusedPins,
): Promise<Token> {
  const pin = settings.pinFile === null ? await askPin?.() : await readSecret(settings.pinFile);
  if (!pin) throw new Problem("configuration-invalid", { variable, why: "no such file" });
  await refusedPins?.refuse(settings.token, pin);
  try {
    return await openToken({ ...settings, pin });
  } catch (error) {
    if (isProblem(error, "pkcs11-pin-wrong")) await refusedPins?.remember(settings.token, pin);
    throw error;
  }
}
