import { type AuditEntry, appendAudit } from "../../audit/index.ts";
import { type Executor, isUniqueViolation } from "../../db/index.ts";
import type { JobRun } from "../../jobs/index.ts";
import { system, tenantOf } from "../../kernel/actor.ts";
import { newId } from "../../kernel/ids.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import {
  checkRequest,
  factsOfGroup,
  firstProblem,
  type IssueFailure,
  newReceiptNumber,
  type StoredRequest,
} from "../../requests/index.ts";
import { validityDays } from "../../rules/index.ts";
import type { MassDeps } from "./draft-mass-revocation.ts";
import { MASS_ACTOR, planOf } from "./mass-revocation.ts";
import { massStore, type StoredMass, type Undecided } from "./store.ts";

/**
 * Decides about every member's replacement. Where the ground lets the issuing company act by itself, a request with
 * the stored CSR, the same names and the same end is made and counts as approved under the case: two people have
 * approved that. It is issued like any other request, so every check is asked again at its claim, and nothing is
 * issued without a validation behind each name. What cannot be issued so is left to its subscriber, with the reason.
 *
 * @param progress hears how many members are done
 */
export async function replaceMembers(
  deps: MassDeps,
  mass: StoredMass,
  run: Pick<JobRun, "signal">,
  progress: (done: number) => Promise<void>,
): Promise<void> {
  const plan = planOf(mass.ground);
  if (plan !== "AUTOMATIC") {
    const decision = plan === "NONE" ? "NONE" : "SUBSCRIBER";
    await deps.db.transact((tx) => massStore(tx).decideAll(mass.id, decision));
    return progress(mass.size);
  }
  for (let done = 0; ; ) {
    run.signal.throwIfAborted();
    const group = await replaceGroup(deps, mass);
    done += group;
    await progress(done);
    if (group === 0) return;
  }
}

/** A receipt number that another request has already makes the group again, with other numbers. */
async function replaceGroup(deps: MassDeps, mass: StoredMass): Promise<number> {
  const once = () => deps.db.transact((tx) => decideGroup(tx, mass, deps.clock.now()));
  try {
    return await once();
  } catch (error) {
    if (isUniqueViolation(error)) return once();
    throw error;
  }
}

async function decideGroup(tx: Executor, mass: StoredMass, now: Temporal.Instant): Promise<number> {
  const store = massStore(tx);
  const undecided = await store.undecided(mass.id);
  if (undecided.length === 0) return 0;
  const underWay = await store.underWay(undecided.map(({ member }) => member.certificateId));
  const candidates = undecided.map((each) => ({
    member: each.member,
    again: replacementOf(mass, each, now),
  }));
  const facts = await factsOfGroup(
    tx,
    candidates.map(({ again }) => again),
    now,
  );
  const judged = candidates.map(({ member, again }) => {
    if (underWay.has(member.certificateId))
      return { member, again, problem: new Problem("reissue-under-way") };
    const known = facts(again);
    const problem = isProblem(known) ? known : firstProblem(checkRequest(again, known, now));
    return { member, again, problem };
  });

  const ready = judged.filter(({ problem }) => problem === null);
  await store.decide(
    ready.map(({ member }) => member.id),
    "REQUESTED",
  );
  for (const { member, problem } of judged) {
    if (problem === null) continue;
    // Replaced or ended already: nobody has to do anything.
    const over = isProblem(problem, "certificate-not-replaceable");
    await store.decide([member.id], over ? "NONE" : "SUBSCRIBER", failureOf(problem));
  }
  if (!mass.drill && ready.length > 0) {
    const requests = ready.map(({ again }) => again);
    await store.addRequests(requests, MASS_ACTOR, mass.name, now);
    await appendAudit(
      tx,
      requests.map((request) => madeEntry(request, mass, now)),
    );
  }
  return undecided.length;
}

/** The request again: the stored CSR, so the same key; the subject will come from the record as it is today. */
function replacementOf(
  mass: StoredMass,
  { member, request, notAfter: endsAt }: Undecided,
  now: Temporal.Instant,
): StoredRequest {
  return {
    ...request,
    id: newId(),
    receiptNumber: newReceiptNumber(now),
    kind: "REISSUE",
    replacesCertificateId: member.certificateId,
    endsAt,
    termDays: validityDays(now, endsAt),
    reissueReason: null,
    reissueNote: null,
    graceDays: null,
    massRevocationId: mass.id,
    state: "APPROVED",
    coverage: null,
    failure: null,
    decisionReason: mass.name,
    decidedBy: mass.startedByName,
    decidedAt: now,
    submittedAt: now,
    issuedAt: null,
    issueAttempts: 0,
    intentId: null,
    certificateId: null,
    firstDownloadedAt: null,
    submissionKey: `mass-revocation:${mass.id}:${member.certificateId}`,
    version: 1,
  };
}

const failureOf = ({ code, params }: Problem): IssueFailure => ({ code, params: { ...params } });

function madeEntry(request: StoredRequest, mass: StoredMass, at: Temporal.Instant): AuditEntry {
  const { id, subscriberId, receiptNumber, replacesCertificateId, names, spkiSha256 } = request;
  return {
    tenant: tenantOf(subscriberId),
    at,
    actor: system(MASS_ACTOR),
    action: "request.made-by-issuer",
    subject: { kind: "certificateRequest", id },
    details: {
      receiptNumber,
      replacesCertificateId,
      names,
      spkiSha256,
      massRevocationId: mass.id,
      approvedBy: [mass.createdByName, mass.startedByName].filter((name) => name !== null),
    },
  };
}
