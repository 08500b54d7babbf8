import type { AuthorityDeps, Intent, StoredCertificate } from "../authority/index.ts";
import type { Executor } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import type { Problem } from "../kernel/problem.ts";
import type { CoverageEvidence, IssueFailure, RequestState, StoredRequest } from "../requests/index.ts";

export interface IssuanceDeps extends AuthorityDeps {
  readonly mailFrom: string;
  /** Where people find the sites, without a trailing slash: links in mails. */
  readonly siteUrls: { readonly applicant: string; readonly operator: string };
  /**
   * What other rooms write in the transaction that stores certificates: the certificates that these take the place of
   * are replaced there. Nothing of it may wait for anything but the database.
   */
  readonly alsoStored: (
    tx: Executor,
    issued: readonly IssuedRequest[],
    at: Temporal.Instant,
  ) => Promise<void>;
  /** Hears of an error that is no Problem and concerns one request alone, which became ISSUE_FAILED by it. */
  readonly onDefect: (error: unknown, requestId: Id) => void;
}

/** The named points of an issuance, in their order. A process may die at any of them (safety.md 4). */
export const ISSUANCE_STEPS = [
  "claim.before-commit",
  "claim.committed",
  "certificate.signed",
  "group.signed",
  "store.before-commit",
  "store.committed",
] as const;

/** Rows of one transaction: few enough that nobody waits long, enough that a commit's cost is shared (house.md). */
export const GROUP = 256;

/** From so many rows on a transaction is one in bulk (db/database.ts). */
const BULK = 16;
export const bulkOf = (rows: number): { readonly bulk: boolean } => ({ bulk: rows >= BULK });

/** Claims of one request before it is given up: each that ends without an outcome uses up a serial. */
export const ISSUE_ATTEMPTS = 5;

/** A request that this process has claimed, with the intent that is stored for it. */
export interface ClaimedRequest {
  readonly request: StoredRequest;
  readonly intent: Intent;
  /** The validations behind its names. */
  readonly evidence: readonly CoverageEvidence[];
}

/** A request that cannot be issued, and why. */
export interface RefusedRequest {
  readonly request: StoredRequest;
  readonly problem: Problem;
}

export interface IssuedRequest {
  readonly request: StoredRequest;
  readonly certificate: StoredCertificate;
}

/** How it stands with a request after an attempt to issue it. */
export interface IssueOutcome {
  readonly state: RequestState;
  readonly certificateId: Id | null;
  readonly failure: IssueFailure | null;
}
