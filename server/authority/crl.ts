import type { Signer } from "../adapters/signer.ts";
import { type Database, isUniqueViolation, type Reader } from "../db/index.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import { crlWriter } from "../pki/index.ts";
import type { AuthorityDeps } from "./authority.ts";
import { changesSince, LATE } from "./crl-changes.ts";
import { eachRevoked } from "./crl-entries.ts";
import { type Crl, type CrlRecord, crlRows, newestCrl, storeCrl } from "./crl-store.ts";
import { crlUrl, ONLINE_ROLES, type OnlineRole } from "./issuer.ts";
import { type Issuer, isSignedBy, issuerOf } from "./issuers.ts";
import { authorityTables } from "./tables.ts";

/** A new CRL at least this often, although each lasts for a week: a day's failures are no emergency (BR 4.9.7). */
export const EVERY = Temporal.Duration.from({ hours: 24 });
/** BR 4.9.7 allows 10 days. */
const LASTS = Temporal.Duration.from({ hours: 7 * 24 });
/**
 * An entry stays until a regularly scheduled CRL has shown it after the certificate's end (RFC 5280 3.3). A scheduled
 * CRL comes every 24 hours, so two days and the CRL before are always enough.
 */
const KEPT_PAST_EXPIRY = Temporal.Duration.from({ hours: 48 });
/** BR 4.9.7 allows 12 months between the CRLs of a root. */
const ROOT_LASTS_MONTHS = 11;
const ATTEMPTS = 5;

type PublishDeps = Pick<AuthorityDeps, "db" | "clock" | "signers" | "repositoryUrl" | "statusChanged">;
type StoreDeps = Pick<AuthorityDeps, "db" | "clock">;

/** When a CRL of the customers' root ends. */
export const rootCrlEnd = (thisUpdate: Temporal.Instant): Temporal.Instant =>
  thisUpdate.toZonedDateTimeISO("UTC").add({ months: ROOT_LASTS_MONTHS }).toInstant();

/**
 * Publishes a new complete CRL of an issuer, and new partitions of it wherever one has something new to say, out of
 * what the database says: revoked certificates and abandoned serials. To be called after each revocation's commit
 * (BR 4.9.7: within 24 h; ours: within seconds); OCSP is told at once. Gives the complete one.
 *
 * Its number rises strictly, also when another process publishes at the same time and after a restored backup. Calls
 * that come while one is being made share the next one, so that many revocations at once make two CRLs and not many.
 */
export async function publishCrl(deps: PublishDeps, role: OnlineRole): Promise<Crl> {
  deps.statusChanged?.();
  return await inTurn(deps.db, role, () => publishNow(deps, role));
}

/** What is being made, and what everybody who asks meanwhile will get. */
interface Turn {
  readonly now: Promise<Crl>;
  next: Promise<Crl> | null;
}

const publishing = new WeakMap<Database, Map<OnlineRole, Turn>>();

async function inTurn(db: Database, role: OnlineRole, work: () => Promise<Crl>): Promise<Crl> {
  const turns = publishing.get(db) ?? new Map<OnlineRole, Turn>();
  publishing.set(db, turns);
  const turn = turns.get(role);
  if (turn) {
    turn.next ??= turn.now.then(
      () => inTurn(db, role, work),
      () => inTurn(db, role, work),
    );
    return await turn.next;
  }
  const now = work().finally(() => turns.delete(role));
  turns.set(role, { now, next: null });
  return await now;
}

async function publishNow(deps: PublishDeps, role: OnlineRole): Promise<Crl> {
  const issuer = await issuerOf(deps.db.read, role);
  const complete = await publishPartition(deps, issuer, 0);
  for (const partition of partitionsOf(issuer).slice(1)) {
    if (await isDue(deps.db.read, issuer, partition, deps.clock.now())) {
      await publishPartition(deps, issuer, partition);
    }
  }
  return complete;
}

const publishPartition = (
  deps: PublishDeps,
  issuer: Issuer & { readonly role: OnlineRole },
  partition: number,
): Promise<Crl> =>
  publish(deps, issuer, deps.signers[issuer.role], {
    partition,
    endOf: (now) => now.add(LASTS),
    url: partition === 0 ? null : crlUrl(deps.repositoryUrl, issuer.role, partition),
  });

/** The complete CRL and every partition that a certificate may point to. */
export const partitionsOf = ({ crlPartitionsEver }: Pick<Issuer, "crlPartitionsEver">): number[] =>
  Array.from({ length: crlPartitionsEver + 1 }, (_, partition) => partition);

