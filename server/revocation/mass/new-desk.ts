import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { latestLintReports, showLintReport } from "../../linting/index.ts";
import type { RuleId } from "../../pki/index.ts";
import { groundRule } from "../../rules/index.ts";
import { GROUNDS, type Ground } from "../revocation.ts";
import type { RevocationDeps } from "../revoke-certificates.ts";
import { hourToType } from "../typed-hour.ts";
import { draftMassRevocation } from "./draft-mass-revocation.ts";
import {
  MASS_FIELD_OF,
  MASS_FIELDS,
  type MassValues,
  massForm,
  massLabels,
  readMassForm,
} from "./mass-form.ts";
import { planOf, TIMINGS } from "./mass-revocation.ts";
import { SELECTABLE_ISSUERS, SELECTOR_KINDS } from "./selector.ts";

const route = routesOf<RevocationDeps>();
type FormCall = Call<RevocationDeps, "administrator", unknown, unknown, unknown>;

interface FormModel {
  readonly values: MassValues;
  readonly errors: FieldErrors;
  readonly grounds: readonly {
    readonly ground: Ground;
    readonly hours: number;
    readonly plan: ReturnType<typeof planOf>;
  }[];
  readonly timings: typeof TIMINGS;
  readonly selectors: typeof SELECTOR_KINDS;
  readonly issuers: typeof SELECTABLE_ISSUERS;
  readonly reports: Awaited<ReturnType<typeof latestLintReports>>;
}

const formView = view<FormModel>("desk/mass-revocations/new");

/** Reports of linting that the form offers. */
const REPORTS = 10;

/** Registering a case: the set is gathered and shown; nothing is revoked by it. */
export const newMassRevocationRoutes = [
  route({
    method: "GET",
    path: "/mass-revocations/new",
    permission: "administrator",
    freshSecondFactor: true,
    query: z.object({
      drill: z.literal("on").optional().catch(undefined),
      lintReport: z.uuid().optional().catch(undefined),
    }),
    handle: async (call) => {
      const { drill, lintReport } = call.query;
      const of = lintReport === undefined ? {} : await ofLintReport(call, lintReport);
      return page(formView, await formModel(call, { ...of, ...(drill ? { drill } : {}) }));
    },
  }),
  route({
    method: "POST",
    path: "/mass-revocations",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    form: massForm,
    labels: massLabels,
    fieldOf: MASS_FIELD_OF,
    handle: async (call) => {
      const { deps, actor, form, language } = call;
      const read = readMassForm(catalogue(language), form);
      if ("errors" in read) return formAgain(call, read.errors);
      const { name, ground, explanation, timing } = form;
      const drill = form.drill === "on";
      const id = await draftMassRevocation(deps, actor, {
        name,
        ground,
        explanation,
        timing,
        drill,
        ...read,
      });
      return redirect(`/mass-revocations/${id}`);
    },
    invalid: (call, errors) => formAgain(call, errors),
  }),
];

/** The lints that find a key whose private half can be computed. */
const KEY_LINTS: readonly string[] = ["listed-weak-key", "key-strength"] satisfies RuleId[];

/** What the form begins with for the findings of a report: 24 hours where they are keys alone, else 5 days (BR 4.9.1.1). */
async function ofLintReport({ deps }: Pick<FormCall, "deps">, lintReport: Id) {
  const groups = (await showLintReport(deps.db.read, lintReport))?.groups ?? [];
  const keysAlone = groups.length > 0 && groups.every(({ lint }) => KEY_LINTS.includes(lint));
  const ground: Ground = keysAlone ? "KEY_COMPUTABLE" : "NON_COMPLIANCE";
  return { selector: "LINT", lintReport, ground };
}

async function formModel(
  { deps }: Pick<FormCall, "deps">,
  typed: Readonly<Partial<Record<string, string>>>,
  errors: FieldErrors = {},
): Promise<FormModel> {
  const now = deps.clock.now();
  const defaults: Partial<MassValues> = {
    ground: "NON_COMPLIANCE",
    knownAt: hourToType(now),
    timing: "DEADLINE",
    selector: "SERIALS",
    role: "CUSTOMER_OV",
  };
  const values = Object.fromEntries(
    MASS_FIELDS.map((field) => [field, typed[field] ?? defaults[field] ?? ""]),
  ) as MassValues;
  return {
    values,
    errors,
    grounds: GROUNDS.filter((ground) => ground !== "SUBSCRIBER_REQUEST").map((ground) => ({
      ground,
      hours: groundRule(ground, now).deadlineHours,
      plan: planOf(ground),
    })),
    timings: TIMINGS,
    selectors: SELECTOR_KINDS,
    issuers: SELECTABLE_ISSUERS,
    reports: (await latestLintReports(deps.db.read, REPORTS)).filter(({ failed }) => failed > 0),
  };
}

async function formAgain(call: Pick<FormCall, "deps" | "typed">, errors: FieldErrors): Promise<Answer> {
  // What is not ticked is not sent, and must not come back ticked.
  return page(formView, await formModel(call, { drill: "", ...call.typed }, errors), 422);
}
