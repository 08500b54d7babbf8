import { and, asc, desc, eq, inArray } from "drizzle-orm";
import { authorityTables, chainOf } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { type CertificateChain, parseCertificate, printName } from "../../pki/index.ts";
import { describeKey } from "../key-description.ts";
import { type RequestKind, replaceable } from "../replacement.ts";
import type { Product, RequestState } from "../request.ts";
import { type StateNow, stateAt } from "../search/certificate-filters.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

/** A certificate above the leaf, for the picture of the chain. */
interface ChainLink {
  readonly subject: string;
  readonly notAfter: Temporal.Instant;
  readonly root: boolean;
}

/** The certificate whose place this one took, or which it renewed. */
interface CertificateBefore {
  readonly id: Id;
  readonly kind: RequestKind;
  readonly commonName: string;
  readonly serial: string;
  readonly notAfter: Temporal.Instant;
  readonly state: StateNow;
}

/** What was asked for after this one: on its way, or issued. */
interface CertificateAfter {
  readonly requestId: Id;
  readonly receiptNumber: string;
  readonly kind: RequestKind;
  readonly state: RequestState;
  readonly certificate: {
    readonly id: Id;
    readonly serial: string;
    readonly notAfter: Temporal.Instant;
  } | null;
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
  readonly before: CertificateBefore | null;
  readonly after: readonly CertificateAfter[];
  /** Can it be reissued today, and has nobody asked for that yet? */
  readonly reissuable: boolean;
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
  const { certificateNames: n } = authorityTables(on.columns);
  const history = await on
    .select({
      id: c.id,
      serial: c.serial,
      notBefore: c.notBefore,
      notAfter: c.notAfter,
      state: c.state,
    })
    .from(n)
    .innerJoin(c, eq(c.id, n.certificateId))
    .where(and(eq(n.subscriberId, tenant), eq(n.name, certificate.commonName), eq(c.commonName, n.name)))
    .orderBy(desc(n.certificateId))
    .limit(HISTORY);
  const { serial, fingerprint, spkiSha256, notBefore, notAfter, revokedAt } = certificate;
  const after = await certificatesAfter(on, tenant, id);
  const isReplaced = after.some(({ kind, state }) => kind === "REISSUE" && state === "ISSUED");
  const underWay = after.some(({ kind, state }) => kind === "REISSUE" && state !== "ISSUED");
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
    before: await certificateBefore(on, tenant, request, now),
    after,
    reissuable: !underWay && replaceable({ ...certificate, isReplaced }, now) === null,
    chain: above.map((one, index) => ({
      subject: printName(one.subject),
      notAfter: one.notAfter,
      root: index === above.length - 1,
    })),
    history: history.map((one) => ({ ...one, state: stateAt(one, now) })),
  };
}

async function certificateBefore(
  on: Reader,
  tenant: Tenant,
  { kind, replacesCertificateId }: { kind: RequestKind; replacesCertificateId: Id | null },
  now: Temporal.Instant,
): Promise<CertificateBefore | null> {
  if (replacesCertificateId === null) return null;
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const [row] = await on
    .select({
      id: c.id,
      commonName: r.commonName,
      serial: c.serial,
      notAfter: c.notAfter,
      state: c.state,
    })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(and(eq(c.id, replacesCertificateId), eq(r.subscriberId, tenant)));
  return row ? { ...row, kind, commonName: displayName(row.commonName), state: stateAt(row, now) } : null;
}

async function certificatesAfter(on: Reader, tenant: Tenant, id: Id): Promise<CertificateAfter[]> {
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  const rows = await on
    .select({
      requestId: r.id,
      receiptNumber: r.receiptNumber,
      kind: r.kind,
      state: r.state,
      certificate: { id: c.id, serial: c.serial, notAfter: c.notAfter },
    })
    .from(r)
    .leftJoin(c, eq(c.id, r.certificateId))
    .where(
      and(
        eq(r.replacesCertificateId, id),
        eq(r.subscriberId, tenant),
        inArray(r.state, ["PENDING_APPROVAL", "APPROVED", "ISSUING", "ISSUED"]),
      ),
    )
    .orderBy(asc(r.id))
    .limit(HISTORY);
  return rows;
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
