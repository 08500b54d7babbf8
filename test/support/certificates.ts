import { type KeyObject, sign } from "node:crypto";
import { authorityTables } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { wholeSecond } from "../../server/kernel/clock.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { fingerprintOf, type HolderKind, operatorTables } from "../../server/operators/index.ts";
import {
  assembleCertificate,
  buildTbsCertificate,
  type CertificateIssuer,
  encodeName,
  generateKey,
  type IssuerKeyKind,
  keyIdentifierOf,
  lastSecond,
  newSerial,
  PROFILES,
  type Profile,
  type ProfileName,
  publicKeyOf,
  SIGNATURE_ALGORITHMS,
  signatureAlgorithmFor,
  spkiOf,
  toPem,
} from "../../server/pki/index.ts";

/** Certificates that a careful CA would never issue, valid by the system's clock, because OpenSSL knows no other. */

export interface TestCertificate {
  readonly der: Uint8Array;
  /** Itself alone. */
  readonly pem: string;
  readonly keyPem: string;
  readonly fingerprint: string;
  readonly profile: ProfileName;
  readonly serial: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly spkiSha256: string;
}

export interface TestAuthority extends TestCertificate, CertificateIssuer {
  readonly privateKey: KeyObject;
}

export interface Content {
  readonly profile: ProfileName;
  /** What differs from the profile: another EKU, no policy, a CA. */
  readonly except?: Partial<Profile>;
  readonly commonName: string;
  readonly names?: readonly string[];
  readonly from?: Temporal.Instant;
  readonly days?: number;
  readonly key?: IssuerKeyKind;
}

/** A self-signed root. */
export function makeRoot(content: Content): Promise<TestAuthority> {
  return make(content, null);
}

/** A certificate under `issuer`; a CA may sign further ones. */
export function makeUnder(issuer: TestAuthority, content: Content): Promise<TestAuthority> {
  return make(content, issuer);
}

async function make(content: Content, parent: TestAuthority | null): Promise<TestAuthority> {
  const { publicKey: node, privateKey } = await generateKey(content.key ?? "P-256");
  const publicKey = publicKeyOf(spkiOf(node));
  const subject = [
    { type: "C", value: "JP" },
    { type: "O", value: "Inkan Test" },
    { type: "CN", value: content.commonName },
  ];
  const itself: CertificateIssuer = {
    subjectDer: encodeName(subject),
    keyIdentifier: keyIdentifierOf(publicKey.spki),
    signatureAlgorithm: signatureAlgorithmFor(publicKey),
  };
  const issuer = parent ?? { ...itself, privateKey };
  const notBefore = wholeSecond(content.from ?? Temporal.Now.instant().subtract({ hours: 1 }));
  const notAfter = lastSecond(notBefore, content.days ?? 30);
  const serial = newSerial();
  const tbs = buildTbsCertificate({
    profile: { ...PROFILES[content.profile], ...content.except },
    issuer,
    serial,
    notBefore,
    notAfter,
    subject,
    publicKey,
    names: content.names ?? [],
  });
  const { hash } = SIGNATURE_ALGORITHMS[issuer.signatureAlgorithm];
  const signature = new Uint8Array(sign(hash, tbs, issuer.privateKey));
  const der = assembleCertificate(tbs, issuer.signatureAlgorithm, signature);
  return {
    ...itself,
    privateKey,
    der,
    pem: toPem("CERTIFICATE", der),
    keyPem: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    fingerprint: fingerprintOf(der),
    profile: content.profile,
    serial,
    notBefore,
    notAfter,
    spkiSha256: publicKey.spkiSha256,
  };
}

/** Writes the staff root into the database, as a first start does. Gives the issuer's id. */
export async function storeStaffRoot(db: Database, root: TestAuthority): Promise<Id> {
  const id = newId();
  const { issuers } = authorityTables(db.read.columns);
  await db.transact(async (tx) => {
    await tx.insert(issuers).values({
      id,
      role: "STAFF_ROOT",
      keyName: "staff-root",
      subjectDer: root.subjectDer,
      keyIdentifier: root.keyIdentifier,
      signatureAlgorithm: root.signatureAlgorithm,
      certificateDer: root.der,
      notBefore: root.notBefore,
      notAfter: root.notAfter,
      createdAt: root.notBefore,
    });
  });
  return id;
}

/**
 * Writes a client certificate into the database as if the staff root had issued it to this holder, whatever it is in
 * truth: what the database vouches for must still be stopped by the other checks. Gives the certificate's id.
 */
export async function storeClientCertificate(
  db: Database,
  issuerId: Id,
  certificate: TestCertificate,
  holder: { readonly kind: HolderKind; readonly id: Id; readonly subscriberId: Id | null },
): Promise<Id> {
  const certificateId = newId();
  const { der, fingerprint, serial, profile, spkiSha256, notBefore, notAfter } = certificate;
  const createdAt = notBefore;
  await db.transact(async (tx) => {
    await tx.insert(authorityTables(tx.columns).certificates).values({
      id: certificateId,
      issuerId,
      serial,
      profile,
      subscriberId: holder.subscriberId,
      organizationId: null,
      purpose: `${holder.kind}:${holder.id}`,
      commonName: "client",
      nameCount: 0,
      crlPartition: 0,
      der,
      fingerprint,
      spkiSha256,
      notBefore,
      notAfter,
      state: "ACTIVE",
      revokedAt: null,
      revocationReason: null,
      createdAt,
    });
    await tx.insert(operatorTables(tx.columns).clientCertificates).values({
      id: newId(),
      holderKind: holder.kind,
      holderId: holder.id,
      certificateId,
      fingerprint,
      createdAt,
      removedAt: null,
    });
  });
  return certificateId;
}
