import { createPublicKey, type KeyObject, verify } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import {
  type CertificateIssuer,
  parseCertificate,
  SIGNATURE_ALGORITHMS,
  type SignatureAlgorithm,
} from "../pki/index.ts";
import type { IssuerRole } from "./issuer.ts";
import { authorityTables } from "./tables.ts";

/** A CA of ours, ready to sign and to check its signatures. */
export interface Issuer extends CertificateIssuer {
  readonly id: Id;
  readonly role: IssuerRole;
  readonly keyName: string;
  /** Where the key of that name lies (adapters/key-store.ts). */
  readonly keyStore: string;
  /** Over how many partitions of its CRL new certificates are spread; 0: the complete CRL alone. */
  readonly crlPartitions: number;
  /** The most there ever were: those stay published while a certificate may point to them. */
  readonly crlPartitionsEver: number;
  readonly certificateDer: Uint8Array;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  readonly publicKey: KeyObject;
}

/** The issuer of a role. Throws where the hierarchies were never established: a defect of the start. */
export async function issuerOf<R extends IssuerRole>(
  on: Reader,
  role: R,
): Promise<Issuer & { readonly role: R }> {
  const { issuers: i } = authorityTables(on.columns);
  const [row] = await on
    .prepared("authority.issuer", (d) =>
      d
        .select()
        .from(i)
        .where(eq(i.role, sql.placeholder("role")))
        .prepare(),
    )
    .execute({ role });
  if (!row) throw new Error(`there is no issuer ${role}`);
  const { spki } = parseCertificate(row.certificateDer).publicKey;
  return {
    ...row,
    role,
    signatureAlgorithm: row.signatureAlgorithm as SignatureAlgorithm,
    spki,
    publicKey: createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" }),
  };
}

/** Is `signature` this issuer's over exactly these bytes? Computed off the event loop. */
export function isSignedBy(
  issuer: Pick<Issuer, "publicKey" | "signatureAlgorithm">,
  bytes: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const { hash } = SIGNATURE_ALGORITHMS[issuer.signatureAlgorithm];
  return new Promise((resolve, reject) => {
    verify(hash, bytes, issuer.publicKey, signature, (error, valid) =>
      error ? reject(error) : resolve(valid),
    );
  });
}

/**
 * The certificates above a leaf of `issuerId`, DER, the leaf's issuer first and the self-signed root last (RFC 5280
 * 6.1 builds a path the other way round).
 */
export async function chainOf(on: Reader, issuerId: Id): Promise<Uint8Array[]> {
  const { issuers: i } = authorityTables(on.columns);
  const [first] = await on.select({ role: i.role, der: i.certificateDer }).from(i).where(eq(i.id, issuerId));
  if (!first) throw new Error(`there is no issuer ${issuerId}`);
  if (first.role === "CUSTOMER_ROOT" || first.role === "STAFF_ROOT") return [first.der];
  const [root] = await on.select({ der: i.certificateDer }).from(i).where(eq(i.role, "CUSTOMER_ROOT"));
  if (!root) throw new Error("there is no issuer CUSTOMER_ROOT");
  return [first.der, root.der];
}
