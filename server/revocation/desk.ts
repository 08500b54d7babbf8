import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { type Call, routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import {
  addressOf,
  type Chip,
  draftIn,
  dropDraft,
  keepDraft,
  type Pager,
  pagerOf,
  placeIn,
  placeQuery,
} from "../requests/index.ts";
import {
  type DeskCheck,
  type DeskForm,
  deskCheckModel,
  deskErrors,
  deskForm,
  deskFormModel,
  deskLabels,
  orderOf,
} from "./desk-form.ts";
import { cancelOrder, executeNow, orderOne } from "./desk-orders.ts";
import { latestOrderOf, listOrders, type OrderList, type ShowOrder, showOrder } from "./pages/orders.ts";
import { ORDER_STATES, type OrderState } from "./revocation.ts";
import type { RevocationDeps } from "./revoke-certificates.ts";

interface Ending {
  readonly shown: ShowOrder;
  readonly reason: string;
  readonly errors: FieldErrors;
}

const listView = view<{ list: OrderList; chips: readonly Chip[]; pager: Pager }>("desk/revocations/list");
const showView = view<ShowOrder>("desk/revocations/show");
const formView = view<DeskForm>("desk/revocations/new");
const checkView = view<DeskCheck>("desk/revocations/check");
const cancellationView = view<Ending>("desk/revocations/cancellation");
const executionView = view<ShowOrder>("desk/revocations/execution");

const route = routesOf<RevocationDeps>();
const byId = z.object({ id: z.uuid() });
const byDraft = byId.extend({ draft: z.uuid() });
const ALL = "ALL";

type DeskCall = Call<RevocationDeps, "staff", { readonly id: string }, unknown, unknown>;

async function shownOrder({ deps, params }: Pick<DeskCall, "deps" | "params">): Promise<ShowOrder> {
  const shown = await showOrder(deps.db.read, params.id, deps.clock.now());
  if (!shown) throw new Problem("not-found");
  return shown;
}

function chipsOf({ revocation, common }: Catalogue, { counts, state }: OrderList): readonly Chip[] {
  const chip = (one: OrderState | null, text: string, count: number): Chip => ({
    text,
    href: addressOf("/revocations", { state: one ?? ALL }),
    count,
    current: state === one,
  });
  const all = ORDER_STATES.reduce((sum, one) => sum + counts[one], 0);
  return [
    ...ORDER_STATES.map((one) => chip(one, revocation.orderState[one], counts[one])),
    chip(null, common.filters.all, all),
  ];
}

/** 失効の期限: what waits, and every order there was. */
const orderRoutes = [
  route({
    method: "GET",
    path: "/revocations",
    permission: "staff",
    query: z.object({
      ...placeQuery,
      state: z
        .enum([...ORDER_STATES, ALL])
        .default("PLANNED")
        .catch("PLANNED"),
    }),
    handle: async ({ deps, query, language }) => {
      const state = query.state === ALL ? null : query.state;
      const list = await listOrders(deps.db.read, state, placeIn(query), deps.clock.now());
      const pager = { ...pagerOf("/revocations", { state: query.state }, list), csv: null };
      return page(listView, { list, chips: chipsOf(catalogue(language), list), pager });
    },
  }),
  route({
    method: "GET",
    path: "/revocations/:id",
    permission: "staff",
    params: byId,
    handle: async (call) => page(showView, await shownOrder(call)),
  }),
  route({
    method: "GET",
    path: "/revocations/:id/execution",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const shown = await shownOrder(call);
      const isOpen = shown.order.state === "PLANNED";
      return isOpen ? page(executionView, shown) : redirect(`/revocations/${call.params.id}`);
    },
  }),
  route({
    method: "POST",
    path: "/revocations/:id/execution",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const { order } = await shownOrder(call);
      await executeNow(call.deps, call.actor, order);
      call.session.set("flash", { kind: "ok", code: "certificateRevoked" });
      return redirect(`/revocations/${call.params.id}`);
    },
  }),
  route({
    method: "GET",
    path: "/revocations/:id/cancellation",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const shown = await shownOrder(call);
      if (!shown.mayCancel) return redirect(`/revocations/${call.params.id}`);
      return page(cancellationView, { shown, reason: "", errors: {} });
    },
  }),
  route({
    method: "POST",
    path: "/revocations/:id/cancellation",
    permission: "staff",
    freshSecondFactor: "while-typing",
    params: byId,
    form: z.object({ reason: z.string().trim().min(1).max(500) }),
    labels: (t) => ({ reason: t.revocation.desk.cancellation.reason }),
    handle: async (call) => {
      const { order } = await shownOrder(call);
      await cancelOrder(call.deps, call.actor, order, call.form.reason);
      call.session.set("flash", { kind: "ok", code: "revocationCancelled" });
      return redirect(`/revocations/${call.params.id}`);
    },
    invalid: async (call, errors) =>
      page(cancellationView, { shown: await shownOrder(call), reason: call.typed["reason"] ?? "", errors }),
  }),
];

