import { and, desc, eq, gte } from "drizzle-orm";
import type { Signer } from "../adapters/signer.ts";
import { appendAudit } from "../audit/index.ts";
import { isUniqueViolation, type Reader } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { assembleCrl, buildTbsCertList, type CrlEntry, type CrlReason, parseCrl } from "../pki/index.ts";
import type { AuthorityDeps } from "./authority.ts";
import { ISSUER_ROLES, type IssuerRole, ONLINE_ROLES, type OnlineRole } from "./issuer.ts";
import { type Issuer, isSignedBy, issuerOf } from "./issuers.ts";
import { authorityTables } from "./tables.ts";

/** The CRL of an issuer that is in force: the newest by number. */
export interface Crl {
  readonly number: number;
  readonly der: Uint8Array;
  readonly thisUpdate: Temporal.Instant;
  readonly nextUpdate: Temporal.Instant;
}

/** A new CRL at least this often, although each lasts for a week: a day's failures are no emergency (BR 4.9.7). */
const EVERY = Temporal.Duration.from({ hours: 24 });
/** BR 4.9.7 allows 10 days. */
const LASTS = Temporal.Duration.from({ hours: 7 * 24 });
/**
 * An entry stays until a regularly scheduled CRL has shown it after the certificate's end (RFC 5280 3.3). A scheduled
 * CRL comes every 24 hours, so two days and the CRL before are always enough.
 */
const KEPT_PAST_EXPIRY = Temporal.Duration.from({ hours: 48 });
/**
 * How much later than its own time a revocation may be committed, at most: one that waited for another transaction is
 * dated before a CRL that was read without it.
 */
const LATE = Temporal.Duration.from({ minutes: 10 });
/** BR 4.9.7 allows 12 months between the CRLs of a root. */
const ROOT_LASTS_MONTHS = 11;
/** Somebody has to fetch the root's passphrase from where it is kept: they hear of it while there is time. */
const ROOT_WARNED = Temporal.Duration.from({ hours: 24 * 60 });
const ATTEMPTS = 5;

type PublishDeps = Pick<AuthorityDeps, "db" | "clock" | "signers">;
type StoreDeps = Pick<AuthorityDeps, "db" | "clock">;

/** When a CRL of the customers' root ends. */
export const rootCrlEnd = (thisUpdate: Temporal.Instant): Temporal.Instant =>
  thisUpdate.toZonedDateTimeISO("UTC").add({ months: ROOT_LASTS_MONTHS }).toInstant();

/** The newest CRL of an issuer, or null before the first. */
export async function currentCrl(on: Reader, role: IssuerRole): Promise<Crl | null> {
  const { crls: c, issuers: i } = authorityTables(on.columns);
  const [newest] = await on
    .select({ number: c.number, der: c.der, thisUpdate: c.thisUpdate, nextUpdate: c.nextUpdate })
    .from(c)
    .innerJoin(i, eq(i.id, c.issuerId))
    .where(eq(i.role, role))
    .orderBy(desc(c.number))
    .limit(1);
  return newest ?? null;
}

/**
 * Builds, signs and stores a new CRL of an issuer out of what the database says: revoked certificates and abandoned
 * serials. To be called after each revocation's commit (BR 4.9.7: within 24 h; ours: within minutes). Its number
 * rises strictly, also when another process publishes at the same time and after a restored backup.
 */
export async function publishCrl(deps: PublishDeps, role: OnlineRole): Promise<Crl> {
  const issuer = await issuerOf(deps.db.read, role);
  return await publish(deps, issuer, deps.signers[role], (now) => now.add(LASTS));
}

/**
 * The same for the customers' root, for eleven months, with a key that is opened for this alone: its issuing CAs, of
 * which one may have been revoked (BR 4.9.7). Problem: signature-mismatch, when `signer` is not the root's.
 */
export async function publishRootCrl(deps: StoreDeps, signer: Signer): Promise<Crl> {
  return await publish(deps, await issuerOf(deps.db.read, "CUSTOMER_ROOT"), signer, rootCrlEnd);
}

async function publish(
  deps: StoreDeps,
  issuer: Issuer,
  signer: Signer,
  endOf: (thisUpdate: Temporal.Instant) => Temporal.Instant,
): Promise<Crl> {
  const { role } = issuer;
  for (let tried = 1; ; tried += 1) {
    // The number is taken from a moment before the entries are read: of two CRLs the higher number never knows less
    // than what was committed before the lower one's moment.
    const now = wholeSecond(deps.clock.now());
    const last = await currentCrl(deps.db.read, role);
    const number = Math.max((last?.number ?? 0) + 1, now.epochMilliseconds / 1000);
    const entries = await revokedEntries(deps.db.read, issuer, now, last);
    const crl = await signCrl(signer, issuer, { number, thisUpdate: now, nextUpdate: endOf(now) }, entries);
    try {
      await storeCrl(deps, issuer, crl, entries.length);
      return crl;
    } catch (error) {
      const { crls } = authorityTables(deps.db.read.columns);
      if (tried >= ATTEMPTS || !isUniqueViolation(error, crls.issuerId, crls.number)) throw error;
    }
  }
}

