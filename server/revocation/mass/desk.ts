import { z } from "zod";
import { page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import type { StaffActor } from "../../kernel/actor.ts";
import type { Id } from "../../kernel/ids.ts";
import { type Pager, pagerOf, placeIn, placeQuery } from "../../requests/index.ts";
import type { RevocationDeps } from "../revoke-certificates.ts";
import { type MassPage, massPage } from "./desk-page.ts";
import { abandonMassRevocation, closeMassRevocation, startMassRevocation } from "./draft-mass-revocation.ts";
import { executeMassRevocation } from "./execute-mass-revocation.ts";
import { newMassRevocationRoutes } from "./new-desk.ts";
import { listMass, type MassList } from "./pages.ts";
import { massReport } from "./report-csv.ts";

interface MassDeskDeps extends RevocationDeps {
  readonly kickJobs: () => void;
  /** Has planned revocations looked at now. */
  readonly revokeSoon: () => void;
}

interface ShowModel extends MassPage {
  readonly errors: FieldErrors;
  readonly remark: string;
}

const listView = view<{ list: MassList; pager: Pager }>("desk/mass-revocations/list");
const showView = view<ShowModel>("desk/mass-revocations/show");
const orderView = view<MassPage>("desk/mass-revocations/order");
const executionView = view<MassPage>("desk/mass-revocations/execution");

const route = routesOf<MassDeskDeps>();
const byId = z.object({ id: z.uuid() });
const versioned = z.object({ version: z.coerce.number().int() });
type CaseCall = Pick<
  Call<MassDeskDeps, "staff", { readonly id: Id }, unknown, unknown>,
  "deps" | "actor" | "params"
>;

const here = ({ params }: Pick<CaseCall, "params">) => `/mass-revocations/${params.id}`;
const pageOf = ({ deps, actor, params }: CaseCall) => massPage(deps, actor, params.id);

const readingRoutes = [
  route({
    method: "GET",
    path: "/mass-revocations/:id",
    permission: "staff",
    params: byId,
    handle: async (call) => page(showView, { ...(await pageOf(call)), errors: {}, remark: "" }),
  }),
  route({
    method: "GET",
    path: "/mass-revocations/:id/report.csv",
    permission: "staff",
    params: byId,
    handle: async (call) => massReport(call.deps.db.read, await pageOf(call), call.language),
  }),
];

/** The page that asks once more before a step; whoever may not take it (any more) goes back to the case. */
const askingRoute = (noun: string, view: typeof orderView, may: (one: MassPage) => boolean) =>
  route({
    method: "GET",
    path: `/mass-revocations/:id/${noun}`,
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const model = await pageOf(call);
      return may(model) ? page(view, model) : redirect(here(call));
    },
  });

/** A step of an administrator: it names the version that was seen, and ends on the page of the case. */
const stepRoute = (
  noun: string,
  take: (deps: MassDeskDeps, actor: StaffActor, step: { id: Id; version: number }) => Promise<void>,
) =>
  route({
    method: "POST",
    path: `/mass-revocations/:id/${noun}`,
    permission: "administrator",
    freshSecondFactor: true,
    params: byId,
    form: versioned,
    handle: async (call) => {
      await take(call.deps, call.actor, { id: call.params.id, version: call.form.version });
      return redirect(here(call));
    },
    invalid: (call) => redirect(here(call)),
  });

/** Ends on the list: of an abandoned case nothing is left to see to. */
const abandonmentRoute = route({
  method: "POST",
  path: "/mass-revocations/:id/abandonment",
  permission: "administrator",
  freshSecondFactor: true,
  params: byId,
  form: versioned,
  handle: async ({ deps, actor, params, form, session }) => {
    await abandonMassRevocation(deps, actor, { id: params.id, version: form.version });
    session.set("flash", { kind: "ok", code: "massRevocationAbandoned" });
    return redirect("/mass-revocations");
  },
  invalid: (call) => redirect(here(call)),
});

const closingRoute = route({
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
    page(showView, { ...(await pageOf(call)), errors, remark: call.typed["remark"] ?? "" }, 422),
});

/** 一括失効 on the desk: everybody there may look, administrators act, two of them to set it going. */
export const massRevocationDeskRoutes = [
  route({
    method: "GET",
    path: "/mass-revocations",
    permission: "staff",
    query: z.object(placeQuery),
    handle: async ({ deps, query }) => {
      const list = await listMass(deps.db.read, placeIn(query));
      return page(listView, { list, pager: { ...pagerOf("/mass-revocations", {}, list), csv: null } });
    },
  }),
  // "/mass-revocations/new" comes before "/mass-revocations/:id", which would take the word for an id.
  ...newMassRevocationRoutes,
  ...readingRoutes,
  askingRoute("order", orderView, ({ mayStart }) => mayStart),
  stepRoute("order", async (deps, actor, step) => {
    await startMassRevocation(deps, actor, step);
    deps.kickJobs();
  }),
  askingRoute("execution", executionView, ({ mayExecute }) => mayExecute),
  stepRoute("execution", async (deps, actor, step) => {
    await executeMassRevocation(deps, actor, step);
    deps.revokeSoon();
  }),
  abandonmentRoute,
  closingRoute,
];
