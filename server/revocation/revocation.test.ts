import { expect, test } from "vitest";
import {
  type Actor,
  type OperatorActor,
  PUBLIC,
  type StaffActor,
  system,
  tenantOf,
} from "../kernel/actor.ts";
import { newId } from "../kernel/ids.ts";
import { isProblem } from "../kernel/problem.ts";
import { groundRule, PUBLIC_REVOCATION } from "../rules/index.ts";
import {
  deadlineOf,
  GROUNDS,
  type Ground,
  groundOfReason,
  groundsOf,
  isCancellable,
  type OriginKind,
  problemOfOrder,
  REASONS,
  type RevocationOrder,
  reasonsOf,
  requireCancellable,
  SUBSCRIBER_REASONS,
  strongerReason,
} from "./revocation.ts";

const NOW = Temporal.Instant.from("2026-11-21T03:00:00Z");
const operator: OperatorActor = {
  kind: "operator",
  operatorId: newId(),
  personId: newId(),
  name: "山田 太郎",
  tenant: tenantOf(newId()),
  fingerprint: "0".repeat(64),
};
const staff: StaffActor = {
  kind: "staff",
  staffId: newId(),
  name: "審査 一郎",
  roles: ["VETTER"],
  fingerprint: "1".repeat(64),
};

const order = (changes: Partial<RevocationOrder> = {}): RevocationOrder => ({
  certificateId: newId(),
  ground: "SUBSCRIBER_REQUEST",
  reason: "superseded",
  explanation: "",
  executeAt: NOW,
  dueAt: NOW.add({ hours: 24 }),
  origin: { kind: "operator", id: null },
  ...changes,
});

// Rule D of the specification, word for word: ground, hours, the reasons it may carry, who may use it.
const BOTH = ["subscriber", "desk"];
const DESK = ["desk"];
test.each<[Ground, number, string[], string[]]>([
  [
    "SUBSCRIBER_REQUEST",
    24,
    ["unspecified", "affiliationChanged", "superseded", "cessationOfOperation"],
    BOTH,
  ],
  ["UNAUTHORISED_REQUEST", 24, ["privilegeWithdrawn"], DESK],
  ["KEY_COMPROMISE", 24, ["keyCompromise"], BOTH],
  ["KEY_COMPUTABLE", 24, ["keyCompromise"], DESK],
  ["VALIDATION_UNRELIABLE", 24, ["superseded"], DESK],
  ["WEAK_PARAMETERS", 120, ["superseded"], DESK],
  ["MISUSE", 120, ["privilegeWithdrawn"], DESK],
  ["AGREEMENT_BREACH", 120, ["privilegeWithdrawn"], DESK],
  ["NO_RIGHT_TO_NAME", 120, ["cessationOfOperation"], DESK],
  ["WRONG_DATA", 120, ["privilegeWithdrawn"], DESK],
  ["NON_COMPLIANCE", 120, ["superseded"], DESK],
  ["CA_CEASES", 120, ["unspecified"], DESK],
])("%s: within %i h, with %j, by %j", (ground, hours, reasons, by) => {
  expect(deadlineOf(ground, NOW)).toEqual(NOW.add({ hours }));
  expect(reasonsOf(ground, NOW)).toEqual(reasons);
  expect(groundRule(ground, NOW).by).toEqual(by);
});

test("the table above is the whole table, on every day it knows", () => {
  expect(GROUNDS).toHaveLength(12);
  for (const { grounds } of PUBLIC_REVOCATION) expect(Object.keys(grounds)).toEqual([...GROUNDS]);
});

test("a rule of tomorrow's table holds from its day on", () => {
  const [today] = PUBLIC_REVOCATION;
  const stricter = { ...today.grounds, MISUSE: { ...today.grounds.MISUSE, deadlineHours: 24 as const } };
  const table = [today, { from: Temporal.PlainDate.from("2027-01-01"), grounds: stricter }] as const;
  expect(groundRule("MISUSE", Temporal.Instant.from("2026-12-31T23:59:59Z"), table).deadlineHours).toBe(120);
  expect(groundRule("MISUSE", Temporal.Instant.from("2027-01-01T00:00:00Z"), table).deadlineHours).toBe(24);
});

test("subscribers choose among five reasons, each with its ground; privilegeWithdrawn is the issuer's", () => {
  expect(SUBSCRIBER_REASONS).not.toContain("privilegeWithdrawn");
  for (const reason of SUBSCRIBER_REASONS) {
    const ground = groundOfReason(reason);
    expect(problemOfOrder(order({ ground, reason }), operator, NOW)).toBeNull();
  }
  expect(groundsOf("subscriber", NOW)).toEqual(["SUBSCRIBER_REQUEST", "KEY_COMPROMISE"]);
  expect(groundsOf("desk", NOW)).toEqual([...GROUNDS]);
});

