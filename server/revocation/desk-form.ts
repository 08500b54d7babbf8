import { z } from "zod";
import type { FieldErrors } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import { groundRule } from "../rules/index.ts";
import { type DeskCertificate, deskCertificate } from "./pages/desk-certificate.ts";
import {
  deadlineOf,
  GROUNDS,
  type Ground,
  groundsOf,
  REASONS,
  type RevocationOrder,
  reasonsOf,
} from "./revocation.ts";
import type { RevocationDeps } from "./revoke-certificates.ts";
import { hourToType, typedHour } from "./typed-hour.ts";

/** 入力 on the desk: on which ground, known since when, and when it is to be done. */
export interface DeskForm extends DeskCertificate {
  readonly grounds: readonly { readonly ground: Ground; readonly hours: number; readonly source: string }[];
  readonly reasons: readonly (typeof REASONS)[number][];
  readonly values: Readonly<
    Record<"ground" | "reason" | "explanation" | "knownAt" | "when" | "executeAt", string>
  >;
  readonly errors: FieldErrors;
}

/** 確認 on the desk. */
export interface DeskCheck extends DeskCertificate {
  readonly draft: string;
  readonly order: RevocationOrder;
  readonly knownAt: Temporal.Instant;
  readonly planned: boolean;
  readonly overdue: boolean;
  readonly source: string;
  readonly errors: FieldErrors;
}

export const deskForm = z.object({
  ground: z.enum(GROUNDS),
  /** Empty: the one that belongs to the ground. */
  reason: z.union([z.literal(""), z.enum(REASONS)]).default(""),
  explanation: z.string().trim().max(500).default(""),
  knownAt: z.string().max(40).default(""),
  when: z.enum(["now", "later"]),
  executeAt: z.string().max(40).default(""),
});
type DeskInput = z.output<typeof deskForm>;

export const deskLabels = ({ revocation: { desk, field } }: Catalogue) => ({
  ground: field.ground,
  reason: field.reason,
  explanation: field.explanation,
  knownAt: desk.knownAt,
  when: desk.when,
  executeAt: field.executeAt,
});

type FormDeps = Pick<RevocationDeps, "db" | "clock">;

/** The form of one certificate with what was typed. @throws Problem not-found */
export async function deskFormModel(
  { db, clock }: FormDeps,
  id: string,
  typed: Readonly<Record<string, string>>,
  errors: FieldErrors,
): Promise<DeskForm> {
  const now = clock.now();
  const of = await deskCertificate(db.read, id, now);
  if (!of) throw new Problem("not-found");
  const value = (name: string, otherwise = "") => typed[name] ?? otherwise;
  return {
    ...of,
    grounds: groundsOf("desk", now).map((ground) => {
      const { deadlineHours, source } = groundRule(ground, now);
      return { ground, hours: deadlineHours, source };
    }),
    reasons: REASONS,
    values: {
      ground: value("ground"),
      reason: value("reason"),
      explanation: value("explanation"),
      knownAt: value("knownAt", hourToType(now)),
      when: value("when", "now"),
      executeAt: value("executeAt"),
    },
    errors,
  };
}

/** What is wrong with times and reasons, by field; they are judged again when it is ordered. */
export function deskErrors(t: Catalogue, input: DeskInput, now: Temporal.Instant): FieldErrors {
  const { desk } = t.revocation;
  const errors: Record<string, string> = {};
  const { ground, reason } = input;
  if (reason !== "" && !reasonsOf(ground, now).includes(reason)) {
    const usual = reasonsOf(ground, now).map((each) => t.revocation.reason[each].name);
    errors["reason"] = desk.reasonRefused({ ground: t.revocation.ground[ground].name, reasons: usual });
  }
  const knownAt = typedHour(input.knownAt);
  if (knownAt === null) errors["knownAt"] = desk.hourInvalid;
  else if (Temporal.Instant.compare(knownAt, now) > 0) errors["knownAt"] = desk.knownAtFuture;
  if (input.when === "later") {
    const executeAt = typedHour(input.executeAt);
    if (executeAt === null) errors["executeAt"] = desk.hourInvalid;
    else if (Temporal.Instant.compare(executeAt, now) <= 0) errors["executeAt"] = desk.executeAtPast;
    else if (knownAt !== null && Temporal.Instant.compare(executeAt, deadlineOf(ground, knownAt)) > 0) {
      errors["executeAt"] = desk.executeAtLate;
    }
  }
  return errors;
}

/** What a filled form orders. */
export function orderOf(certificateId: string, input: DeskInput, now: Temporal.Instant): RevocationOrder {
  const { ground, explanation } = input;
  const [usual = "unspecified"] = reasonsOf(ground, now);
  const knownAt = typedHour(input.knownAt) ?? now;
  return {
    certificateId,
    ground,
    reason: input.reason === "" ? usual : input.reason,
    explanation,
    executeAt: input.when === "later" ? (typedHour(input.executeAt) ?? now) : now,
    dueAt: deadlineOf(ground, knownAt),
    origin: { kind: "desk", id: null },
  };
}

/** The check page of a draft. @throws Problem not-found */
export async function deskCheckModel(
  { db, clock }: FormDeps,
  id: string,
  draft: string,
  input: DeskInput,
  errors: FieldErrors,
): Promise<DeskCheck> {
  const now = clock.now();
  const of = await deskCertificate(db.read, id, now);
  if (!of) throw new Problem("not-found");
  const order = orderOf(id, input, now);
  return {
    ...of,
    draft,
    order,
    knownAt: typedHour(input.knownAt) ?? now,
    planned: input.when === "later",
    overdue: Temporal.Instant.compare(order.dueAt, now) < 0,
    source: groundRule(order.ground, now).source,
    errors,
  };
}
