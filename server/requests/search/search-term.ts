import { domainToASCII } from "node:url";
import { normalizeDomain } from "../../kernel/text.ts";
import { reversedName } from "../../pki/index.ts";

/** How a name is meant: as a whole, by how it begins, or as a domain with everything under it. */
export type NameMatch = "exact" | "prefix" | "domain";

/** What somebody meant by what they typed into the search field. Never a part from the middle of anything. */
export type SearchTerm =
  | { readonly kind: "all" }
  /** `key` is a name, the beginning of one, or, for a domain, its reversed name. */
  | { readonly kind: "name"; readonly match: NameMatch; readonly key: string }
  /** Lower-case hex: a serial number or how it begins. */
  | { readonly kind: "serial"; readonly key: string }
  /** Lower-case hex: the SHA-256 of a certificate or of a public key. */
  | { readonly kind: "digest"; readonly key: string }
  /** A receipt number or how it begins. */
  | { readonly kind: "receipt"; readonly key: string }
  /** Words of a language: how an organisation's name begins. */
  | { readonly kind: "organization"; readonly key: string }
  | { readonly kind: "unreadable" };

/** Fewer digits say too little of a serial number; more than 20 bytes it never has (RFC 5280 4.1.2.2). */
const SERIAL_DIGITS = { least: 4, mostWithoutColons: 8, most: 40 } as const;
const DIGEST_DIGITS = 64;

/**
 * Reads a search field as people fill it: full width or half width, addresses copied out of a browser, serial numbers
 * and fingerprints with colons or spaces, Unicode names.
 *
 * `www.example.co.jp` is that name, `www.exa*` names that begin so, `*.example.co.jp` or `.example.co.jp` the domain
 * with all names under it. A word without a dot is the beginning of a name. Eight hex digits and more, or pairs
 * separated by colons or spaces, are a serial number's beginning; 64 of them a fingerprint or a key's hash.
 */
export function searchTerm(typed: string): SearchTerm {
  const text = normalizeDomain(typed);
  if (text === "" || text === "*") return { kind: "all" };
  return (
    receiptIn(text) ??
    hexIn(text) ??
    nameIn(withoutAddress(text)) ??
    organizationIn(typed) ?? { kind: "unreadable" }
  );
}

function receiptIn(text: string): SearchTerm | null {
  return /^r-[0-9]{1,8}(-[0-9a-z]*)?$/.test(text) ? { kind: "receipt", key: text.toUpperCase() } : null;
}

function hexIn(text: string): SearchTerm | null {
  const plain = text.replace(/^0x/, "").replace(/\*$/, "");
  const paired = /^[0-9a-f]{2}([: ]?[0-9a-f]{2})*[: ]?[0-9a-f]?$/.test(plain);
  const digits = plain.replace(/[: ]/g, "");
  if (!(paired || /^[0-9a-f]+$/.test(plain))) return null;
  const separated = digits.length < plain.length || text.startsWith("0x");
  if (digits.length < (separated ? SERIAL_DIGITS.least : SERIAL_DIGITS.mostWithoutColons)) return null;
  if (digits.length === DIGEST_DIGITS) return { kind: "digest", key: digits };
  return digits.length <= SERIAL_DIGITS.most ? { kind: "serial", key: digits } : { kind: "unreadable" };
}

/** `https://www.example.co.jp:8443/login` was copied from a browser: its host. */
const withoutAddress = (text: string): string =>
  /^[a-z]+:\/\//.test(text)
    ? text.replace(/^[a-z]+:\/\/([^/?#]*@)?/, "").replace(/(:[0-9]+)?([/?#].*)?$/, "")
    : text;

function nameIn(text: string): SearchTerm | null {
  if (/^\*?\./.test(text)) {
    const domain = asciiName(text.replace(/^\*?\./, "").replace(/\.$/, ""));
    return domain === null || domain === ""
      ? null
      : { kind: "name", match: "domain", key: reversedName(domain) };
  }
  if (text.endsWith("*") || !/[.:]/.test(text)) {
    const key = asciiBeginning(text.replace(/\*$/, ""));
    return key === null ? null : { kind: "name", match: "prefix", key };
  }
  const name = asciiName(text.replace(/\.$/, ""));
  return name === null ? null : { kind: "name", match: "exact", key: name };
}

/** What a name in subjectAltName is made of, addresses and the wildcard's star included. */
const NAME = /^(\*\.)?[a-z0-9_.:-]+$/;

/** A whole name as certificates hold it: A-labels. Null where it cannot be one. */
function asciiName(text: string): string | null {
  const ascii = /^[\x21-\x7e]*$/.test(text) ? text : domainToASCII(text);
  return NAME.test(ascii) ? ascii : null;
}

/** How a name begins: its last label may be unfinished, and an unfinished label of another script has no A-label. */
function asciiBeginning(text: string): string | null {
  const dot = text.lastIndexOf(".");
  const last = text.slice(dot + 1);
  if (!/^[a-z0-9_:-]*$/.test(last)) return null;
  const first = dot < 1 ? "" : asciiName(text.slice(0, dot));
  return first === null ? null : `${first}${text.slice(Math.max(dot, 0), dot + 1)}${last}`;
}

/** Legal names are kept as registered, so what is compared is what was typed. */
function organizationIn(typed: string): SearchTerm | null {
  const key = typed.trim().replace(/[*＊]$/, "");
  return /\p{L}/u.test(key) && !/[*＊]/.test(key) ? { kind: "organization", key } : null;
}
