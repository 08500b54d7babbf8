import { desc, eq } from "drizzle-orm";
import { authorityTables, chainOf } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { organizationTables } from "../../organizations/index.ts";
import { type ProfileName, parseCertificate, printName, toPem } from "../../pki/index.ts";
import { describeKey } from "../key-description.ts";
import type { RequestState } from "../request.ts";
import { type StateNow, stateAt } from "../search/certificate-filters.ts";
import { requestTables } from "../tables.ts";
import { displayName } from "./display-name.ts";

interface OtherCertificate {
  readonly id: Id;
  readonly commonName: string;
  readonly serial: string;
  readonly notAfter: Temporal.Instant;
  readonly state: StateNow;
}

/** A certificate as the desk sees it: whoever's it is, and what it was made for. */
export interface AnyCertificate {
  readonly id: Id;
  readonly commonName: string;
  readonly names: readonly string[];
  readonly state: StateNow;
  readonly profile: ProfileName;
  readonly purpose: string;
  readonly subject: string;
  readonly issuer: string;
  readonly serial: string;
  readonly fingerprint: string;
  readonly spkiSha256: string;
  readonly key: string;
  readonly signatureAlgorithm: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  readonly createdAt: Temporal.Instant;
  readonly revokedAt: Temporal.Instant | null;
  readonly revocationReason: number | null;
  readonly crlPartition: number;
  /** Null: the issuing company's own. */
  readonly subscriber: { readonly id: Id; readonly name: string; readonly siteId: string } | null;
  readonly organization: { readonly id: Id; readonly name: string } | null;
  readonly request: {
    readonly receiptNumber: string;
    readonly state: RequestState;
    readonly submittedAt: Temporal.Instant;
    readonly requestedBy: string;
    readonly decidedBy: string | null;
    readonly place: string | null;
    readonly firstDownloadedAt: Temporal.Instant | null;
  } | null;
  /** From the issuer up to its root. */
  readonly chain: readonly { readonly subject: string; readonly notAfter: Temporal.Instant }[];
  /** Others with the very same key, in whatever tenant, the newest first. */
  readonly sameKey: readonly OtherCertificate[];
  readonly pem: string;
}

const SHOWN = 20;

/** One certificate of any subscriber, for the desk alone; null: there is none. */
export async function showAnyCertificate(
  on: Reader,
  id: Id,
  now: Temporal.Instant,
): Promise<AnyCertificate | null> {
  const { certificates: c } = authorityTables(on.columns);
  const { subscribers: s, applicantOrganizations: o } = organizationTables(on.columns);
  const [row] = await on
    .select({
      certificate: c,
      subscriber: { id: s.id, name: s.name, siteId: s.siteId },
      organization: { id: o.id, name: o.nameJa },
    })
    .from(c)
    .leftJoin(s, eq(s.id, c.subscriberId))
    .leftJoin(o, eq(o.id, c.organizationId))
    .where(eq(c.id, id));
  if (!row) return null;
  const { certificate, subscriber, organization } = row;
  const parsed = parseCertificate(certificate.der);
  const above = (await chainOf(on, certificate.issuerId)).map(parseCertificate);
  return {
    ...certificate,
    commonName: displayName(certificate.commonName),
    names: parsed.names.flatMap((one) => (one.kind === "other" ? [] : displayName(one.text))),
    state: stateAt(certificate, now),
    subject: printName(parsed.subject),
    issuer: printName(parsed.issuer),
    key: describeKey(parsed.publicKey),
    signatureAlgorithm: parsed.signatureAlgorithm,
    subscriber,
    organization,
    request: await requestOf(on, id),
    chain: above.map((one) => ({ subject: printName(one.subject), notAfter: one.notAfter })),
    sameKey: await withSameKey(on, certificate, now),
    pem: toPem("CERTIFICATE", certificate.der),
  };
}

async function requestOf(on: Reader, certificateId: Id): Promise<AnyCertificate["request"]> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { people: p } = organizationTables(on.columns);
  const [row] = await on
    .select({
      receiptNumber: r.receiptNumber,
      state: r.state,
      submittedAt: r.submittedAt,
      requestedBy: p.name,
      decidedBy: r.decidedBy,
      place: r.place,
      firstDownloadedAt: r.firstDownloadedAt,
    })
    .from(r)
    .innerJoin(p, eq(p.id, r.requesterPersonId))
    .where(eq(r.certificateId, certificateId));
  return row ?? null;
}

async function withSameKey(
  on: Reader,
  { id, spkiSha256 }: { readonly id: Id; readonly spkiSha256: string },
  now: Temporal.Instant,
): Promise<OtherCertificate[]> {
  const { certificates: c } = authorityTables(on.columns);
  const rows = await on
    .select({ id: c.id, commonName: c.commonName, serial: c.serial, notAfter: c.notAfter, state: c.state })
    .from(c)
    .where(eq(c.spkiSha256, spkiSha256))
    .orderBy(desc(c.id))
    .limit(SHOWN);
  return rows
    .filter((one) => one.id !== id)
    .map((one) => ({ ...one, commonName: displayName(one.commonName), state: stateAt(one, now) }));
}
