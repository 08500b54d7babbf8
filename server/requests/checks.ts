import type { Coverage } from "../domains/index.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import {
  isVetted,
  offersEnglishSubject,
  type SubjectLanguage,
  type VettedRecord,
} from "../organizations/index.ts";
import { printName } from "../pki/index.ts";
import { longestValidityDays, validityDays } from "../rules/index.ts";
import { judgeReissue, type Reissue, type Replaced, type RequestKind } from "./replacement.ts";
import { subjectOfRequest } from "./subject.ts";
import { isTermPermitted } from "./terms.ts";

/**
 * What must hold for a request, whenever it moves on: asked at submission, at approval and again when it is claimed
 * for issuing, each time from the database (house.md). One pipeline, so that no stage can forget a rule.
 */
export const CHECKS = [
  "contract",
  "organization",
  "language",
  "ev",
  "term",
  "key",
  "replacement",
  "names",
] as const;
export type Check = (typeof CHECKS)[number];

/** The form field that a failed check is shown at; "" is the form as a whole. */
export const CHECK_FIELDS = {
  contract: "",
  organization: "organizationId",
  language: "subjectLanguage",
  ev: "product",
  term: "termDays",
  key: "csr",
  replacement: "",
  names: "additionalNames",
} as const satisfies Record<Check, string>;

/** As much of a request as the checks ask. */
export interface Checkable extends Reissue {
  readonly kind: RequestKind;
  readonly commonName: string;
  readonly subjectLanguage: SubjectLanguage;
  readonly termDays: number;
}

/** What the database says about a request's surroundings at one moment (facts.ts). */
export interface Facts {
  readonly contractInForce: boolean;
  readonly organization: VettedRecord;
  readonly keyCompromised: boolean;
  /** It stands in a certificate alive, or one being issued, of another subscriber. */
  readonly keyHeldByAnother: boolean;
  /** The certificate whose place a reissue takes; null for other requests, and where there is none. */
  readonly replaced: Replaced | null;
  readonly coverage: Coverage;
}

export interface CheckResult {
  readonly check: Check;
  /** Empty when it holds. Names may have one problem each. */
  readonly problems: readonly Problem[];
}

type Rule = (request: Checkable, facts: Facts, now: Temporal.Instant) => readonly Problem[];

const PASSED: readonly Problem[] = [];

const RULES: Readonly<Record<Check, Rule>> = {
  contract: (_request, facts) => (facts.contractInForce ? PASSED : [new Problem("contract-not-in-force")]),
  organization: (request, facts, now) =>
    isVetted(facts.organization, now) || restsOnTheOldRequest(request, facts)
      ? PASSED
      : [new Problem("organization-not-vetted")],
  language: (request, facts) =>
    request.subjectLanguage === "en" && !offersEnglishSubject(facts.organization)
      ? [new Problem("english-fields-missing")]
      : PASSED,
  ev: (request, facts) =>
    request.product === "EV" && !facts.organization.evEnabled ? [new Problem("ev-not-enabled")] : PASSED,
  term: (request, _facts, now) =>
    isTermPermitted(request.endsAt === null ? request.termDays : validityDays(now, request.endsAt), now)
      ? PASSED
      : [new Problem("term-too-long", { limitDays: longestValidityDays(now) })],
  // BR 4.9.1.1, 6.1.1.3: a key that was reported compromised is refused in every tenant.
  // And nobody has a stranger's key certified, to speak for it afterwards.
  key: (_request, { keyCompromised, keyHeldByAnother }) => {
    if (keyCompromised) return [new Problem("key-compromised")];
    return keyHeldByAnother ? [new Problem("key-held-by-another")] : PASSED;
  },
  replacement: (request, facts, now) => {
    if (request.kind !== "REISSUE") return PASSED;
    if (facts.replaced === null) return [new Problem("not-found")];
    return judgeReissue(request, facts.replaced, subjectText(request, facts.organization), now);
  },
  names: (_request, facts) => facts.coverage.problems.map(({ problem }) => problem),
};

/**
 * EVG 3.2.2.14.2: a reissue with the same subject and the same end rests on the old request, so the age of the record
 * does not count. OV has no such rule (BR 4.2.1), nor has what the issuing company corrects by itself. A record that
 * was taken back is none in any case.
 */
function restsOnTheOldRequest(request: Checkable, { organization, replaced }: Facts): boolean {
  return (
    request.kind === "REISSUE" &&
    request.product === "EV" &&
    request.massRevocationId === null &&
    organization.state === "VETTED" &&
    replaced?.subject === subjectText(request, organization)
  );
}

function subjectText(request: Checkable, record: VettedRecord): string {
  try {
    return printName(subjectOfRequest(request, record));
  } catch (error) {
    // The record gives no subject of that kind any more: language or ev say so.
    if (isProblem(error)) return "";
    throw error;
  }
}

/** Every check with its result, in order. */
export function checkRequest(
  request: Checkable,
  facts: Facts,
  now: Temporal.Instant,
): readonly CheckResult[] {
  return CHECKS.map((check) => ({ check, problems: RULES[check](request, facts, now) }));
}

/** The first thing that stands in the way, or null. */
export function firstProblem(results: readonly CheckResult[]): Problem | null {
  return results.flatMap(({ problems }) => problems)[0] ?? null;
}
