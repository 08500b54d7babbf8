import { getDomain, parse } from "tldts";
import { toASCII, toUnicode } from "tr46";
import { Problem } from "../kernel/problem.ts";
import { isReservedAddress, parseIpAddress, printIpAddress } from "./ip-addresses.ts";

/** Why a requested name is refused; the catalogues say it in words. */
const NAME_FAULTS = [
  "empty",
  "not-a-name",
  "too-long",
  "label-empty",
  "label-too-long",
  "trailing-dot",
  "bad-character",
  "underscore",
  "hyphen-at-edge",
  "reserved-hyphens",
  "bad-idn",
  "wildcard-position",
  "wildcard-public-suffix",
  "public-suffix",
  "internal-name",
  "bad-address",
  "reserved-address",
] as const;
export type NameFault = (typeof NAME_FAULTS)[number];

/** A name that a server certificate may carry. */
export interface ServerName {
  readonly kind: "dns" | "wildcard" | "ip";
  /** As it stands in the certificate: A-labels in lower case, `*.` kept; addresses in canonical text. */
  readonly ascii: string;
  /** For people: U-labels. */
  readonly unicode: string;
  /** The registrable domain (without `*.`), or the address itself. */
  readonly baseDomain: string;
}

/** Only the ICANN section counts for BR 3.2.2.6; names come bare, never as URLs. */
const ICANN = {
  allowPrivateDomains: false,
  extractHostname: false,
  validateHostname: false,
  detectIp: false,
} as const;
const IDNA = {
  checkBidi: true,
  checkHyphens: true,
  checkJoiners: true,
  useSTD3ASCIIRules: true,
  verifyDNSLength: true,
  transitionalProcessing: false,
} as const;

/**
 * One requested name, normalised and checked (BR 7.1.2.7.12, 4.2.2, 3.2.2.6): DNS names as A-labels, wildcards only as
 * the whole leftmost label and never directly above a public suffix, global addresses. `parseServerName(x.ascii)` is `x`.
 * @throws Problem name-invalid, `why` a NameFault
 */
export function parseServerName(text: string): ServerName {
  const result = readServerName(text);
  if (typeof result === "string") throw new Problem("name-invalid", { name: shorten(text), why: result });
  return result;
}

