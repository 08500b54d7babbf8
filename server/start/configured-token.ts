import { readSecret } from "../adapters/passphrase-file.ts";
import { openToken, type Token } from "../adapters/signer-pkcs11.ts";
import type { TokenSettings } from "../config.ts";
import { Problem } from "../kernel/problem.ts";

/**
 * Logs in to a token of the settings. Where they name no PIN file, `askPin` says it. Problems: key-file-unsafe,
 * configuration-invalid (no such PIN file), and those of `openToken`.
 */
export async function configuredToken(
  settings: TokenSettings,
  variable: "INKAN_PKCS11_PIN_FILE" | "INKAN_ROOT_PKCS11_PIN_FILE",
  askPin?: () => Promise<string>,
): Promise<Token> {
  const pin = settings.pinFile === null ? await askPin?.() : await readSecret(settings.pinFile);
  if (!pin) throw new Problem("configuration-invalid", { variable, why: "no such file" });
  return await openToken({ ...settings, pin });
}
