import { generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Database } from "../../server/db/index.ts";
import { type IssuanceDeps, issueApproved } from "../../server/issuance/index.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { newId } from "../../server/kernel/ids.ts";
import { parseCsr } from "../../server/pki/index.ts";
import {
  type Proof,
  type ReportDeps,
  type ReportEntry,
  readProof,
} from "../../server/revocation/reports/index.ts";
import { aobaTrading, type Cast } from "./aoba.ts";
import { csrDer } from "./csr.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
  type TestClock,
} from "./issuing.ts";

export interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export const newKey = (): KeyPair => generateKeyPairSync("ec", { namedCurve: "P-256" });

/** A private key as the file in which it leaks. */
export const keyFile = ({ privateKey }: KeyPair): string =>
  privateKey.export({ type: "pkcs8", format: "pem" }).toString();

export const proofOf = (key: KeyPair): Promise<Proof> => readProof(new TextEncoder().encode(keyFile(key)));

/** An issuer with one customer, whose certificates can be reported. */
export interface Reporting {
  readonly db: Database;
  readonly clock: TestClock;
  readonly cast: Cast;
  readonly deps: ReportDeps & IssuanceDeps;
  /** Issues a certificate of this key; gives its id. */
  issue(key: KeyPair, name: string, of?: Cast): Promise<Id>;
}

export async function reportingOn(db: Database, folder: string): Promise<Reporting> {
  const clock = clockAt(NOW);
  const signers = await establishTestHierarchies(db, clock, folder);
  const cast = await aobaTrading(db, NOW);
  const deps = {
    ...issuanceDeps(db, clock, signers),
    issuerName: "印鑑認証",
    deskUrl: () => "https://localhost:8443",
    kickMail: () => undefined,
    publishSoon: () => undefined,
  };
  return {
    db,
    clock,
    cast,
    deps,
    async issue(key, name, of = cast) {
      const csr = parseCsr(csrDer({ keys: key }));
      const { spkiSha256 } = csr.publicKey;
      const named = { names: [name], commonName: name, csrDer: csr.der, spkiSha256 };
      const { issued } = await issueApproved(deps, await approvedRequests(db, of, 1, named));
      const [one] = issued;
      if (!one) throw new Error(`no certificate was issued for ${name}`);
      return one.certificate.id;
    },
  };
}

/** What a stranger tells, with changes. */
export const told = (changes: Partial<ReportEntry> = {}): ReportEntry => ({
  category: "KEY_COMPROMISE",
  domain: null,
  serial: null,
  fingerprint: null,
  certificateDer: null,
  description: "公開リポジトリで秘密鍵を見つけました。",
  reporterName: null,
  reporterEmail: "toru@example.org",
  language: "ja",
  proof: null,
  ...changes,
});

export const newSubmission = (): string => newId();
