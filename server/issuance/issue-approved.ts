import { compromisedAmong, type SignedIntent, signIntent, storeSigned } from "../authority/index.ts";
import { withdrawnAmong } from "../domains/index.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { heldByOthers } from "../requests/index.ts";
import { type Claim, claimApproved } from "./claim-approved.ts";
import {
  bulkOf,
  type ClaimedRequest,
  type IssuanceDeps,
  type IssuedRequest,
  type RefusedRequest,
} from "./issuance.ts";
import { refuseClaimed } from "./refuse-claimed.ts";
import { issuanceStore } from "./store.ts";
import { tellOutcomes } from "./tell-outcomes.ts";

export interface IssuedGroup {
  readonly issued: readonly IssuedRequest[];
  readonly refused: readonly RefusedRequest[];
}

/**
 * Issues one group of approved requests, at most 256, or those of `ids`: claim, sign, store (house.md, "Issuance never
 * loses and never doubles"). Several may run at once, in one process or many: each request is claimed by one of them.
 *
 * What goes wrong with one request ends that request. Anything else (a database that fails, a signer that does not
 * answer) is thrown after what could be stored was stored; recovery takes the rest when its lease runs out, so that it is tried
 * again, ISSUE_ATTEMPTS times at most.
 */
export async function issueApproved(deps: IssuanceDeps, ids: readonly Id[] | null): Promise<IssuedGroup> {
  return finishClaim(deps, await claimApproved(deps, ids));
}

/** The second half of `issueApproved`, for a worker that claims the next group meanwhile. */
export async function finishClaim(deps: IssuanceDeps, claim: Claim): Promise<IssuedGroup> {
  if (claim.claimed.length === 0) return { issued: [], refused: claim.refused };
  const { signed, refused, error } = await signGroup(deps, claim);
  await deps.step("group.signed");
  const { issued, blocked } = await storeGroup(deps, signed);
  const ended = await refuseClaimed(deps, [...refused, ...blocked]);
  if (error) throw error.cause;
  return { issued, refused: [...claim.refused, ...ended] };
}

interface SignedRequest extends ClaimedRequest {
  readonly signed: SignedIntent;
}

interface SignedGroup {
  readonly signed: readonly SignedRequest[];
  readonly refused: readonly (ClaimedRequest & { readonly problem: Problem })[];
  readonly error: { readonly cause: unknown } | null;
}

/** Lints and signs; the signer lets through as many at once as there are cores. */
async function signGroup(deps: IssuanceDeps, { issuers, claimed }: Claim): Promise<SignedGroup> {
  const signed: SignedRequest[] = [];
  const refused: (ClaimedRequest & { readonly problem: Problem })[] = [];
  let error: SignedGroup["error"] = null;
  const size = bulkOf(claimed.length);
  const signOne = async (each: ClaimedRequest) => {
    try {
      const certificate = await signIntent(deps, issuers(each.intent.role), each.intent, size);
      signed.push({ ...each, signed: certificate });
      await deps.step("certificate.signed");
    } catch (cause) {
      // A lost lease is recovery's: the request is approved again there.
      if (isProblem(cause, "lease-lost")) return;
      // No word from the external linter says nothing about the request: nothing was signed, and it is tried again.
      if (isProblem(cause) && cause.code !== "external-linter-unavailable")
        refused.push({ ...each, problem: cause });
      else error ??= { cause };
    }
  };
  await Promise.all(claimed.map(signOne));
  return { signed, refused, error };
}

interface StoredGroup {
  readonly issued: readonly IssuedRequest[];
  readonly blocked: SignedGroup["refused"];
}

/**
 * The second transaction: certificate, receipt, metering, mail and audit together, where the intent is still ours.
 * Three things are asked once more. Was the key reported compromised since the claim? Whoever blocked it saw no
 * certificate. Is another subscriber about to get it, too? Two claims at the same moment do not see each other on
 * PostgreSQL, but both are committed by now, so that the older request comes through and the other does not. And was a
 * validation withdrawn on which the names were claimed?
 */
async function storeGroup(deps: IssuanceDeps, signed: readonly SignedRequest[]): Promise<StoredGroup> {
  if (signed.length === 0) return { issued: [], blocked: [] };
  const requests = new Map(signed.map(({ request, intent }) => [intent.purpose, request]));
  const group = await deps.db.transact(async (tx): Promise<StoredGroup> => {
    const at = deps.clock.now();
    const keys = await compromisedAmong(
      tx,
      signed.map(({ intent }) => intent.spkiSha256),
    );
    const isHeld = await heldByOthers(
      tx,
      signed.map(({ request }) => request),
      at,
      { amongIssuing: "OLDER" },
    );
    const withdrawn = await withdrawnAmong(
      tx,
      signed.flatMap(({ evidence }) => evidence.map(({ validationId }) => validationId)),
    );
    const blockedBy = ({ request, evidence }: SignedRequest): Problem | null => {
      if (keys.has(request.spkiSha256)) return new Problem("key-compromised");
      const doubted = evidence.find(({ validationId }) => withdrawn.has(validationId));
      if (doubted) return new Problem("name-not-covered", { name: doubted.name });
      return isHeld(request) ? new Problem("key-held-by-another") : null;
    };
    const certificates = await storeSigned(
      tx,
      deps.instance,
      signed.filter((each) => blockedBy(each) === null).map((each) => each.signed),
      at,
    );
    const stored = certificates.map((certificate) => {
      const request = requests.get(certificate.purpose);
      if (!request) throw new Error("a certificate came back for no request of this group");
      return { request, certificate };
    });
    const store = issuanceStore(tx);
    await store.complete(stored, at);
    await store.meter(stored, at);
    await deps.alsoStored(tx, stored, at);
    await tellOutcomes(tx, deps, { issued: stored, refused: [] }, at);
    await deps.step("store.before-commit");
    const blocked = signed.flatMap((each) => {
      const problem = blockedBy(each);
      return problem ? [{ ...each, problem }] : [];
    });
    return { issued: stored, blocked };
  }, bulkOf(signed.length));
  await deps.step("store.committed");
  return group;
}