async function revokedEntries(
  on: Reader,
  issuer: Issuer,
  now: Temporal.Instant,
  last: Crl | null,
): Promise<CrlEntry[]> {
  const { certificates: c, intents: i } = authorityTables(on.columns);
  const longAgo = now.subtract(KEPT_PAST_EXPIRY);
  const from = last && Temporal.Instant.compare(last.thisUpdate, longAgo) < 0 ? last.thisUpdate : longAgo;
  const revoked = await on
    .select({ serial: c.serial, revokedAt: c.revokedAt, reason: c.revocationReason })
    .from(c)
    .where(and(eq(c.issuerId, issuer.id), eq(c.state, "REVOKED"), gte(c.notAfter, from)));
  const abandoned = await on
    .select({ serial: i.serial, revokedAt: i.endedAt })
    .from(i)
    .where(and(eq(i.state, "ABANDONED"), eq(i.issuerId, issuer.id), gte(i.notAfter, from)));
  return [...revoked, ...abandoned.map((entry) => ({ ...entry, reason: null }))].map(
    ({ serial, revokedAt, reason }) => ({
      serial,
      revokedAt: wholeSecond(revokedAt ?? now),
      // RFC 5280 5.3.1: unspecified is said by leaving the reason out.
      reason: reason === 0 || reason === null ? null : (reason as CrlReason),
    }),
  );
}

// Full and complete, so without issuingDistributionPoint (BR 7.2.2.1 asks it of partitions alone). With one, whoever
// checks the self-signed root too, as `openssl verify -crl_check_all` does, finds a CRL of another scope.
async function signCrl(
  signer: Signer,
  issuer: Issuer,
  crl: Omit<Crl, "der">,
  entries: readonly CrlEntry[],
): Promise<Crl> {
  const tbs = buildTbsCertList({
    issuer,
    ...crl,
    number: BigInt(crl.number),
    entries,
  });
  const signature = await signer.sign(tbs);
  if (!(await isSignedBy(issuer, tbs, signature))) throw new Problem("signature-mismatch");
  return { ...crl, der: assembleCrl(tbs, issuer.signatureAlgorithm, signature) };
}

async function storeCrl(deps: StoreDeps, issuer: Issuer, crl: Crl, entries: number): Promise<void> {
  const { crls } = authorityTables(deps.db.read.columns);
  await deps.db.transact(async (tx) => {
    await tx.insert(crls).values({ id: newId(), issuerId: issuer.id, ...crl });
    await appendAudit(tx, [
      {
        tenant: "system",
        at: deps.clock.now(),
        actor: system("authority"),
        action: "crl.published",
        subject: { kind: "issuer", id: issuer.id },
        details: { role: issuer.role, number: crl.number, entries },
      },
    ]);
  });
}

/**
 * Publishes what is due: every 24 hours, and at once where the last CRL does not show what was revoked or abandoned (a
 * process may have died between a revocation and its CRL). Run it every minute or so. Gives the roles published.
 */
export async function publishDueCrls(deps: PublishDeps): Promise<OnlineRole[]> {
  const published: OnlineRole[] = [];
  for (const role of ONLINE_ROLES) {
    if (!(await isCrlDue(deps.db.read, role, deps.clock.now()))) continue;
    await publishCrl(deps, role);
    published.push(role);
  }
  return published;
}

async function isCrlDue(on: Reader, role: OnlineRole, now: Temporal.Instant): Promise<boolean> {
  const last = await currentCrl(on, role);
  if (!last || Temporal.Instant.compare(now, last.thisUpdate.add(EVERY)) >= 0) return true;
  const revoked = await revokedSince(on, role, last.thisUpdate.subtract(LATE));
  if (revoked.length === 0) return false;
  const shown = new Set(parseCrl(last.der).entries.map(({ serial }) => serial));
  return revoked.some((serial) => !shown.has(serial));
}

async function revokedSince(on: Reader, role: OnlineRole, since: Temporal.Instant): Promise<string[]> {
  const { certificates: c, intents: t, issuers: i } = authorityTables(on.columns);
  const revoked = await on
    .select({ serial: c.serial })
    .from(c)
    .innerJoin(i, eq(i.id, c.issuerId))
    .where(and(eq(i.role, role), eq(c.state, "REVOKED"), gte(c.revokedAt, since)));
  const abandoned = await on
    .select({ serial: t.serial })
    .from(t)
    .innerJoin(i, eq(i.id, t.issuerId))
    .where(and(eq(i.role, role), eq(t.state, "ABANDONED"), gte(t.endedAt, since)));
  return [...revoked, ...abandoned].map(({ serial }) => serial);
}

export interface CrlHealth {
  readonly role: IssuerRole;
  readonly nextUpdate: Temporal.Instant | null;
  /**
   * aging: half of its life is over and no newer one came (IdenTrust 2024, bug 1914067); the root's, which people
   * renew, has less than 60 days left.
   */
  readonly state: "fresh" | "aging" | "expired" | "missing";
}

/** How each issuer's CRL stands, for the desk, `/health` and warnings. */
export async function crlHealth(on: Reader, now: Temporal.Instant): Promise<CrlHealth[]> {
  const health: CrlHealth[] = [];
  for (const role of ISSUER_ROLES) {
    const crl = await currentCrl(on, role);
    health.push({
      role,
      nextUpdate: crl?.nextUpdate ?? null,
      state: crl ? stateOf(role, crl, now) : "missing",
    });
  }
  return health;
}

function stateOf(role: IssuerRole, crl: Crl, now: Temporal.Instant): CrlHealth["state"] {
  if (Temporal.Instant.compare(now, crl.nextUpdate) >= 0) return "expired";
  if (role === "CUSTOMER_ROOT") {
    return Temporal.Instant.compare(now.add(ROOT_WARNED), crl.nextUpdate) > 0 ? "aging" : "fresh";
  }
  const halfSeconds = crl.thisUpdate.until(crl.nextUpdate).total("seconds") / 2;
  const age = crl.thisUpdate.until(now).total("seconds");
  return age >= halfSeconds ? "aging" : "fresh";
}
