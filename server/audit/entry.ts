import { hash } from "node:crypto";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";

/** What JSON can hold and give back unchanged. Never a secret: entries are kept for years and cannot be edited. */
export type DetailValue =
  | string
  | number
  | boolean
  | null
  | readonly DetailValue[]
  | { readonly [key: string]: DetailValue };
export type Details = { readonly [key: string]: DetailValue };

/** Whose chain an entry belongs to: a subscriber's, or that of the system itself. */
export type AuditTenant = Tenant | "system";

/** What a use case says about itself. */
export interface AuditEntry {
  readonly tenant: AuditTenant;
  readonly at: Temporal.Instant;
  readonly actor: Actor;
  /** `noun.verb`, past tense: `request.approved`, `operator.removed`. */
  readonly action: `${string}.${string}`;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly details?: Details;
}

/** An entry as it stands in the table. */
export interface ChainedEntry {
  readonly tenant: string;
  readonly sequence: number;
  readonly id: Id;
  readonly at: Temporal.Instant;
  readonly actorKind: Actor["kind"];
  readonly actorId: Id | null;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly details: Details;
  readonly previousHash: string;
}

/** The hash "before" the first entry of a chain. */
export const GENESIS = "0".repeat(64);

/**
 * SHA-256, as lower-case hex, over the UTF-8 bytes of the entry's canonical JSON: an object of exactly the twelve
 * members of `ChainedEntry`, keys sorted by code unit, no white space, strings and numbers as JSON.stringify writes
 * them (RFC 8785 for the values that occur here), `at` as RFC 3339 in UTC with milliseconds. Every column but the
 * hash itself is covered, and `previousHash` ties the entry to the one before.
 */
export function entryHash(entry: ChainedEntry): string {
  const text = JSON.stringify;
  // The twelve members in their sorted order, written out: a thousand certificates have a thousand entries.
  const json =
    `{"action":${text(entry.action)},"actorId":${text(entry.actorId)},"actorKind":${text(entry.actorKind)},` +
    `"actorName":${text(entry.actorName)},"at":${text(printedInstant(entry.at))},` +
    `"details":${canonicalJson(entry.details)},"id":${text(entry.id)},` +
    `"previousHash":${text(entry.previousHash)},"sequence":${canonicalJson(entry.sequence)},` +
    `"subjectId":${text(entry.subjectId)},"subjectKind":${text(entry.subjectKind)},"tenant":${text(entry.tenant)}}`;
  return hash("sha256", json, "hex");
}

let printed: { readonly at: Temporal.Instant; readonly text: string } | null = null;

/** The entries of a transaction share their instant; printing it costs more than the rest of an entry. */
function printedInstant(at: Temporal.Instant): string {
  if (printed?.at !== at) printed = { at, text: at.toString({ fractionalSecondDigits: 3 }) };
  return printed.text;
}

/** JSON with sorted keys and no white space (RFC 8785 3.2). Throws on what JSON cannot give back unchanged. */
export function canonicalJson(value: DetailValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (value !== null && typeof value === "object") {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${canonicalJson(each)}`).join(",")}}`;
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("not a JSON number");
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`not a JSON value: ${typeof value}`);
  return json;
}
