import { setImmediate as turn } from "node:timers/promises";
import { type Issuer, issuerOf, makeIntent, type OnlineRole, storeIntents } from "../authority/index.ts";
import type { Reader } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import {
  checkRequest,
  type Facts,
  factsOfGroup,
  firstProblem,
  type StoredRequest,
} from "../requests/index.ts";
import {
  bulkOf,
  type ClaimedRequest,
  GROUP,
  ISSUE_ATTEMPTS,
  type IssuanceDeps,
  type RefusedRequest,
} from "./issuance.ts";
import { issueOrder } from "./issue-order.ts";
import { failureOf } from "./refuse-claimed.ts";
import { issuanceStore } from "./store.ts";
import { ISSUANCE, tellOutcomes } from "./tell-outcomes.ts";

export interface Claim {
  readonly issuers: Issuers;
  readonly claimed: readonly ClaimedRequest[];
  readonly refused: readonly RefusedRequest[];
}

/** Requests judged, and their certificates written, in one go: about a millisecond. */
const JUDGED_AT_ONCE = 16;

interface Defect {
  readonly cause: unknown;
  readonly requestId: Id;
}

export type Issuers = (role: OnlineRole) => Issuer & { readonly role: OnlineRole };

/**
 * The first transaction: up to 256 approved requests become ISSUING, each by its own conditional update, with every
 * rule asked again and the exact to-be-signed bytes stored as intents. What a rule forbids becomes ISSUE_FAILED, and
 * so does what cannot be prepared because of a defect (issue-defect): one request never holds up the others.
 */
export async function claimApproved(deps: IssuanceDeps, ids: readonly Id[] | null): Promise<Claim> {
  const issuers = await customerIssuers(deps.db.read);
  const { defects, ...claim } = await deps.db.transact(
    async (tx) => {
      const now = deps.clock.now();
      const claimed: ClaimedRequest[] = [];
      const refused: RefusedRequest[] = [];
      const defects: Defect[] = [];
      const store = issuanceStore(tx);
      const requests = await store.approved(ids, GROUP);
      const facts = await factsOfGroup(tx, requests, now);
      const judgements: { readonly request: StoredRequest; readonly judged: ReturnType<typeof judge> }[] = [];
      const takenKeys = new Map<string, Id>();
      for (const request of requests) {
        const judged = judgeOrDefect(
          () => {
            // Of two subscribers that ask for one key in one group, the first has it.
            const holder = takenKeys.get(request.spkiSha256) ?? request.subscriberId;
            if (holder !== request.subscriberId) return new Problem("key-held-by-another");
            return judge(deps, issuers, request, facts(request), now);
          },
          (cause) => defects.push({ cause, requestId: request.id }),
        );
        if (!(judged instanceof Problem)) takenKeys.set(request.spkiSha256, request.subscriberId);
        judgements.push({ request, judged });
        // Pages are answered on this thread, too.
        if (judgements.length % JUDGED_AT_ONCE === 0) await turn();
      }
      const won = await store.claim(
        judgements.map(({ request, judged }) =>
          judged instanceof Problem
            ? { request, intentId: null, coverage: null }
            : { request, intentId: judged.intent.id, coverage: judged.evidence },
        ),
      );
      for (const { request, judged } of judgements) {
        if (!won.has(request.id)) continue;
        if (!(judged instanceof Problem)) claimed.push({ request, ...judged });
        else if (await store.fail(request.id, failureOf(judged))) refused.push({ request, problem: judged });
      }
      const intents = claimed.map(({ intent }) => intent);
      await storeIntents(tx, deps.instance, intents, now);
      const moved = [...claimed, ...refused].map(({ request }) => request);
      await store.note(moved, "ISSUING", ISSUANCE, now);
      if (refused.length > 0) await tellOutcomes(tx, deps, { issued: [], refused }, now);
      await deps.step("claim.before-commit");
      return { issuers, claimed, refused, defects };
    },
    bulkOf(ids?.length ?? GROUP),
  );
  // Only now: a transaction that PostgreSQL runs again comes by twice.
  for (const { cause, requestId } of defects) deps.onDefect(cause, requestId);
  await deps.step("claim.committed");
  return claim;
}

async function customerIssuers(on: Reader): Promise<Issuers> {
  const ov = await issuerOf(on, "CUSTOMER_OV");
  const ev = await issuerOf(on, "CUSTOMER_EV");
  return (role) => {
    if (role === "STAFF_ROOT") throw new Error("the staff root signs nothing for subscribers");
    return role === "CUSTOMER_EV" ? ev : ov;
  };
}

/** The decision about one request; pure but for the fresh serial. A Problem, also a thrown one, refuses it. */
function judge(
  deps: IssuanceDeps,
  issuers: Issuers,
  request: StoredRequest,
  facts: Facts | Problem,
  now: Temporal.Instant,
) {
  if (request.issueAttempts >= ISSUE_ATTEMPTS) return new Problem("issue-defect");
  if (facts instanceof Problem) return facts;
  const problem = firstProblem(checkRequest(request, facts, now));
  if (problem) return problem;
  const order = issueOrder(request, facts.organization, now);
  const { evidence } = facts.coverage;
  // Nothing issues without a validation behind every name, whatever the checks were taught to overlook.
  if (request.names.some((name) => !evidence.some((each) => each.name === name))) {
    return new Problem("name-not-covered", { name: request.names[0] ?? "" });
  }
  return { intent: makeIntent(deps, issuers(order.role), order, now), evidence };
}

/** Nothing is awaited while one request is judged, so whatever is thrown there is about that request. */
function judgeOrDefect<T>(judged: () => T, onDefect: (cause: unknown) => void): T | Problem {
  try {
    return judged();
  } catch (error) {
    if (isProblem(error)) return error;
    onDefect(error);
    return new Problem("issue-defect");
  }
}
