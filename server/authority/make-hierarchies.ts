import { createHash } from "node:crypto";
import type { Signer } from "../adapters/signer.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import {
  assembleCertificate,
  buildCrl,
  buildTbsCertificate,
  encodeName,
  keyIdentifierOf,
  newSerial,
  PROFILES,
  publicKeyOf,
  type SignatureAlgorithm,
  signatureAlgorithmFor,
} from "../pki/index.ts";
import { notAfterOf } from "../rules/index.ts";
import { rootCrlEnd } from "./crl.ts";
import { NO_CHANGES } from "./crl-changes.ts";
import { type CrlRows, crlRows } from "./crl-store.ts";
import { type HierarchyPlan, ISSUER_PROFILES } from "./hierarchy-plan.ts";
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
  readonly signer: Signer;
}

/** A key that was made for an issuer, and how it is found again. */
export interface IssuerKey {
  readonly signer: Signer;
  readonly keyName: string;
  /** What its store says of its place (adapters/key-store.ts). */
  readonly keyStore: string;
}

interface Making {
  readonly at: Temporal.Instant;
  readonly plan: HierarchyPlan;
  readonly keys: Readonly<Record<IssuerRole, IssuerKey>>;
}

/** Leaves start a little before they are signed (issuance/issue-order.ts); no issuer starts after its leaf. */
const BACKDATED = Temporal.Duration.from({ hours: 1 });

/** Certificates of the keys and the root's CRL, all signed here and now; nothing is stored. */
export async function makeHierarchies(making: Making): Promise<MadeHierarchies> {
  const root = await makeIssuer(making, "CUSTOMER_ROOT", null);
  const ov = await makeIssuer(making, "CUSTOMER_OV", root);
  const ev = await makeIssuer(making, "CUSTOMER_EV", root);
  const staff = await makeIssuer(making, "STAFF_ROOT", null);
  const issuers = [root, ov, ev, staff];
  return {
    at: making.at,
    issuers,
    certificates: issuers.map(({ certificate }) => certificate),
    rootCrl: await makeRootCrl(making.at, root),
  };
}

type WithCertificate = MadeIssuer & { readonly certificate: Tables["certificates"]["$inferInsert"] };

async function makeIssuer(
  { at, plan, keys }: Making,
  role: IssuerRole,
  parent: WithCertificate | null,
): Promise<WithCertificate> {
  const profile = ISSUER_PROFILES[role];
  const { subject, days, crlPartitions } = plan.issuers[role];
  const { signer, keyName, keyStore } = keys[role];
  const publicKey = publicKeyOf(signer.publicKeySpki);
  const id = newId();
  const notBefore = wholeSecond(at).subtract(BACKDATED);
  const row = {
    id,
    role,
    keyName,
    keyStore,
    subjectDer: encodeName(subject),
    keyIdentifier: keyIdentifierOf(publicKey.spki),
    signatureAlgorithm: signatureAlgorithmFor(publicKey),
    notBefore,
    notAfter: notAfterOf(notBefore, days),
    crlPartitions,
    crlPartitionsEver: crlPartitions,
    createdAt: at,
  };
  const signedBy = parent === null ? { ...row, signer } : { ...parent.row, ...parent };
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
  lintBeforeSigning(tbs, signedBy, expected, at);
  const signature = await signedBy.signer.sign(tbs);
  const der = assembleCertificate(tbs, signedBy.signatureAlgorithm, signature);
  return {
    signer,
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
      createdAt: at,
    },
  };
}

async function makeRootCrl(
  at: Temporal.Instant,
  { row, signer }: MadeIssuer,
): Promise<MadeHierarchies["rootCrl"]> {
  const thisUpdate = wholeSecond(at);
  const nextUpdate = rootCrlEnd(thisUpdate);
  const number = thisUpdate.epochMilliseconds / 1000;
  const crl = buildCrl({ issuer: row, thisUpdate, nextUpdate, number: BigInt(number) }, []);
  const der = crl.signed(await signer.sign(crl.tbs));
  const record = { partition: 0, number, entries: 0, changes: NO_CHANGES, thisUpdate, nextUpdate };
  return crlRows(row.id, record, der, at);
}
