import { and, asc, desc, eq, inArray, isNull, lt, sql } from "drizzle-orm";
import { appendAudit } from "../audit/index.ts";
import type { Database, Reader } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import type { IssuerRole } from "./issuer.ts";
import type { Issuer } from "./issuers.ts";
import { authorityTables } from "./tables.ts";

/** A CRL as the database knows it. */
export interface CrlRecord {
  readonly id: Id;
  /** 0: the complete one. */
  readonly partition: number;
  readonly number: number;
  readonly entries: number;
  /** Bytes. */
  readonly size: number;
  /** What it knows of late changes (crl-changes.ts). */
  readonly changes: string;
  readonly thisUpdate: Temporal.Instant;
  readonly nextUpdate: Temporal.Instant;
}

export interface Crl extends CrlRecord {
  readonly der: Uint8Array;
}

type Tables = ReturnType<typeof authorityTables>;

export interface CrlRows {
  readonly crl: Tables["crls"]["$inferInsert"];
  readonly parts: readonly Tables["crlParts"]["$inferInsert"][];
}

type StoreDeps = { readonly db: Database; readonly clock: Clock };

/** One part is written or read by one statement, which on SQLite holds the event loop meanwhile. */
const PART_BYTES = 1024 * 1024;
/** The CRLs of a partition that stay: the one in force, and those that somebody may be fetching. */
const KEPT = 3;
/** Parts without a CRL are being written, or their writer died. */
const LEFTOVER_AFTER = Temporal.Duration.from({ hours: 1 });

/** The newest CRL of an issuer's partition without its bytes, or null before the first. */
export async function newestCrl(on: Reader, role: IssuerRole, partition = 0): Promise<CrlRecord | null> {
  const { crls: c, issuers: i } = authorityTables(on.columns);
  const [newest] = await on
    .prepared("authority.newestCrl", (d) =>
      d
        .select({
          id: c.id,
          partition: c.partition,
          number: c.number,
          entries: c.entries,
          size: c.size,
          changes: c.changes,
          thisUpdate: c.thisUpdate,
          nextUpdate: c.nextUpdate,
        })
        .from(c)
        .innerJoin(i, eq(i.id, c.issuerId))
        .where(and(eq(i.role, sql.placeholder("role")), eq(c.partition, sql.placeholder("partition"))))
        .orderBy(desc(c.number))
        .limit(1)
        .prepare(),
    )
    .execute({ role, partition });
  return newest ?? null;
}

/** The bytes of a CRL; null where it was pruned meanwhile. */
export async function crlBytes(on: Reader, { id, size }: CrlRecord): Promise<Uint8Array | null> {
  const { crlParts: p } = authorityTables(on.columns);
  const whole = Buffer.allocUnsafeSlow(size);
  let at = 0;
  for (let position = 0; at < size; position += 1) {
    const [part] = await on
      .select({ bytes: p.bytes })
      .from(p)
      .where(and(eq(p.crlId, id), eq(p.position, position)));
    if (!part) return null;
    whole.set(part.bytes, at);
    at += part.bytes.length;
  }
  return whole;
}

/** The CRL in force of an issuer's partition, or null before the first. */
export async function currentCrl(on: Reader, role: IssuerRole, partition = 0): Promise<Crl | null> {
  for (;;) {
    const newest = await newestCrl(on, role, partition);
    if (!newest) return null;
    const der = await crlBytes(on, newest);
    // Three more were published while this one was being read: then there is a newer one.
    if (der) return { ...newest, der };
  }
}

/** The rows that keep a CRL. */
export function crlRows(
  issuerId: Id,
  record: Omit<CrlRecord, "id" | "size">,
  der: Uint8Array,
  createdAt: Temporal.Instant,
): CrlRows {
  const id = newId();
  const parts = Array.from({ length: Math.ceil(der.length / PART_BYTES) }, (_, position) => ({
    id: newId(),
    crlId: id,
    position,
    createdAt,
    bytes: der.subarray(position * PART_BYTES, (position + 1) * PART_BYTES),
  }));
  return { crl: { ...record, id, issuerId, size: der.length }, parts };
}

/**
 * Stores a CRL: its parts one by one, then the row that makes it the newest, then removes what is too old. A number
 * that is taken already violates the unique index.
 */
export async function storeCrl(deps: StoreDeps, issuer: Issuer, rows: CrlRows): Promise<void> {
  const { db, clock } = deps;
  const { crls, crlParts } = authorityTables(db.read.columns);
  const { crl } = rows;
  // One of many parts fills the engine's log: the COMMIT that empties it must not hold the event loop.
  const away = { bulk: rows.parts.length > 1 };
  for (const part of rows.parts)
    await db.transact(async (tx) => void (await tx.insert(crlParts).values(part)), away);
  await db.transact(async (tx) => {
    await tx.insert(crls).values(crl);
    await appendAudit(tx, [
      {
        tenant: "system",
        at: clock.now(),
        actor: system("authority"),
        action: "crl.published",
        subject: { kind: "issuer", id: issuer.id },
        details: {
          role: issuer.role,
          partition: crl.partition,
          number: crl.number,
          entries: crl.entries,
        },
      },
    ]);
  }, away);
  await prune(deps, issuer.id, crl.partition, away);
}

async function prune(
  { db, clock }: StoreDeps,
  issuerId: Id,
  partition: number,
  away: { readonly bulk: boolean },
): Promise<void> {
  const { crls: c, crlParts: p } = authorityTables(db.read.columns);
  const numbers = await db.read
    .select({ id: c.id })
    .from(c)
    .where(and(eq(c.issuerId, issuerId), eq(c.partition, partition)))
    .orderBy(desc(c.number));
  const old = numbers.slice(KEPT).map(({ id }) => id);
  if (old.length > 0)
    await db.transact(async (tx) => void (await tx.delete(c).where(inArray(c.id, old))), away);
  // One by one, for the sake of whoever else waits for the writing connection.
  const written = clock.now().subtract(LEFTOVER_AFTER);
  const parts = await db.read.select({ id: p.id }).from(p).where(inArray(p.crlId, old));
  const leftovers = await db.read
    .select({ id: p.id })
    .from(p)
    .leftJoin(c, eq(c.id, p.crlId))
    .where(and(isNull(c.id), lt(p.createdAt, written)))
    .orderBy(asc(p.id));
  for (const id of new Set([...parts, ...leftovers].map((part) => part.id))) {
    await db.transact(async (tx) => void (await tx.delete(p).where(eq(p.id, id))), away);
  }
}