/** 入力 → 確認 → 完了 for one certificate. */
const formRoutes = [
  route({
    method: "GET",
    path: "/certificates/:id/revocation",
    permission: "staff",
    params: byId,
    query: z.object({ draft: z.uuid().optional().catch(undefined) }),
    handle: async ({ deps, params, query, session }) => {
      const kept = query.draft === undefined ? null : draftIn<Record<string, string>>(session, query.draft);
      return page(formView, await deskFormModel(deps, params.id, kept ?? {}, {}));
    },
  }),
  route({
    method: "POST",
    path: "/certificates/:id/revocation/drafts",
    permission: "staff",
    params: byId,
    form: deskForm,
    labels: deskLabels,
    handle: async ({ deps, params, form, typed, session, language }) => {
      const errors = deskErrors(catalogue(language), form, deps.clock.now());
      if (Object.keys(errors).length > 0) {
        return page(formView, await deskFormModel(deps, params.id, typed, errors), 422);
      }
      await deskFormModel(deps, params.id, typed, {});
      return redirect(`/certificates/${params.id}/revocation/drafts/${keepDraft(session, typed)}`);
    },
    invalid: async ({ deps, params, typed }, errors) =>
      page(formView, await deskFormModel(deps, params.id, typed, errors)),
  }),
  // Where the language switch and the address bar come from after that POST.
  route({
    method: "GET",
    path: "/certificates/:id/revocation/drafts",
    permission: "staff",
    params: byId,
    handle: ({ params }) => redirect(`/certificates/${params.id}/revocation`),
  }),
  route({
    method: "GET",
    path: "/certificates/:id/revocation/drafts/:draft",
    permission: "staff",
    freshSecondFactor: true,
    params: byDraft,
    handle: async (call) => checkPage(call, call.params.draft, {}),
  }),
  route({
    method: "POST",
    path: "/certificates/:id/revocation",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    form: z.object({ draft: z.uuid(), confirmed: z.string().default("") }),
    handle: async (call) => {
      const { deps, actor, params, form, session, language } = call;
      const input = deskForm.safeParse(draftIn(session, form.draft));
      if (!input.success) return draftGone(call);
      if (form.confirmed !== "on") {
        const { confirmMissing } = catalogue(language).revocation.operator.check;
        return checkPage(call, form.draft, { confirmed: confirmMissing }, 422);
      }
      await orderOne(deps, actor, orderOf(params.id, input.data, deps.clock.now()));
      dropDraft(session, form.draft);
      const order = await latestOrderOf(deps.db.read, params.id);
      const code = order?.state === "PLANNED" ? "revocationPlanned" : "certificateRevoked";
      session.set("flash", { kind: "ok", code });
      return redirect(`/revocations/${order?.id}`);
    },
    invalid: (call) => draftGone(call),
  }),
];

async function checkPage(call: DeskCall, draft: string, errors: FieldErrors, status = 200): Promise<Answer> {
  const input = deskForm.safeParse(draftIn(call.session, draft));
  if (!input.success) return draftGone(call);
  const model = await deskCheckModel(call.deps, call.params.id, draft, input.data, errors);
  return page(checkView, model, status);
}

function draftGone({ session, params }: Pick<DeskCall, "session" | "params">): Answer {
  session.set("flash", { kind: "warn", code: "draftGone" });
  return redirect(`/certificates/${params.id}/revocation`);
}

/** 失効 on the desk: on every ground of BR 4.9.1.1, at once or planned, with the deadlines that run. */
export const deskRevocationRoutes = [...formRoutes, ...orderRoutes];
