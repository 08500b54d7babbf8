import { and, desc, eq } from "drizzle-orm";
import { authorityTables, chainOf } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { type CertificateChain, parseCertificate, printName } from "../../pki/index.ts";
import { describeKey } from "../key-description.ts";
import type { Product } from "../request.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";
import { type StateNow, stateAt } from "./list-certificates.ts";

/** A certificate above the leaf, for the picture of the chain. */
interface ChainLink {
  readonly subject: string;
  readonly notAfter: Temporal.Instant;
  readonly root: boolean;
}

export interface CertificateDetail {
  readonly id: Id;
  readonly requestId: Id;
  readonly receiptNumber: string;
  readonly state: StateNow;
  readonly product: Product;
  readonly commonName: string;
  readonly names: readonly string[];
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly fingerprint: string;
  readonly spkiSha256: string;
  readonly key: string;
  readonly signatureAlgorithm: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly issuedAt: Temporal.Instant;
  readonly revokedAt: Temporal.Instant | null;
  readonly firstDownloadedAt: Temporal.Instant | null;
  readonly installedAt: string | null;
  readonly chain: readonly ChainLink[];
  /** Certificates of the same common name, this one included, the newest first. */
  readonly history: readonly {
    readonly id: Id;
    readonly serial: string;
    readonly notBefore: Temporal.Instant;
    readonly notAfter: Temporal.Instant;
    readonly state: StateNow;
  }[];
}

const HISTORY = 20;

/** One certificate with its chain and history; null when it is not this subscriber's. */
export async function showCertificate(
  on: Reader,
  tenant: Tenant,
  id: Id,
  now: Temporal.Instant,
): Promise<CertificateDetail | null> {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({ certificate: c, request: r })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(eq(c.id, id), eq(r.subscriberId, tenant)));
  if (!row) return null;
  const { certificate, request } = row;
  const parsed = parseCertificate(certificate.der);
  const above = (await chainOf(on, certificate.issuerId)).map(parseCertificate);
  const history = await on
    .select({
      id: c.id,
      serial: c.serial,
      notBefore: c.notBefore,
      notAfter: c.notAfter,
      state: c.state,
    })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(eq(r.subscriberId, tenant), eq(r.commonName, request.commonName)))
    .orderBy(desc(c.id))
    .limit(HISTORY);
  const { serial, fingerprint, spkiSha256, notBefore, notAfter, revokedAt } = certificate;
  return {
    id,
    requestId: request.id,
    receiptNumber: request.receiptNumber,
    state: stateAt(certificate, now),
    product: request.product,
    commonName: displayName(request.commonName),
    names: request.names.map(displayName),
    subject: printName(parsed.subject),
    issuer: printName(parsed.issuer),
    serial,
    fingerprint,
    spkiSha256,
    key: describeKey(parsed.publicKey),
    signatureAlgorithm: parsed.signatureAlgorithm,
    notBefore,
    notAfter,
    issuedAt: request.issuedAt ?? certificate.createdAt,
    revokedAt,
    firstDownloadedAt: request.firstDownloadedAt,
    installedAt: request.place,
    chain: above.map((one, index) => ({
      subject: printName(one.subject),
      notAfter: one.notAfter,
      root: index === above.length - 1,
    })),
    history: history.map((one) => ({ ...one, state: stateAt(one, now) })),
  };
}

/** What a download is made of. */
export interface CertificateFiles extends CertificateChain {
  readonly commonName: string;
}

/** The certificate and those above it, in DER; null when it is not this subscriber's. */
export async function certificateFiles(on: Reader, tenant: Tenant, id: Id): Promise<CertificateFiles | null> {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({ der: c.der, issuerId: c.issuerId, commonName: r.commonName })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(eq(c.id, id), eq(r.subscriberId, tenant)));
  if (!row) return null;
  const above = await chainOf(on, row.issuerId);
  const root = above.at(-1);
  if (root === undefined) throw new Error("a certificate without a root");
  return { commonName: row.commonName, leaf: row.der, chain: above.slice(0, -1), root };
}