test("every ground × reason × actor: only what the table says passes", () => {
  const actors: Actor[] = [operator, staff, system("revocation")];
  for (const ground of GROUNDS)
    for (const reason of REASONS)
      for (const actor of actors) {
        const rule = groundRule(ground, NOW);
        const allowed =
          rule.reasons.includes(reason) &&
          rule.by.includes(actor.kind === "operator" ? "subscriber" : "desk");
        const problem = problemOfOrder(order({ ground, reason }), actor, NOW);
        expect(problem === null, `${ground} ${reason} ${actor.kind}`).toBe(allowed);
      }
});

test("neither an applicant nor a stranger orders a revocation", () => {
  const applicant: Actor = {
    kind: "applicant",
    userId: newId(),
    personId: newId(),
    name: "佐藤 花子",
    tenant: operator.tenant,
    mustChangePassword: false,
  };
  for (const actor of [applicant, PUBLIC]) {
    expect(problemOfOrder(order(), actor, NOW)?.code).toBe("not-allowed");
  }
});

test.each<[string, Partial<RevocationOrder>, string | null]>([
  ["planned for the last second", { executeAt: NOW.add({ hours: 24 }) }, null],
  ["planned a second too late", { executeAt: NOW.add({ hours: 24, seconds: 1 }) }, "revocation-too-late"],
  ["a deadline later than the rule's", { dueAt: NOW.add({ hours: 24, seconds: 1 }) }, "revocation-too-late"],
  [
    "overdue, planned",
    { dueAt: NOW.subtract({ hours: 1 }), executeAt: NOW.add({ seconds: 1 }) },
    "revocation-too-late",
  ],
  ["overdue, at once", { dueAt: NOW.subtract({ hours: 1 }), executeAt: NOW }, null],
  [
    "five days of five",
    {
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      dueAt: NOW.add({ hours: 120 }),
      executeAt: NOW.add({ hours: 120 }),
    },
    null,
  ],
])("%s", (_, changes, code) => {
  expect(problemOfOrder(order(changes), staff, NOW)?.code ?? null).toBe(code);
});

test("a compromise is never hidden behind another reason", () => {
  expect(strongerReason("superseded", "keyCompromise")).toBe("keyCompromise");
  expect(strongerReason("keyCompromise", "superseded")).toBe("keyCompromise");
  expect(strongerReason("superseded", null)).toBe("superseded");
});

test("what is proven about the key itself, or is not planned any more, cannot be called off", () => {
  const called = (ground: Ground, state: "PLANNED" | "DONE", actor: Actor, origin = "desk" as const) => {
    try {
      requireCancellable({ id: "order", ground, state, origin, originId: null }, null, actor, NOW);
      return null;
    } catch (error) {
      return isProblem(error) ? error.code : "another error";
    }
  };
  const firm = GROUNDS.filter((ground) => called(ground, "PLANNED", staff) !== null);
  expect(firm).toEqual(["KEY_COMPROMISE", "KEY_COMPUTABLE", "WEAK_PARAMETERS"]);
  expect(called("MISUSE", "DONE", staff)).toBe("revocation-not-cancellable");
  expect(called("MISUSE", "PLANNED", operator)).toBe("not-allowed");
});

test.each<[string, OriginKind, string | null, string | null, Actor, string | null]>([
  ["asked for with a reissue, by an operator", "replacement", null, "order", operator, null],
  ["asked for with a reissue, by staff", "replacement", null, "order", staff, null],
  ["for another certificate of that key, by staff", "shared-key", "other", "other", staff, null],
  [
    "for another certificate of that key, by an operator",
    "shared-key",
    "other",
    "other",
    operator,
    "not-allowed",
  ],
  ["proven since", "replacement", null, null, operator, "revocation-not-cancellable"],
  ["for another certificate, proven since", "shared-key", "other", null, staff, "revocation-not-cancellable"],
  ["declared in another order", "replacement", null, "other", operator, "revocation-not-cancellable"],
  ["found in a problem report", "problem-report", "report", "order", staff, "revocation-not-cancellable"],
  ["ordered by the desk", "desk", null, "order", staff, "revocation-not-cancellable"],
])("a compromise %s", (_, origin, originId, declaredIn, actor, code) => {
  const waiting = { id: "order", ground: "KEY_COMPROMISE", state: "PLANNED", origin, originId } as const;
  const asked = () => requireCancellable(waiting, declaredIn, actor, NOW);
  if (code === null) expect(asked).not.toThrow();
  else expect(asked).toThrow(expect.objectContaining({ code }));
  expect(isCancellable(waiting, declaredIn, actor, NOW)).toBe(code === null);
});
