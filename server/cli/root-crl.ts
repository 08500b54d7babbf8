import path from "node:path";
import { type KeyFolder, keyFolder } from "../adapters/key-folder.ts";
import { FILE_PLACE, type KeyStore } from "../adapters/key-store.ts";
import { readPassphrase } from "../adapters/passphrase-file.ts";
import type { Signer } from "../adapters/signer.ts";
import { type Crl, issuerOf, publishRootCrl } from "../authority/index.ts";
import { type Config, readConfig } from "../config.ts";
import { type Database, databaseFile, openMigratedDatabase } from "../db/index.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import type { Language } from "../kernel/languages.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { configuredToken } from "../start/configured-token.ts";
import { askHidden, terminal } from "./ask-hidden.ts";
import { runCommand } from "./command.ts";

/**
 * `npm run root-crl` signs and stores a new CRL of the customers' root, whose passphrase is stored nowhere and whose
 * key no server opens; or whose key lies in a token of its own. It may run beside the server: it is one more writer on the same database.
 */

interface RenewDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly keys: KeyFolder;
  /** Logs in to the token of the root's key; null where none is configured. */
  readonly openToken?: () => Promise<KeyStore | null>;
}

/**
 * Opens the root's key with what `passphrase` gives, once it is known which key that is, or in its token, and
 * publishes. Problems: root-key-unopened, key-file-unsafe, database-busy, and those of a token.
 */
export async function renewRootCrl(deps: RenewDeps, passphrase: () => Promise<string>): Promise<Crl> {
  const { keyName, keyStore } = await issuerOf(deps.db.read, "CUSTOMER_ROOT");
  if (keyStore === FILE_PLACE) return await publishRootCrl(deps, await fileSigner(deps, keyName, passphrase));
  const token = await deps.openToken?.();
  if (token?.place !== keyStore) {
    throw new Problem("pkcs11-not-configured", { role: "CUSTOMER_ROOT", place: keyStore });
  }
  return await publishRootCrl(deps, await token.open(keyName));
}

async function fileSigner(
  { keys }: RenewDeps,
  keyName: string,
  passphrase: () => Promise<string>,
): Promise<Signer> {
  const unopened = (why: "missing" | "passphrase") =>
    new Problem("root-key-unopened", { file: path.join(keys.folder, `${keyName}.key.pem`), why });
  // Before anybody is troubled for a passphrase.
  if (!(await keys.names()).includes(keyName)) throw unopened("missing");
  const text = await passphrase();
  return await keys.open(keyName, text).catch((error: unknown) => {
    throw isProblem(error, "passphrase-wrong") ? unopened("passphrase") : error;
  });
}

const QUESTION: Record<Language, string> = {
  ja: "ルート認証局の鍵のパスフレーズ（表示されません）: ",
  en: "Passphrase of the root's key (not shown): ",
};

async function passphraseOf({ rootPassphraseFile }: Config, language: Language): Promise<string> {
  const variable = "INKAN_ROOT_PASSPHRASE_FILE";
  if (rootPassphraseFile !== null) {
    const text = await readPassphrase(rootPassphraseFile);
    if (text === null) throw new Problem("configuration-invalid", { variable, why: "no such file" });
    return text;
  }
  const places = terminal();
  if (!places) throw new Problem("configuration-invalid", { variable, why: "no terminal to ask on" });
  // Cancelled: an empty passphrase opens nothing, and the sentence says so.
  return (await askHidden(QUESTION[language], places)) ?? "";
}

const PIN_QUESTION: Record<Language, string> = {
  ja: "ルート認証局のトークンのPIN（表示されません）: ",
  en: "PIN of the root's token (not shown): ",
};

async function rootToken({ rootToken: settings }: Config, language: Language): Promise<KeyStore | null> {
  if (!settings) return null;
  return await configuredToken(settings, "INKAN_ROOT_PKCS11_PIN_FILE", async () => {
    const places = terminal();
    return places ? ((await askHidden(PIN_QUESTION[language], places)) ?? "") : "";
  });
}

if (import.meta.main) {
  await runCommand(async (_words, language) => {
    const config = readConfig(process.env);
    const db = await openMigratedDatabase({ url: config.databaseUrl, file: databaseFile(config.dataDir) });
    try {
      const keys = keyFolder(path.join(config.certsDir, "keys"));
      const openToken = () => rootToken(config, language);
      const deps = { db, clock: systemClock, keys, openToken };
      const crl = await renewRootCrl(deps, () => passphraseOf(config, language));
      const until = crl.nextUpdate.toString();
      return language === "ja"
        ? `ルート認証局の新しいCRL（番号 ${crl.number}）を公開しました。${until} まで有効です。パスフレーズは元の保管場所に戻してください。`
        : `The root's new CRL (number ${crl.number}) is published and lasts until ${until}. Put the passphrase back where it is kept.`;
    } finally {
      await db.close();
    }
  });
}
