import type { KeyFolder } from "../adapters/key-folder.ts";
import { isUniqueViolation, type Reader } from "../db/index.ts";
import { randomCode } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { Signers } from "./authority.ts";
import {
  beginCeremony,
  type CeremonyDeps,
  endCeremony,
  keyNameOf,
  openCeremonies,
  roleAndCeremonyOf,
} from "./ceremony.ts";
import { ISSUER_ROLES, ONLINE_ROLES, type OnlineRole } from "./issuer.ts";
import { issuerOf } from "./issuers.ts";
import { KEY_KINDS, type KeyKinds, makeHierarchies } from "./make-hierarchies.ts";
import { authorityTables } from "./tables.ts";

export interface EstablishDeps extends CeremonyDeps {
  readonly keys: KeyFolder;
  /** Of the issuing keys and the staff root. */
  readonly passphrase: string;
  readonly issuerName: string;
  readonly repositoryUrl: string;
  /** Of the customers' root, its issuing CAs, and the staff root, which is RSA. */
  readonly keyKinds?: Partial<KeyKinds>;
  /**
   * Shows the passphrase of the customers' root, once: it is stored nowhere. Awaited before anything is committed, so
   * that no root can exist whose passphrase nobody saw; after an interrupted start the next one shows another.
   */
  readonly revealRootPassphrase: (passphrase: string) => Promise<void>;
}

/**
 * Makes both hierarchies at first start, and nothing at any later one. Gives whether it made them now.
 *
 * Everything is made in memory, then the key files are written, then one transaction makes it true. Whatever a start
 * that died half-way has left belongs to no issuer; it is removed once there are issuers, and never before.
 * Problem: keys-of-another-database, where key files lie here that this database has never heard of.
 */
export async function establishHierarchies(deps: EstablishDeps): Promise<boolean> {
  const made = !(await areEstablished(deps.db.read)) && (await establish(deps));
  await removeLeftovers(deps);
  return made;
}

async function areEstablished(on: Reader): Promise<boolean> {
  const { issuers: i } = authorityTables(on.columns);
  const rows = await on.select({ role: i.role }).from(i);
  if (rows.length !== 0 && rows.length !== ISSUER_ROLES.length) throw new Error("some issuers are missing");
  return rows.length > 0;
}

async function establish(deps: EstablishDeps): Promise<boolean> {
  const { db, clock, keys, passphrase, step } = deps;
  await refuseForeignKeys(deps);
  const ceremony = await beginCeremony(deps);
  await step("ceremony.begun");
  const rootPassphrase = (randomCode(160).match(/.{4}/g) ?? []).join("-");
  const made = await makeHierarchies({
    at: clock.now(),
    issuerName: deps.issuerName,
    repositoryUrl: deps.repositoryUrl,
    kinds: { ...KEY_KINDS, ...deps.keyKinds },
    keyName: (role) => keyNameOf(role, ceremony),
  });
  for (const { row, privateKey } of made.issuers) {
    await keys.create(row.keyName, privateKey, row.role === "CUSTOMER_ROOT" ? rootPassphrase : passphrase);
  }
  await step("ceremony.keys-written");
  await deps.revealRootPassphrase(rootPassphrase);
  try {
    await db.transact((tx) => endCeremony(tx, ceremony, made, step));
  } catch (error) {
    const { issuers } = authorityTables(db.read.columns);
    // Another process that started at the same time was first: its hierarchies count.
    if (isUniqueViolation(error, issuers.role)) return false;
    throw error;
  }
  await step("ceremony.committed");
  return true;
}

/** Making new CAs beside the keys of others would hide that the database is the wrong one, or lost. */
async function refuseForeignKeys({ db, keys }: EstablishDeps): Promise<void> {
  const ours = new Set(await openCeremonies(db.read));
  const foreign = (await keys.names()).some((name) => {
    const found = roleAndCeremonyOf(name);
    return found !== null && !ours.has(found.ceremony);
  });
  if (foreign) throw new Problem("keys-of-another-database", { folder: keys.folder });
}

async function removeLeftovers({ db, keys }: EstablishDeps): Promise<void> {
  const open = new Set(await openCeremonies(db.read));
  if (open.size === 0) return;
  for (const name of await keys.names()) {
    const found = roleAndCeremonyOf(name);
    if (found !== null && open.has(found.ceremony)) await keys.remove(name);
  }
}

/**
 * Opens the keys of the issuers that sign while the server runs. Problems: key-file-unsafe, passphrase-wrong. A key
 * that does not belong to its issuer's certificate is a defect of the folder and throws.
 */
export async function loadSigners(on: Reader, keys: KeyFolder, passphrase: string): Promise<Signers> {
  const opened = await Promise.all(
    ONLINE_ROLES.map(async (role) => {
      const issuer = await issuerOf(on, role);
      const signer = await keys.open(issuer.keyName, passphrase);
      if (Buffer.compare(signer.publicKeySpki, issuer.spki) !== 0) {
        throw new Error(`the key ${issuer.keyName} is not that of the certificate of ${role}`);
      }
      return [role, signer] as const;
    }),
  );
  return Object.fromEntries(opened) as Record<OnlineRole, (typeof opened)[number][1]>;
}
