import { isProblem, Problem } from "../../kernel/problem.ts";
import { normalizeDomain } from "../../kernel/text.ts";
import { isPastedPrivateKey, parseCertificate, parseServerName, readPem } from "../../pki/index.ts";

/** What tells a certificate from all others, as far as it was given. */
export interface Identified {
  /** As in a SAN: A-labels in lower case. */
  readonly domain: string | null;
  /** Lower-case hex, whole bytes, as certificates keep it. */
  readonly serial: string | null;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string | null;
  readonly certificateDer: Uint8Array | null;
}

/** What stands between the digits of a serial or fingerprint wherever people copy it from. */
const SEPARATORS = /[\s:.\-\u2010-\u2015\u2212]/g;
const digitsOf = (text: string): string =>
  text.normalize("NFKC").replace(SEPARATORS, "").replace(/^0x/i, "").toLowerCase();

/** Reads each way of naming a certificate; an empty one is null. Problems: see each. */
export const identifyCertificate = {
  /** A name, or the address of a page. Problem: name-invalid. */
  domain(text: string): string | null {
    const typed = text.normalize("NFKC").trim();
    if (typed === "") return null;
    const host = /^https?:\/\/([^/?#\s:]+)/i.exec(typed)?.[1] ?? typed.replace(/\/.*$/s, "");
    return parseServerName(normalizeDomain(host)).ascii;
  },

  /** Hexadecimal, in whatever writing. Problem: serial-invalid. */
  serial(text: string): string | null {
    const digits = digitsOf(text);
    if (digits === "") return null;
    // RFC 5280 4.1.2.2: at most 20 octets.
    if (!/^[0-9a-f]{1,42}$/.test(digits)) throw new Problem("serial-invalid");
    const plain = digits.replace(/^0+(?=.)/, "");
    return plain.length % 2 === 0 ? plain : `0${plain}`;
  },

  /** SHA-256. Problem: fingerprint-invalid. */
  fingerprint(text: string): string | null {
    const digits = digitsOf(text);
    if (digits === "") return null;
    if (!/^[0-9a-f]{64}$/.test(digits)) throw new Problem("fingerprint-invalid");
    return digits;
  },

  /** PEM or DER, of whatever issuer; of a chain the first. Problem: certificate-unreadable, private-key-pasted. */
  certificate(input: string | Uint8Array): Uint8Array | null {
    if (typeof input === "string" && input.trim() === "") return null;
    if (isPastedPrivateKey(input)) {
      if (typeof input !== "string") input.fill(0);
      throw new Problem("private-key-pasted");
    }
    const der = derOf(input);
    if (der === null) throw new Problem("certificate-unreadable");
    try {
      parseCertificate(der);
      return der;
    } catch (error) {
      // A key of a kind that we never certify still belongs to a certificate that can be looked at.
      if (isProblem(error, "key-type-unsupported")) return der;
      throw new Problem("certificate-unreadable");
    }
  },
};

function derOf(input: string | Uint8Array): Uint8Array | null {
  if (typeof input !== "string" && input[0] === 0x30) return input;
  const text = typeof input === "string" ? input : Buffer.from(input).toString("latin1");
  return readPem(text)?.find(({ label }) => label === "CERTIFICATE")?.bytes ?? null;
}
