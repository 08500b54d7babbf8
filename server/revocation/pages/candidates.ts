import { and, eq, gt, inArray, ne } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { displayName, type Product, requestTables } from "../../requests/index.ts";
import { revocationTables } from "../tables.ts";

/** A certificate on the pages that revoke it. */
export interface RevocationCandidate {
  readonly id: Id;
  readonly commonName: string;
  readonly names: readonly string[];
  readonly product: Product;
  readonly serial: string;
  readonly notAfter: Temporal.Instant;
  /** 設置先: where it is installed, as the applicant wrote. */
  readonly installedAt: string | null;
  readonly receiptNumber: string;
  readonly issueNoticeEmail: string;
  readonly spkiSha256: string;
  readonly plannedAt: Temporal.Instant | null;
  /** A younger living certificate for the same common name. */
  readonly replacement: { readonly id: Id; readonly notAfter: Temporal.Instant } | null;
  /** Why it cannot be revoked; null: can. */
  readonly problem: Problem | null;
}

/** At most so many parameters a statement. */
const GROUP = 500;

/** Those of `ids` that are this subscriber's, in the order of `ids`, judged as the revocation itself will judge them. */
export async function revocationCandidates(
  on: Reader,
  tenant: Tenant,
  ids: readonly Id[],
  now: Temporal.Instant,
): Promise<RevocationCandidate[]> {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const { revocationOrders: o } = revocationTables(on.columns);
  const found = new Map<Id, RevocationCandidate>();
  for (const group of inGroups([...new Set(ids)])) {
    const rows = await on
      .select({ certificate: c, request: r, plannedAt: o.executeAt })
      .from(c)
      .innerJoin(r, eq(r.certificateId, c.id))
      .leftJoin(o, eq(o.openFor, c.id))
      .where(and(inArray(c.id, group), eq(r.subscriberId, tenant)));
    const names = rows.map(({ request }) => request.commonName);
    const living = await livingByName(on, tenant, names, now);
    for (const { certificate, request, plannedAt } of rows) {
      const { id, serial, notAfter, spkiSha256 } = certificate;
      const younger = living.get(request.commonName)?.filter((one) => one.id > id) ?? [];
      found.set(id, {
        id,
        commonName: displayName(request.commonName),
        names: request.names.map(displayName),
        product: request.product,
        serial,
        notAfter,
        installedAt: request.place,
        receiptNumber: request.receiptNumber,
        issueNoticeEmail: request.issueNoticeEmail,
        spkiSha256,
        plannedAt,
        replacement: younger.at(-1) ?? null,
        problem: problemOf(certificate, now),
      });
    }
  }
  return [...new Set(ids)].flatMap((id) => found.get(id) ?? []);
}

/** The ids behind these serials (lower-case hex) among this subscriber's certificates. */
export async function certificatesWithSerials(
  on: Reader,
  tenant: Tenant,
  serials: readonly string[],
): Promise<ReadonlyMap<string, Id>> {
  const { certificates: c } = authorityTables(on.columns);
  const ids = new Map<string, Id>();
  for (const group of inGroups([...new Set(serials)])) {
    const rows = await on
      .select({ id: c.id, serial: c.serial })
      .from(c)
      .where(and(inArray(c.serial, group), eq(c.subscriberId, tenant)));
    for (const { id, serial } of rows) ids.set(serial, id);
  }
  return ids;
}

/** Other living certificates of this subscriber with one of these keys. */
export async function certificatesWithKeys(
  on: Reader,
  tenant: Tenant,
  spkiSha256s: readonly string[],
  now: Temporal.Instant,
): Promise<Id[]> {
  const { certificates: c } = authorityTables(on.columns);
  const ids: Id[] = [];
  for (const group of inGroups([...new Set(spkiSha256s)])) {
    const rows = await on
      .select({ id: c.id })
      .from(c)
      .where(
        and(
          inArray(c.spkiSha256, group),
          eq(c.subscriberId, tenant),
          ne(c.state, "REVOKED"),
          gt(c.notAfter, now),
        ),
      )
      .orderBy(c.id);
    ids.push(...rows.map(({ id }) => id));
  }
  return ids;
}

async function livingByName(on: Reader, tenant: Tenant, names: readonly string[], now: Temporal.Instant) {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  if (names.length === 0) return new Map<string, { id: Id; notAfter: Temporal.Instant }[]>();
  const rows = await on
    .select({ id: c.id, notAfter: c.notAfter, commonName: r.commonName })
    .from(c)
    .innerJoin(r, eq(r.certificateId, c.id))
    .where(
      and(
        eq(r.subscriberId, tenant),
        inArray(r.commonName, [...new Set(names)]),
        eq(c.state, "ACTIVE"),
        gt(c.notAfter, now),
      ),
    )
    .orderBy(c.id);
  return Map.groupBy(rows, ({ commonName }) => commonName);
}

function problemOf(
  certificate: { readonly state: string; readonly notAfter: Temporal.Instant },
  now: Temporal.Instant,
): Problem | null {
  if (certificate.state === "REVOKED") return new Problem("certificate-not-revocable", { state: "REVOKED" });
  const isOver = Temporal.Instant.compare(certificate.notAfter, now) < 0;
  return isOver ? new Problem("certificate-not-revocable", { state: "EXPIRED" }) : null;
}

function inGroups<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / GROUP) }, (_, index) =>
    all.slice(index * GROUP, (index + 1) * GROUP),
  );
}
