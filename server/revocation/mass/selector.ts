import type { OnlineRole } from "../../authority/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";

/** How the set of a mass revocation is told: each kind with what it needs. */
export const SELECTOR_KINDS = ["SERIALS", "LINT", "KEY", "SUBSCRIBER", "ISSUER"] as const;
export type SelectorKind = (typeof SELECTOR_KINDS)[number];

/** The issuers of subscribers' certificates. */
export const SELECTABLE_ISSUERS = ["CUSTOMER_OV", "CUSTOMER_EV"] as const satisfies readonly OnlineRole[];

export type Selector =
  | { readonly kind: "SERIALS"; readonly serials: readonly string[] }
  /** Everything that a run over all living certificates found at fault. */
  | { readonly kind: "LINT"; readonly reportId: Id }
  | { readonly kind: "KEY"; readonly spkiSha256: string }
  | { readonly kind: "SUBSCRIBER"; readonly siteId: string }
  | {
      readonly kind: "ISSUER";
      readonly role: (typeof SELECTABLE_ISSUERS)[number];
      /** Issued from … until before …, UTC. */
      readonly from: string;
      readonly until: string;
    };

/** A case is one set that one person can answer for; a larger one is split. */
export const SET_LIMIT = 20_000;

/**
 * Serial numbers out of a pasted text: one a line, or the first column of a CSV such as a lint report's; hexadecimal
 * in any spelling (colons, blanks, 0x, capitals). A header line is passed over.
 * Problems: mass-revocation-serial with the first line that holds none; mass-revocation-too-many.
 */
export function readSerials(text: string): readonly string[] {
  const lines = text
    .normalize("NFKC")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const serials: string[] = [];
  for (const [index, line] of lines.entries()) {
    const serial = serialIn(line);
    if (serial !== null) serials.push(serial);
    else if (index > 0) throw new Problem("mass-revocation-serial", { line: line.slice(0, 60) });
  }
  const unique = [...new Set(serials)];
  if (unique.length === 0)
    throw new Problem("mass-revocation-serial", { line: (lines[0] ?? "").slice(0, 60) });
  if (unique.length > SET_LIMIT) throw new Problem("mass-revocation-too-many", { limit: SET_LIMIT });
  return unique;
}

/** As the certificates table writes a serial: lower case, no leading zero bytes beyond the sign. */
function serialIn(line: string): string | null {
  const cell = (line.split(/[,;\t]/)[0] ?? "").replaceAll(/["']/g, "").trim();
  const digits = cell
    .replace(/^0x/i, "")
    .replaceAll(/[\s:]/g, "")
    .toLowerCase()
    .replace(/^(00)+/, "");
  return /^[0-9a-f]{8,40}$/.test(digits) ? digits : null;
}

/** A SHA-256 of a SubjectPublicKeyInfo in any spelling. Problem: mass-revocation-key. */
export function readKeyHash(text: string): string {
  const digits = text.normalize("NFKC").replaceAll(/[\s:]/g, "").toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(digits)) throw new Problem("mass-revocation-key");
  return digits;
}
