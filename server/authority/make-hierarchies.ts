import { createHash, type KeyObject } from "node:crypto";
import { keySigner } from "../adapters/signer-file.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import {
  assembleCertificate,
  buildCrl,
  buildTbsCertificate,
  encodeName,
  generateKey,
  type IssuerKeyKind,
  keyIdentifierOf,
  type NameAttribute,
  newSerial,
  PROFILES,
  type ProfileName,
  publicKeyOf,
  type SignatureAlgorithm,
  signatureAlgorithmFor,
  spkiOf,
} from "../pki/index.ts";
import { notAfterOf } from "../rules/index.ts";
import { rootCrlEnd } from "./crl.ts";
import { NO_CHANGES } from "./crl-changes.ts";
import { type CrlRows, crlRows } from "./crl-store.ts";
import { crlUrl, type IssuerRole, issuerUrl } from "./issuer.ts";
import { lintBeforeSigning } from "./lint-before-signing.ts";
import { calledBy } from "./store-certificates.ts";
import type { authorityTables } from "./tables.ts";

type Tables = ReturnType<typeof authorityTables>;

/** Both hierarchies in memory, before anything of them is written anywhere. */
export interface MadeHierarchies {
  readonly at: Temporal.Instant;
  readonly issuers: readonly MadeIssuer[];
  readonly certificates: readonly Tables["certificates"]["$inferInsert"][];
  readonly rootCrl: CrlRows;
}

export interface MadeIssuer {
  readonly row: Tables["issuers"]["$inferInsert"] & { readonly signatureAlgorithm: SignatureAlgorithm };
  readonly privateKey: KeyObject;
}

export interface KeyKinds {
  readonly root: IssuerKeyKind;
  readonly issuing: IssuerKeyKind;
  readonly staffRoot: Extract<IssuerKeyKind, `RSA-${string}`>;
}

/**
 * RSA verifies everywhere. The staff root is RSA whatever the rest is: not every browser's store takes an EC chain
 * for a client certificate.
 */
export const KEY_KINDS: KeyKinds = { root: "RSA-3072", issuing: "RSA-2048", staffRoot: "RSA-3072" };

interface Plan {
  readonly at: Temporal.Instant;
  readonly issuerName: string;
  readonly repositoryUrl: string;
  readonly kinds: KeyKinds;
  readonly keyName: (role: IssuerRole) => string;
}

interface Place {
  readonly profile: ProfileName;
  readonly commonName: string;
  readonly days: number;
}

const YEAR = 365;
/** Chrome Root Program Policy: a root lives at most 15 years; what it signs ends before it. */
const PLACES: Readonly<Record<IssuerRole, Place>> = {
  CUSTOMER_ROOT: { profile: "ROOT_CA", commonName: "TLS Root CA G1", days: 15 * YEAR },
  CUSTOMER_OV: { profile: "ISSUING_CA_OV", commonName: "TLS OV CA G1", days: 10 * YEAR },
  CUSTOMER_EV: { profile: "ISSUING_CA_EV", commonName: "TLS EV CA G1", days: 10 * YEAR },
  STAFF_ROOT: { profile: "STAFF_ROOT", commonName: "Staff Root CA G1", days: 15 * YEAR },
};

/** Leaves start a little before they are signed (issuance/issue-order.ts); no issuer starts after its leaf. */
const BACKDATED = Temporal.Duration.from({ hours: 1 });

/** Keys, certificates and the root's CRL, all signed here and now; nothing is stored. */
export async function makeHierarchies(plan: Plan): Promise<MadeHierarchies> {
  const root = await makeIssuer(plan, "CUSTOMER_ROOT", plan.kinds.root, null);
  const ov = await makeIssuer(plan, "CUSTOMER_OV", plan.kinds.issuing, root);
  const ev = await makeIssuer(plan, "CUSTOMER_EV", plan.kinds.issuing, root);
  const staff = await makeIssuer(plan, "STAFF_ROOT", plan.kinds.staffRoot, null);
  const issuers = [root, ov, ev, staff];
  return {
    at: plan.at,
    issuers,
    certificates: issuers.map(({ certificate }) => certificate),
    rootCrl: await makeRootCrl(plan, root),
  };
}

