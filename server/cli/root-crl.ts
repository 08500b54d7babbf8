import path from "node:path";
import { type KeyFolder, keyFolder } from "../adapters/key-folder.ts";
import { readPassphrase } from "../adapters/passphrase-file.ts";
import { type Crl, issuerOf, publishRootCrl } from "../authority/index.ts";
import { type Config, readConfig } from "../config.ts";
import { type Database, databaseFile, openMigratedDatabase } from "../db/index.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import type { Language } from "../kernel/languages.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { askHidden, terminal } from "./ask-hidden.ts";
import { runCommand } from "./command.ts";

/**
 * `npm run root-crl` signs and stores a new CRL of the customers' root, whose passphrase is stored nowhere and whose
 * key no server opens. It may run beside the server: it is one more writer on the same database.
 */

interface RenewDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly keys: KeyFolder;
}

/**
 * Opens the root's key with what `passphrase` gives, once it is known which key that is, and publishes.
 * Problems: root-key-unopened, key-file-unsafe, database-busy.
 */
export async function renewRootCrl(
  { db, clock, keys }: RenewDeps,
  passphrase: () => Promise<string>,
): Promise<Crl> {
  const { keyName } = await issuerOf(db.read, "CUSTOMER_ROOT");
  const unopened = (why: "missing" | "passphrase") =>
    new Problem("root-key-unopened", { file: path.join(keys.folder, `${keyName}.key.pem`), why });
  // Before anybody is troubled for a passphrase.
  if (!(await keys.names()).includes(keyName)) throw unopened("missing");
  const text = await passphrase();
  const signer = await keys.open(keyName, text).catch((error: unknown) => {
    throw isProblem(error, "passphrase-wrong") ? unopened("passphrase") : error;
  });
  return await publishRootCrl({ db, clock }, signer);
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

if (import.meta.main) {
  await runCommand(async (_words, language) => {
    const config = readConfig(process.env);
    const db = await openMigratedDatabase({ url: config.databaseUrl, file: databaseFile(config.dataDir) });
    try {
      const keys = keyFolder(path.join(config.certsDir, "keys"));
      const crl = await renewRootCrl({ db, clock: systemClock, keys }, () => passphraseOf(config, language));
      const until = crl.nextUpdate.toString();
      return language === "ja"
        ? `ルート認証局の新しいCRL（番号 ${crl.number}）を公開しました。${until} まで有効です。パスフレーズは元の保管場所に戻してください。`
        : `The root's new CRL (number ${crl.number}) is published and lasts until ${until}. Put the passphrase back where it is kept.`;
    } finally {
      await db.close();
    }
  });
}
