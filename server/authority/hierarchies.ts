import type { KeyFolder } from "../adapters/key-folder.ts";
import type { KeyStore } from "../adapters/key-store.ts";
import { isUniqueViolation, type Reader } from "../db/index.ts";
import { type SystemActor, system } from "../kernel/actor.ts";
import { type Id, randomCode } from "../kernel/ids.ts";
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
import { firstStartPlan, type HierarchyPlan, type KeyKinds, type KeyPlace } from "./hierarchy-plan.ts";
import { ISSUER_ROLES, type IssuerRole, ONLINE_ROLES, type OnlineRole } from "./issuer.ts";
import { issuerOf } from "./issuers.ts";
import { fileKeys, storeAt } from "./key-stores.ts";
import { type IssuerKey, type MadeHierarchies, makeHierarchies } from "./make-hierarchies.ts";
import { authorityTables } from "./tables.ts";

/** What it takes to establish hierarchies, whatever they are planned to be. */
export interface EstablishPlanDeps extends CeremonyDeps {
  readonly keys: KeyFolder;
  /** Of the issuing keys and the staff root, where they lie in files. */
  readonly passphrase: string;
  readonly tokens?: Tokens;
  /**
   * Shows the passphrase of the customers' root, once: it is stored nowhere. Awaited before anything is committed, so
   * that no root can exist whose passphrase nobody saw; after an interrupted start the next one shows another. Not
   * called where the root's key lies in a token.
   */
  readonly revealRootPassphrase: (passphrase: string) => Promise<void>;
  /** Told of each key as soon as it is made. */
  readonly keyMade?: (role: IssuerRole, key: IssuerKey) => Promise<void>;
}

export interface Tokens {
  /** Of the keys that sign while the server runs. */
  readonly online: KeyStore | null;
  /** Of the customers' root. */
  readonly root: KeyStore | null;
}

export interface EstablishDeps extends EstablishPlanDeps {
  readonly issuerName: string;
  readonly repositoryUrl: string;
  /** Of the customers' root, its issuing CAs, and the staff root, which is RSA. */
  readonly keyKinds?: Partial<KeyKinds>;
  readonly onlineKeys?: KeyPlace;
}

/**
 * Makes both hierarchies at first start, and nothing at any later one. Gives whether it made them now.
 * Problem: keys-of-another-database, where keys lie here that this database has never heard of.
 */
export async function establishHierarchies(deps: EstablishDeps): Promise<boolean> {
  return (await establishPlan(deps, firstStartPlan(deps), system("first start"))) !== null;
}

/**
 * Makes both hierarchies as planned, or gives null where they exist.
 *
 * Each key is made in its place, then everything else in memory, then one transaction makes it true. Whatever a start
 * that died half-way has left belongs to no issuer; it is removed once there are issuers, and never before.
 * Problems: keys-of-another-database, pkcs11-not-configured, lint-failed.
 */
export async function establishPlan(
  deps: EstablishPlanDeps,
  plan: HierarchyPlan,
  actor: SystemActor,
): Promise<MadeHierarchies | null> {
  const made = (await areEstablished(deps.db.read)) ? null : await establish(deps, plan, actor);
  await removeLeftovers(deps);
  return made;
}

/** Are there hierarchies? Some issuers without the others are a defect, and throw. */
export async function areEstablished(on: Reader): Promise<boolean> {
  const { issuers: i } = authorityTables(on.columns);
  const rows = await on.select({ role: i.role }).from(i);
  if (rows.length !== 0 && rows.length !== ISSUER_ROLES.length) throw new Error("some issuers are missing");
  return rows.length > 0;
}

async function establish(
  deps: EstablishPlanDeps,
  plan: HierarchyPlan,
  actor: SystemActor,
): Promise<MadeHierarchies | null> {
  const { db, clock, step } = deps;
  const rootPassphrase = (randomCode(160).match(/.{4}/g) ?? []).join("-");
  const stores = storesOf(deps, plan, rootPassphrase);
  await refuseForeignKeys(deps);
  const ceremony = await beginCeremony(deps);
  await step("ceremony.begun");
  const keys = await makeKeys(deps, plan, stores, ceremony);
  await step("ceremony.keys-written");
  const made = await makeHierarchies({ at: clock.now(), plan, keys });
  if (plan.issuers.CUSTOMER_ROOT.place === "file") await deps.revealRootPassphrase(rootPassphrase);
  try {
    await db.transact((tx) => endCeremony(tx, { ceremony, actor, made }, step));
  } catch (error) {
    const { issuers } = authorityTables(db.read.columns);
    // Another process that started at the same time was first: its hierarchies count.
    if (isUniqueViolation(error, issuers.role)) return null;
    throw error;
  }
  await step("ceremony.committed");
  return made;
}

