import { and, eq, inArray, sql } from "drizzle-orm";
import { type Executor, given, givenRows, insertRows } from "../db/index.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import {
  buildTbsCertificate,
  type NameAttribute,
  newSerial,
  PROFILES,
  type ProfileName,
  publicKeyOf,
} from "../pki/index.ts";
import type { AuthorityDeps, IssueOrder } from "./authority.ts";
import { crlPartitionOf, crlUrl, issuerUrl, type OnlineRole, ocspUrl } from "./issuer.ts";
import type { Issuer } from "./issuers.ts";
import { authorityTables } from "./tables.ts";

/** Where a certificate says that its issuer, its CRL and the responder are; null where it says nothing. */
export interface Pointers {
  readonly crlUrl: string | null;
  readonly issuerUrl: string | null;
  readonly ocspUrl: string | null;
}

/** What is about to be signed. Stored before it is signed, so that a crash at any point leaves evidence. */
export interface Intent {
  readonly id: Id;
  readonly role: OnlineRole;
  readonly issuerId: Id;
  readonly serial: string;
  readonly profile: ProfileName;
  readonly purpose: string;
  readonly subscriberId: Id | null;
  readonly organizationId: Id | null;
  readonly crlPartition: number;
  readonly tbsCertificate: Uint8Array;
  /** What the order said, for the lints to find again in the bytes. */
  readonly subject: readonly NameAttribute[];
  readonly names: readonly string[];
  readonly pointers: Pointers;
  readonly spkiSha256: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly leaseUntil: Temporal.Instant;
}

const SECONDS_PER_DAY = 86_400;

/**
 * An intent for an order, in memory: a fresh serial, the exact to-be-signed bytes, a lease from `now`.
 * Problem: term-too-long where the certificate would outlive its issuer.
 */
export function makeIntent(
  deps: Pick<AuthorityDeps, "lease" | "repositoryUrl">,
  issuer: Issuer & { readonly role: OnlineRole },
  order: IssueOrder,
  now: Temporal.Instant,
): Intent {
  if (order.role !== issuer.role) throw new Error(`an order for ${order.role} came to ${issuer.role}`);
  if (Temporal.Instant.compare(order.notAfter, issuer.notAfter) > 0) {
    const left = issuer.notAfter.since(order.notBefore).total("seconds") + 1;
    throw new Problem("term-too-long", { limitDays: Math.max(0, Math.floor(left / SECONDS_PER_DAY)) });
  }
  const profile = PROFILES[order.profile];
  const publicKey = publicKeyOf(order.spki);
  const serial = newSerial();
  const points = profile.pointers !== "none";
  const { repositoryUrl } = deps;
  const crlPartition = points ? crlPartitionOf(serial, issuer.crlPartitions) : 0;
  const pointers: Pointers = {
    crlUrl: points ? crlUrl(repositoryUrl, issuer.role, crlPartition) : null,
    issuerUrl: points ? issuerUrl(repositoryUrl, issuer.role) : null,
    ocspUrl: profile.ocsp === "none" ? null : ocspUrl(repositoryUrl),
  };
  return {
    id: newId(),
    role: issuer.role,
    issuerId: issuer.id,
    serial,
    profile: order.profile,
    purpose: order.purpose,
    subscriberId: order.subscriberId,
    organizationId: order.organizationId,
    crlPartition,
    tbsCertificate: buildTbsCertificate({
      profile,
      issuer,
      serial,
      notBefore: order.notBefore,
      notAfter: order.notAfter,
      subject: order.subject,
      publicKey,
      names: order.names,
      ...pointers,
    }),
    subject: order.subject,
    names: order.names,
    pointers,
    spkiSha256: publicKey.spkiSha256,
    notBefore: order.notBefore,
    notAfter: order.notAfter,
    leaseUntil: now.add(deps.lease),
  };
}

/** Stores intents as this process's own. A serial that the issuer has used before violates the unique index. */
export async function storeIntents(
  tx: Executor,
  owner: string,
  intents: readonly Intent[],
  now: Temporal.Instant,
): Promise<void> {
  const { intents: i } = authorityTables(tx.columns);
  await insertRows(
    tx,
    "authority.intents",
    i,
    intents.map((intent) => ({
      id: intent.id,
      issuerId: intent.issuerId,
      serial: intent.serial,
      profile: intent.profile,
      purpose: intent.purpose,
      tbsCertificate: intent.tbsCertificate,
      crlPartition: intent.crlPartition,
      notAfter: intent.notAfter,
      state: "PENDING" as const,
      owner,
      leaseUntil: intent.leaseUntil,
      createdAt: now,
      endedAt: null,
    })),
  );
}

/**
 * Ends intents as COMPLETED, each if this process still owns it, and gives the ids of those: recovery has taken the
 * others. Problem: signature-mismatch, where the stored bytes are not those that were signed.
 */
export async function completeIntents(
  tx: Executor,
  owner: string,
  intents: readonly Intent[],
  at: Temporal.Instant,
): Promise<ReadonlySet<Id>> {
  const { intents: i } = authorityTables(tx.columns);
  const { rows, is, only } = given(tx.columns);
  const completed = await tx
    .prepared("authority.completeIntents", (d) =>
      d
        .update(i)
        .set({ state: "COMPLETED", endedAt: sql`${sql.param(sql.placeholder("at"), i.endedAt)}` })
        .from(rows)
        .where(and(is(i.id, "id"), only(i.state, "PENDING"), only(i.owner, sql.placeholder("owner"))))
        .returning({ id: i.id, tbsCertificate: i.tbsCertificate })
        .prepare(),
    )
    .execute({ given: givenRows(intents.map(({ id }) => ({ id }))), owner, at });
  const stored = new Map(completed.map(({ id, tbsCertificate }) => [id, tbsCertificate]));
  for (const { id, tbsCertificate } of intents) {
    const found = stored.get(id);
    if (found && Buffer.compare(found, tbsCertificate) !== 0) throw new Problem("signature-mismatch");
  }
  return new Set(stored.keys());
}

/** Gives up own intents: their serials answer "revoked" from now on. Returns the ids of those still owned. */
export async function abandonIntents(
  tx: Executor,
  owner: string,
  ids: readonly Id[],
  at: Temporal.Instant,
): Promise<Id[]> {
  if (ids.length === 0) return [];
  const { intents: i } = authorityTables(tx.columns);
  const abandoned = await tx
    .update(i)
    .set({ state: "ABANDONED", endedAt: at })
    .where(and(inArray(i.id, [...ids]), eq(i.state, "PENDING"), eq(i.owner, owner)))
    .returning({ id: i.id });
  return abandoned.map(({ id }) => id);
}
