import { and, count, desc, eq, gte, inArray, like, lt, ne, or, type SQL } from "drizzle-orm";
import { authorityTables } from "../../../authority/tables.ts";
import type { Reader } from "../../../db/index.ts";
import type { Id } from "../../../kernel/ids.ts";
import type { ReportState } from "../report.ts";
import { reportTables } from "../tables.ts";
import { certificateLines, MOST_LINES, type ReportedCertificate } from "./certificate-lines.ts";

export type KeySource =
  | { readonly kind: "report"; readonly receiptNumber: string }
  | { readonly kind: "revocation" | "words" };

function sourceOf(evidence: string): KeySource {
  const [, receiptNumber] = /^problem report (P-[0-9A-Z-]+)$/.exec(evidence) ?? [];
  if (receiptNumber !== undefined) return { kind: "report", receiptNumber };
  return { kind: /^(certificate|order) [0-9a-f-]{36}$/.test(evidence) ? "revocation" : "words" };
}

/** A key that is blocked for ever. */
export interface KeyRow {
  readonly spkiSha256: string;
  readonly reportedAt: Temporal.Instant;
  readonly evidence: string;
  /** Where the evidence came from, as far as the product itself wrote it down. */
  readonly source: KeySource;
  /** Certificates that carry it, whatever became of them. */
  readonly certificates: number;
}

export interface KeyList {
  readonly rows: readonly KeyRow[];
  readonly total: number;
  readonly search: string;
  /** Give it as `before` for the next page; null on the last one. */
  readonly older: string | null;
  readonly first: boolean;
}

const SIZE = 50;

/**
 * The register of compromised keys, those reported last first. `search` is the beginning of a hash; `before` the place
 * of the last row seen, "milliseconds.hash", since a list may enter thousands of keys in one moment.
 */
export async function listKeys(on: Reader, search: string, before: string | null): Promise<KeyList> {
  const { compromisedKeys: k, certificates: c } = authorityTables(on.columns);
  const typed = search.toLowerCase().replace(/[^0-9a-f]/g, "");
  const searched = typed === "" ? undefined : like(k.spkiSha256, `${typed}%`);
  const [counted] = await on.select({ count: count() }).from(k).where(searched);
  const found = await on
    .select()
    .from(k)
    .where(and(searched, placeAfter(on, before)))
    .orderBy(desc(k.reportedAt), desc(k.spkiSha256))
    .limit(SIZE + 1);
  const rows = found.slice(0, SIZE);
  const last = rows.at(-1);
  const carrying =
    rows.length === 0
      ? []
      : await on
          .select({ spkiSha256: c.spkiSha256, count: count() })
          .from(c)
          .where(
            inArray(
              c.spkiSha256,
              rows.map(({ spkiSha256 }) => spkiSha256),
            ),
          )
          .groupBy(c.spkiSha256);
  const counts = new Map(carrying.map((one) => [one.spkiSha256, one.count]));
  return {
    rows: rows.map((row) => ({
      ...row,
      source: sourceOf(row.evidence),
      certificates: counts.get(row.spkiSha256) ?? 0,
    })),
    total: counted?.count ?? 0,
    search,
    older: found.length > SIZE && last ? `${last.reportedAt.epochMilliseconds}.${last.spkiSha256}` : null,
    first: before === null,
  };
}

/** Rows after a place. Keys entered in the very same millisecond follow each other by hash. */
function placeAfter(on: Reader, before: string | null): SQL | undefined {
  const { compromisedKeys: k } = authorityTables(on.columns);
  const [, milliseconds, hash] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(before ?? "") ?? [];
  if (milliseconds === undefined || hash === undefined) return undefined;
  const at = Temporal.Instant.fromEpochMilliseconds(Number(milliseconds));
  return or(lt(k.reportedAt, at), and(eq(k.reportedAt, at), lt(k.spkiSha256, hash)));
}

export interface ShowKey {
  readonly key: Omit<KeyRow, "certificates">;
  readonly certificates: readonly ReportedCertificate[];
  readonly reports: readonly {
    readonly id: Id;
    readonly receiptNumber: string;
    readonly state: ReportState;
  }[];
}

/** One compromised key, every certificate that carries it in every tenant, and the reports about it. */
export async function showKey(
  on: Reader,
  spkiSha256: string,
  now: Temporal.Instant,
): Promise<ShowKey | null> {
  const { compromisedKeys: k, certificates: c } = authorityTables(on.columns);
  const { problemReports: r } = reportTables(on.columns);
  const [key] = await on.select().from(k).where(eq(k.spkiSha256, spkiSha256));
  if (!key) return null;
  return {
    key: { ...key, source: sourceOf(key.evidence) },
    certificates: await certificateLines(on, eq(c.spkiSha256, spkiSha256), now),
    reports: await on
      .select({ id: r.id, receiptNumber: r.receiptNumber, state: r.state })
      .from(r)
      .where(eq(r.spkiSha256, spkiSha256))
      .orderBy(desc(r.id))
      .limit(50),
  };
}

/** What registering keys would find: how many are known already, and the valid certificates that carry them. */
export interface KeysPreview {
  readonly total: number;
  readonly known: number;
  /** The newest of them; revoked and expired ones lose nothing by it and are left out. */
  readonly certificates: readonly ReportedCertificate[];
  /** There may be more than are listed. */
  readonly orMore: boolean;
}

/** What registering these keys (SHA-256 of SubjectPublicKeyInfo, hex) would bring down at `now`. */
export async function previewKeys(
  on: Reader,
  spkiSha256s: readonly string[],
  now: Temporal.Instant,
): Promise<KeysPreview> {
  const { compromisedKeys: k, certificates: c } = authorityTables(on.columns);
  if (spkiSha256s.length === 0) return { total: 0, known: 0, certificates: [], orMore: false };
  const [known] = await on
    .select({ count: count() })
    .from(k)
    .where(inArray(k.spkiSha256, [...spkiSha256s]));
  const carries = inArray(c.spkiSha256, [...spkiSha256s]);
  const valid = and(carries, ne(c.state, "REVOKED"), gte(c.notAfter, now)) ?? carries;
  const certificates = await certificateLines(on, valid, now);
  return {
    total: spkiSha256s.length,
    known: known?.count ?? 0,
    certificates,
    orMore: certificates.length === MOST_LINES,
  };
}