/** Where each issuer's key will lie. Problem: pkcs11-not-configured. */
function storesOf(
  { keys, passphrase, tokens }: EstablishPlanDeps,
  plan: HierarchyPlan,
  rootPassphrase: string,
): Record<IssuerRole, KeyStore> {
  const storeOf = (role: IssuerRole): KeyStore => {
    const isRoot = role === "CUSTOMER_ROOT";
    if (plan.issuers[role].place === "file") return fileKeys(keys, isRoot ? rootPassphrase : passphrase);
    const token = isRoot ? tokens?.root : tokens?.online;
    if (!token) throw new Problem("pkcs11-not-configured", { role, place: "pkcs11:" });
    return token;
  };
  return Object.fromEntries(ISSUER_ROLES.map((role) => [role, storeOf(role)])) as Record<
    IssuerRole,
    KeyStore
  >;
}

async function makeKeys(
  deps: EstablishPlanDeps,
  plan: HierarchyPlan,
  stores: Record<IssuerRole, KeyStore>,
  ceremony: Id,
): Promise<Record<IssuerRole, IssuerKey>> {
  const made: [IssuerRole, IssuerKey][] = [];
  for (const role of ISSUER_ROLES) {
    const keyName = keyNameOf(role, ceremony);
    const signer = await stores[role].create(keyName, plan.issuers[role].key);
    const key = { signer, keyName, keyStore: stores[role].place };
    await deps.keyMade?.(role, key);
    made.push([role, key]);
  }
  return Object.fromEntries(made) as Record<IssuerRole, IssuerKey>;
}

/** Every store within reach where keys of issuers may lie; what is done here asks for no key's value. */
const reachable = ({ keys, tokens }: EstablishPlanDeps): Pick<KeyStore, "place" | "names" | "remove">[] =>
  [...new Set([{ ...keys, place: keys.folder }, tokens?.online ?? null, tokens?.root ?? null])].filter(
    (store) => store !== null,
  );

/** Making new CAs beside the keys of others would hide that the database is the wrong one, or lost. */
async function refuseForeignKeys(deps: EstablishPlanDeps): Promise<void> {
  const ours = new Set(await openCeremonies(deps.db.read));
  for (const store of reachable(deps)) {
    const foreign = (await store.names()).some((name) => {
      const found = roleAndCeremonyOf(name);
      return found !== null && !ours.has(found.ceremony);
    });
    if (foreign) throw new Problem("keys-of-another-database", { folder: store.place });
  }
}

async function removeLeftovers(deps: EstablishPlanDeps): Promise<void> {
  const open = new Set(await openCeremonies(deps.db.read));
  if (open.size === 0) return;
  for (const store of reachable(deps)) {
    for (const name of await store.names()) {
      const found = roleAndCeremonyOf(name);
      if (found !== null && open.has(found.ceremony)) await store.remove(name);
    }
  }
}

/**
 * Opens the keys of the issuers that sign while the server runs. Problems: key-file-unsafe, passphrase-wrong,
 * pkcs11-not-configured, pkcs11-key-missing. A key that does not belong to its issuer's certificate is a defect of its
 * store and throws.
 */
export async function loadSigners(
  on: Reader,
  keys: KeyFolder,
  passphrase: string,
  token: KeyStore | null = null,
): Promise<Signers> {
  const stores = [fileKeys(keys, passphrase), ...(token ? [token] : [])];
  const opened = await Promise.all(
    ONLINE_ROLES.map(async (role) => {
      const issuer = await issuerOf(on, role);
      const signer = await storeAt(stores, issuer.keyStore, role).open(issuer.keyName);
      if (Buffer.compare(signer.publicKeySpki, issuer.spki) !== 0) {
        throw new Error(`the key ${issuer.keyName} is not that of the certificate of ${role}`);
      }
      return [role, signer] as const;
    }),
  );
  return Object.fromEntries(opened) as Record<OnlineRole, (typeof opened)[number][1]>;
}