type WithCertificate = MadeIssuer & { readonly certificate: Tables["certificates"]["$inferInsert"] };

async function makeIssuer(
  plan: Plan,
  role: IssuerRole,
  kind: IssuerKeyKind,
  parent: WithCertificate | null,
): Promise<WithCertificate> {
  const { profile, commonName, days } = PLACES[role];
  const { privateKey, publicKey: node } = await generateKey(kind);
  const publicKey = publicKeyOf(spkiOf(node));
  const subject: NameAttribute[] = [
    { type: "C", value: "JP" },
    { type: "O", value: plan.issuerName },
    { type: "CN", value: commonName },
  ];
  const id = newId();
  const notBefore = wholeSecond(plan.at).subtract(BACKDATED);
  const row = {
    id,
    role,
    keyName: plan.keyName(role),
    subjectDer: encodeName(subject),
    keyIdentifier: keyIdentifierOf(publicKey.spki),
    signatureAlgorithm: signatureAlgorithmFor(publicKey),
    notBefore,
    notAfter: notAfterOf(notBefore, days),
    createdAt: plan.at,
  };
  const signedBy = parent === null ? { ...row, privateKey } : { ...parent.row, ...parent };
  const serial = newSerial();
  const pointers = {
    crlUrl: parent === null ? null : crlUrl(plan.repositoryUrl, parent.row.role),
    issuerUrl: parent === null ? null : issuerUrl(plan.repositoryUrl, parent.row.role),
    // The root signs at its ceremony alone, so nobody could answer for it.
    ocspUrl: null,
  };
  const tbs = buildTbsCertificate({
    profile: PROFILES[profile],
    issuer: signedBy,
    serial,
    notBefore,
    notAfter: row.notAfter,
    subject,
    publicKey,
    ...pointers,
  });
  const expected = {
    profile,
    subject,
    names: [],
    spkiSha256: publicKey.spkiSha256,
    serial,
    notBefore,
    pointers,
  };
  lintBeforeSigning(tbs, signedBy, expected, plan.at);
  const signature = await keySigner(signedBy.privateKey).sign(tbs);
  const der = assembleCertificate(tbs, signedBy.signatureAlgorithm, signature);
  return {
    privateKey,
    row: { ...row, certificateDer: der },
    certificate: {
      id: newId(),
      issuerId: parent?.row.id ?? id,
      serial,
      profile,
      subscriberId: null,
      organizationId: null,
      purpose: `issuer:${role}`,
      ...calledBy({ names: [], subject }),
      crlPartition: 0,
      der,
      fingerprint: createHash("sha256").update(der).digest("hex"),
      spkiSha256: publicKey.spkiSha256,
      notBefore,
      notAfter: row.notAfter,
      state: "ACTIVE",
      revokedAt: null,
      revocationReason: null,
      createdAt: plan.at,
    },
  };
}

async function makeRootCrl(
  { at }: Plan,
  { row, privateKey }: MadeIssuer,
): Promise<MadeHierarchies["rootCrl"]> {
  const thisUpdate = wholeSecond(at);
  const nextUpdate = rootCrlEnd(thisUpdate);
  const number = thisUpdate.epochMilliseconds / 1000;
  const crl = buildCrl({ issuer: row, thisUpdate, nextUpdate, number: BigInt(number) }, []);
  const der = crl.signed(await keySigner(privateKey).sign(crl.tbs));
  const record = { partition: 0, number, entries: 0, changes: NO_CHANGES, thisUpdate, nextUpdate };
  return crlRows(row.id, record, der, at);
}
