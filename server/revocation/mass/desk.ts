import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { latestLintReports } from "../../linting/index.ts";
import { groundRule } from "../../rules/index.ts";
import { GROUNDS, type Ground } from "../revocation.ts";
import type { RevocationDeps } from "../revoke-certificates.ts";
import { hourToType } from "../typed-hour.ts";
import {
  abandonMassRevocation,
  closeMassRevocation,
  draftMassRevocation,
  startMassRevocation,
} from "./draft-mass-revocation.ts";
import { executeMassRevocation } from "./execute-mass-revocation.ts";
import {
  MASS_FIELD_OF,
  MASS_FIELDS,
  type MassValues,
  massForm,
  massLabels,
  readMassForm,
} from "./mass-form.ts";
import { planOf, TIMINGS } from "./mass-revocation.ts";
import { listMass, type MassDetail, type MassLine, showMass } from "./pages.ts";
import { massReport } from "./report-csv.ts";
import { SELECTABLE_ISSUERS, SELECTOR_KINDS } from "./selector.ts";

interface MassDeskDeps extends RevocationDeps {
  readonly kickJobs: () => void;
  /** Has planned revocations looked at now. */
  readonly revokeSoon: () => void;
}

const route = routesOf<MassDeskDeps>();
type StaffCall = Call<MassDeskDeps, "staff", { readonly id: Id }, unknown, unknown>;
type FormCall = Call<MassDeskDeps, "administrator", unknown, unknown, unknown>;

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

interface ShowModel extends MassDetail {
  /** Four eyes: may this visitor set it going? */
  readonly mayStart: boolean;
  readonly isAdministrator: boolean;
  readonly errors: FieldErrors;
  readonly remark: string;
}

const listView = view<{ rows: readonly MassLine[] }>("desk/mass-revocations/list");
const formView = view<FormModel>("desk/mass-revocations/new");
const showView = view<ShowModel>("desk/mass-revocations/show");
const orderView = view<ShowModel>("desk/mass-revocations/order");
const executionView = view<ShowModel>("desk/mass-revocations/execution");

/** Reports of linting that the form offers. */
const REPORTS = 10;

const byId = z.object({ id: z.uuid() });
const versioned = z.object({ version: z.coerce.number().int() });
const here = ({ params }: { readonly params: { readonly id: Id } }) => `/mass-revocations/${params.id}`;

/** 一括失効 on the desk: everybody there may look, administrators act, two of them to set it going. */
export const massRevocationDeskRoutes = [
  route({
    method: "GET",
    path: "/mass-revocations",
    permission: "staff",
    handle: async ({ deps }) => page(listView, { rows: await listMass(deps.db.read) }),
  }),
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
      const of = lintReport === undefined ? {} : { selector: "LINT", lintReport, ground: "NON_COMPLIANCE" };
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
  route({
    method: "GET",
    path: "/mass-revocations/:id",
    permission: "staff",
    params: byId,
    handle: async (call) => page(showView, await shown(call)),
  }),
  route({
    method: "GET",
    path: "/mass-revocations/:id/report.csv",
    permission: "staff",
    params: byId,
    handle: async (call) => massReport(call.deps.db.read, await shown(call), call.language),
  }),
  route({
    method: "GET",
    path: "/mass-revocations/:id/order",
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const model = await shown(call);
      return model.mayStart ? page(orderView, model) : redirect(here(call));
    },
  }),
  route({
    method: "POST",
    path: "/mass-revocations/:id/order",
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    form: versioned,
    handle: async (call) => {
      const { deps, actor, params, form } = call;
      await startMassRevocation(deps, actor, { ...params, ...form });
      deps.kickJobs();
      return redirect(here(call));
    },
    invalid: (call) => redirect(here(call)),
  }),
  route({
    method: "GET",
    path: "/mass-revocations/:id/execution",
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const model = await shown(call);
      const running = model.mass.state === "RUNNING" && !model.mass.drill;
      return running ? page(executionView, model) : redirect(here(call));
    },
  }),
  route({
    method: "POST",
    path: "/mass-revocations/:id/execution",
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    form: versioned,
    handle: async (call) => {
      const { deps, actor, params, form } = call;
      await executeMassRevocation(deps, actor, { ...params, ...form });
      deps.revokeSoon();
      return redirect(here(call));
    },
    invalid: (call) => redirect(here(call)),
  }),
  route({
    method: "POST",
    path: "/mass-revocations/:id/abandonment",
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    form: versioned,
    handle: async (call) => {
      const { deps, actor, params, form } = call;
      await abandonMassRevocation(deps, actor, { ...params, ...form });
      return redirect("/mass-revocations");
    },
    invalid: (call) => redirect(here(call)),
  }),
  route({
    method: "POST",
    path: "/mass-revocations/:id/closure",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: byId,
    form: versioned.extend({ remark: z.string().trim().min(1).max(2000) }),
    labels: (t) => ({ remark: t.massRevocation.field.remark }),
    handle: async (call) => {
      const { deps, actor, params, form } = call;
      await closeMassRevocation(deps, actor, { ...params, ...form });
      return redirect(here(call));
    },
    invalid: async (call, errors) =>
      page(showView, { ...(await shown(call)), errors, remark: call.typed["remark"] ?? "" }, 422),
  }),
];

async function shown({
  deps,
  actor,
  params,
}: Pick<StaffCall, "deps" | "actor" | "params">): Promise<ShowModel> {
  const detail = await showMass(deps.db.read, params.id, deps.clock.now());
  if (detail === null) throw new Problem("not-found");
  const isAdministrator = actor.roles.includes("ADMINISTRATOR");
  const { state, createdBy } = detail.mass;
  const mayStart = isAdministrator && state === "DRAFT" && createdBy !== actor.staffId;
  return { ...detail, mayStart, isAdministrator, errors: {}, remark: "" };
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
