import type { KeyFolder } from "../adapters/key-folder.ts";
import type { Passphrase } from "../adapters/passphrase-file.ts";
import { type AuthorityDeps, fileKeys, type OcspResponder, ocspResponder } from "../authority/index.ts";
import type { Config } from "../config.ts";
import type { Schedule } from "../jobs/index.ts";

/** The scheduled work that makes the responder forget what is not true any more; kicked after every publishing. */
export const STATUS_CHANGES = "status changes";
/** With the 40 seconds that caches keep an answer, a revocation is seen within 60. */
const LOOK_EVERY_SECONDS = 10;
const RENEW_EVERY_SECONDS = 3600;

/** Opens the OCSP responder, and keeps its answers true and its certificates alive while the server runs. */
export async function startResponder(
  config: Config,
  authority: AuthorityDeps,
  schedule: Schedule,
  keys: KeyFolder,
  passphrase: Passphrase,
): Promise<OcspResponder> {
  const responder = await ocspResponder({
    ...config.ocsp,
    authority,
    // Beside the issuing keys, in files also where those lie in a token: its key signs every answer of a cache that
    // went cold.
    keys: fileKeys(keys, passphrase.text),
    issuerName: config.issuerName,
  });
  schedule.everyFewSeconds(STATUS_CHANGES, LOOK_EVERY_SECONDS, () => responder.lookForChanges());
  schedule.everyFewSeconds("OCSP responders", RENEW_EVERY_SECONDS, () => responder.renew());
  return responder;
}