/** The same without an exception: the name, or what is wrong with it. */
export function readServerName(text: string): ServerName | NameFault {
  const trimmed = text.trim();
  if (trimmed === "") return "empty";
  // Four bytes of UTF-8 a character at most: whatever is longer cannot become 253 characters of A-labels.
  if (trimmed.length > 1024) return "too-long";
  if (/[/@?#\\[\]\s%]/.test(trimmed)) return "not-a-name";
  if (trimmed.includes(":")) return readAddress(trimmed, "not-a-name");
  if (/^\d[\dx.]*$/i.test(trimmed) && trimmed.includes(".")) return readAddress(trimmed, "bad-address");
  const wildcard = /^[**][..。。]/u.test(trimmed);
  const host = wildcard ? trimmed.slice(2) : trimmed;
  if (/[**]/u.test(host)) return "wildcard-position";
  const ascii = toAscii(host);
  if (typeof ascii !== "string") return ascii.fault;
  const fault = faultOf(ascii, wildcard);
  if (fault !== null) return fault;
  const unicode = ascii.includes("xn--") ? toUnicode(ascii, IDNA).domain : ascii;
  const prefix = wildcard ? "*." : "";
  const baseDomain = baseDomainOf(ascii);
  if (baseDomain === null) return "public-suffix";
  return {
    kind: wildcard ? "wildcard" : "dns",
    ascii: prefix + ascii,
    unicode: prefix + unicode,
    baseDomain,
  };
}

function readAddress(text: string, otherwise: NameFault): ServerName | NameFault {
  const bytes = parseIpAddress(text);
  if (bytes === null)
    return /^[0-9a-f:.]*$/i.test(text) && text.split(":").length > 2 ? "bad-address" : otherwise;
  if (isReservedAddress(bytes)) return "reserved-address";
  const canonical = printIpAddress(bytes);
  return { kind: "ip", ascii: canonical, unicode: canonical, baseDomain: canonical };
}

/** A-labels by UTS #46 with every check on. Plain names, nearly all of them, take the short way. */
function toAscii(host: string): string | { fault: NameFault } {
  if (/[..。。]$/u.test(host)) return { fault: "trailing-dot" };
  const lower = host.toLowerCase();
  const plain = /^[\x21-\x7e]+$/.test(lower);
  if (plain && !/(^|\.)xn--/.test(lower)) return lower;
  const ascii = toASCII(lower, IDNA);
  if (ascii === null) {
    const loose = toASCII(lower, {
      ...IDNA,
      useSTD3ASCIIRules: false,
      verifyDNSLength: false,
      checkHyphens: false,
    });
    return { fault: (loose === null ? null : syntaxFault(loose)) ?? "bad-idn" };
  }
  // A label that decodes to something which encodes differently is no valid A-label (RFC 5890 2.3.2.1).
  const back = toUnicode(ascii, IDNA);
  return back.error || toASCII(back.domain, IDNA) !== ascii || (plain && ascii !== lower)
    ? { fault: "bad-idn" }
    : ascii;
}

/** What RFC 1034 3.5 and BR 7.1.2.7.12 refuse in a name of A-labels. */
function syntaxFault(ascii: string): NameFault | null {
  if (ascii === "") return "empty";
  if (ascii.length > 253) return "too-long";
  for (const label of ascii.split(".")) {
    if (label === "") return "label-empty";
    if (label.length > 63) return "label-too-long";
    if (label.includes("_")) return "underscore";
    if (!/^[a-z0-9-]+$/.test(label)) return "bad-character";
    if (label.startsWith("-") || label.endsWith("-")) return "hyphen-at-edge";
    if (label.slice(2, 4) === "--" && !label.startsWith("xn--")) return "reserved-hyphens";
  }
  return null;
}

function faultOf(ascii: string, wildcard: boolean): NameFault | null {
  const syntax = syntaxFault(ascii);
  if (syntax !== null) return syntax;
  const { isIcann, publicSuffix } = parse(ascii, ICANN);
  // Unknown suffixes (.local, bare hosts) and the two that are on the list without being sold.
  if (isIcann !== true || publicSuffix === null) return "internal-name";
  if (/(^|\.)(arpa|onion)$/.test(ascii)) return "internal-name";
  // The star stands for at least one character and its dot counts too.
  if (wildcard && ascii.length > 251) return "too-long";
  // With a rule such as *.kawasaki.jp, tldts counts kawasaki.jp itself as public too: no star above it either.
  if (publicSuffix === ascii) return wildcard ? "wildcard-public-suffix" : "public-suffix";
  return null;
}

/** The registrable domain of an A-label name, `*.` ignored; null for a public suffix and for addresses. */
export function baseDomainOf(ascii: string): string | null {
  return getDomain(ascii.startsWith("*.") ? ascii.slice(2) : ascii, ICANN);
}

/** Adds the base domain where `www.` + base domain is asked for: visitors type both. Order kept, no doubles. */
export function withBaseDomain(names: readonly string[]): string[] {
  const result = new Set<string>();
  for (const name of names) {
    result.add(name);
    const base = name.startsWith("www.") ? name.slice(4) : null;
    if (base !== null && base === baseDomainOf(name)) result.add(base);
  }
  return [...result];
}

/** Error messages repeat the name; not a novel, and no control characters. */
function shorten(text: string): string {
  const printable = text.replace(/\p{Cc}/gu, "\u{fffd}");
  return printable.length > 80 ? `${printable.slice(0, 80)}…` : printable;
}