/**
 * The same for the customers' root, for eleven months, with a key that is opened for this alone: its issuing CAs, of
 * which one may have been revoked (BR 4.9.7). Problem: signature-mismatch, when `signer` is not the root's.
 */
export async function publishRootCrl(deps: StoreDeps, signer: Signer): Promise<Crl> {
  const root = await issuerOf(deps.db.read, "CUSTOMER_ROOT");
  return await publish(deps, root, signer, { partition: 0, endOf: rootCrlEnd, url: null });
}

interface Kind {
  readonly partition: number;
  readonly endOf: (thisUpdate: Temporal.Instant) => Temporal.Instant;
  /**
   * The distribution point of the certificates that it covers, which BR 7.2.2.1 asks of partitions alone. A complete
   * CRL has none: whoever checks the self-signed root too, as `openssl verify -crl_check_all` does, would find a CRL of
   * another scope.
   */
  readonly url: string | null;
}

async function publish(deps: StoreDeps, issuer: Issuer, signer: Signer, kind: Kind): Promise<Crl> {
  for (let tried = 1; ; tried += 1) {
    const { record, der } = await build(deps, issuer, signer, kind);
    const rows = crlRows(issuer.id, record, der, deps.clock.now());
    try {
      await storeCrl(deps, issuer, rows);
      return { ...record, id: rows.crl.id, size: der.length, der };
    } catch (error) {
      const { crls } = authorityTables(deps.db.read.columns);
      const taken = isUniqueViolation(error, crls.issuerId, crls.partition, crls.number);
      if (tried >= ATTEMPTS || !taken) throw error;
    }
  }
}

async function build(
  { db, clock }: StoreDeps,
  issuer: Issuer,
  signer: Signer,
  { partition, endOf, url }: Kind,
): Promise<{ readonly record: Omit<CrlRecord, "id" | "size">; readonly der: Uint8Array }> {
  // The number is taken from a moment before the entries are read: of two CRLs the higher number never knows less
  // than what was committed before the lower one's moment.
  const thisUpdate = wholeSecond(clock.now());
  const nextUpdate = endOf(thisUpdate);
  const last = await newestCrl(db.read, issuer.role, partition);
  const number = Math.max((last?.number ?? 0) + 1, thisUpdate.epochMilliseconds / 1000);
  const changes = await changesSince(db.read, issuer.id, partition, thisUpdate.subtract(LATE));
  const head = {
    issuer,
    thisUpdate,
    nextUpdate,
    number: BigInt(number),
    ...(url === null ? {} : { distributionPoint: { url, covers: "users" as const } }),
  };
  const longAgo = thisUpdate.subtract(KEPT_PAST_EXPIRY);
  const aliveAt = last && Temporal.Instant.compare(last.thisUpdate, longAgo) < 0 ? last.thisUpdate : longAgo;
  const writer = crlWriter(head, Math.ceil((last?.entries ?? 0) * 1.1) + 1000);
  await eachRevoked(db, { issuerId: issuer.id, partition, aliveAt }, writer.add);
  const list = writer.close();
  const signature = await signer.sign(list.tbs);
  if (!(await isSignedBy(issuer, list.tbs, signature))) throw new Problem("signature-mismatch");
  const { entries } = writer;
  return {
    record: { partition, number, entries, changes, thisUpdate, nextUpdate },
    der: list.signed(signature),
  };
}

/**
 * Publishes what is due: every 24 hours, and at once where the last CRL does not show what was revoked or abandoned (a
 * process may have died between a revocation and its CRL). Run it every minute or so. Gives the roles published.
 */
export async function publishDueCrls(deps: PublishDeps): Promise<OnlineRole[]> {
  const published: OnlineRole[] = [];
  for (const role of ONLINE_ROLES) {
    const issuer = await issuerOf(deps.db.read, role);
    let due = false;
    for (const partition of partitionsOf(issuer)) {
      due ||= await isDue(deps.db.read, issuer, partition, deps.clock.now());
    }
    if (!due) continue;
    await publishCrl(deps, role);
    published.push(role);
  }
  return published;
}

/** Asked every minute, so it compares counts and reads no CRL, whose entries may be a million. */
async function isDue(on: Reader, issuer: Issuer, partition: number, now: Temporal.Instant): Promise<boolean> {
  const last = await newestCrl(on, issuer.role, partition);
  if (!last || Temporal.Instant.compare(now, last.thisUpdate.add(EVERY)) >= 0) return true;
  return (await changesSince(on, issuer.id, partition, last.thisUpdate.subtract(LATE))) !== last.changes;
}
