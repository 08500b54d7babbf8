import { TAG } from "./der.ts";
import { DerError, type DerNode, readDer } from "./der-reader.ts";
import { OID } from "./oids.ts";

/** What people paste or upload where a CSR belongs. */
export type PastedKind = "private key" | "certificate" | "PKCS#7" | "PKCS#12" | "CRL" | "public key";

/** Armour of every private key format: PEM (PKCS#1, PKCS#8, SEC 1, encrypted, OpenSSH), SSH2, PuTTY. */
const PRIVATE_KEY_ARMOUR =
  /-\s*(BEGIN|END)\s[^-\r\n]{0,40}PRIVATE\s+KEY|PuTTY-User-Key-File|\b(BEGIN|END) ([A-Z0-9]+ ){0,3}PRIVATE KEY\b/i;

/** True when the text or bytes hold a private key's armour anywhere, in UTF-8 or UTF-16, or are one in DER. */
export function holdsPrivateKey(input: string | Uint8Array): boolean {
  const text = typeof input === "string" ? input : Buffer.from(input).toString("latin1");
  if (PRIVATE_KEY_ARMOUR.test(text.replaceAll("\0", ""))) return true;
  return typeof input !== "string" && kindOfDer(input) === "private key";
}

/** The kind of a DER structure that is recognisably not a CSR; null for a CSR and for everything unknown. */
export function kindOfDer(der: Uint8Array): PastedKind | null {
  try {
    // Key files are small; a generous bound still keeps the walk cheap for uploads of any size.
    return kindOf(readDer(der, { name: "input", maxBytes: 1 << 20, maxDepth: 24 }));
  } catch (error) {
    if (error instanceof DerError) return null;
    throw error;
  }
}

function kindOf(root: DerNode): PastedKind | null {
  const [first, second, third] = root.is(TAG.sequence) ? root.children : [];
  if (first === undefined || second === undefined) return null;
  if (first.is(TAG.integer)) {
    // PKCS#1 (integers), PKCS#8 (algorithm, octets), SEC 1 (octets); PKCS#12 is version 3 with a PKCS#7 inside.
    if (
      second.is(TAG.sequence) &&
      second.children[0]?.is(TAG.oid) &&
      second.child(0).oid().startsWith(`${OID.pkcs7}.`)
    )
      return "PKCS#12";
    if (second.is(TAG.octetString) || (second.is(TAG.sequence) && third?.is(TAG.octetString)))
      return "private key";
    if (second.is(TAG.integer)) return root.children.length > 2 ? "private key" : "public key";
    return null;
  }
  if (first.is(TAG.oid)) return first.oid().startsWith(`${OID.pkcs7}.`) ? "PKCS#7" : null;
  if (!first.is(TAG.sequence)) return null;
  const inner = first.children;
  if (inner[0]?.is(TAG.oid)) {
    if (second.is(TAG.octetString)) return "private key"; // EncryptedPrivateKeyInfo
    return second.is(TAG.bitString) ? "public key" : null;
  }
  if (third?.is(TAG.bitString)) {
    if (
      inner[0]?.is(0xa0) ||
      (inner.length >= 6 && inner[0]?.is(TAG.integer) && inner[1]?.is(TAG.sequence))
    ) {
      return inner[3]?.is(TAG.utcTime) ? "CRL" : "certificate";
    }
  }
  return null;
}
