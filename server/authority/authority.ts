import type { ExternalLinter } from "../adapters/external-linter.ts";
import type { Signer } from "../adapters/signer.ts";
import type { Database, Executor } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import type { NameAttribute, ProfileName } from "../pki/index.ts";
import type { OnlineRole } from "./issuer.ts";

export type Signers = Readonly<Record<OnlineRole, Signer>>;

export interface AuthorityDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly signers: Signers;
  /** Names this process among others on the same database: the owner of its intents. */
  readonly instance: string;
  /** How long an intent is this process's alone before recovery may abandon it. */
  readonly lease: Temporal.Duration;
  /** Without a trailing slash, as certificates carry it. */
  readonly repositoryUrl: string;
  /** A second opinion on subscribers' certificates before they are signed, where one is configured. */
  readonly externalLinter?: ExternalLinter;
  /** Awaited at every named point of an issuance. Tests end the process here; elsewhere it does nothing. */
  readonly step: (name: string) => Promise<void>;
  /** Told, after the commit, that certificates have another status: the responder looks at once. */
  readonly statusChanged?: () => void;
}

/** What somebody wants to have signed. Whoever orders has checked that it may be; the lints judge the result. */
export interface IssueOrder {
  readonly role: OnlineRole;
  readonly profile: ProfileName;
  readonly subject: readonly NameAttribute[];
  /** SAN in order: A-labels, wildcards, addresses; empty for clients. */
  readonly names: readonly string[];
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** Whole seconds, both; `notAfter` is inclusive. */
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
  /** What it is for, `kind:id`: `request:…`, `operator:…`, `site:desk`. */
  readonly purpose: string;
  readonly subscriberId: Id | null;
  /** The applicant organisation that the subject names; null where it is none (clients, sites). */
  readonly organizationId: Id | null;
}

export interface StoredCertificate {
  readonly id: Id;
  readonly issuerId: Id;
  readonly role: OnlineRole;
  /** Lower-case hex. */
  readonly serial: string;
  readonly profile: ProfileName;
  readonly purpose: string;
  readonly subscriberId: Id | null;
  readonly organizationId: Id | null;
  readonly der: Uint8Array;
  /** SHA-256 of the certificate, lower-case hex. */
  readonly fingerprint: string;
  readonly spkiSha256: string;
  readonly notBefore: Temporal.Instant;
  readonly notAfter: Temporal.Instant;
}

/** More to be written in the very transaction that stores the certificate. */
export type AlsoStore = (tx: Executor, certificate: StoredCertificate) => Promise<void>;
