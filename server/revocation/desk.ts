import { z } from "zod";
import { page, redirect } from "../http/answer.ts";
import { type Call, routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import { addressOf, type Chip, type Pager, pagerOf, placeIn, placeQuery } from "../requests/index.ts";
import { cancelOrder, executeNow } from "./desk-orders.ts";
import { listOrders, type OrderList, type ShowOrder, showOrder } from "./pages/orders.ts";
import { ORDER_STATES, type OrderState } from "./revocation.ts";
import type { RevocationDeps } from "./revoke-certificates.ts";
import { revokeDeskRoutes } from "./revoke-desk.ts";

interface Ending {
  readonly shown: ShowOrder;
  readonly reason: string;
  readonly errors: FieldErrors;
}
type Execution = Omit<Ending, "reason">;

const listView = view<{ list: OrderList; chips: readonly Chip[]; pager: Pager }>("desk/revocations/list");
const showView = view<ShowOrder>("desk/revocations/show");
const cancellationView = view<Ending>("desk/revocations/cancellation");
const executionView = view<Execution>("desk/revocations/execution");

const route = routesOf<RevocationDeps>();
const byId = z.object({ id: z.uuid() });
const ALL = "ALL";

/** Nothing final is done by one press of a button: the box beside it is ticked first. */
const confirming = { confirmed: z.string().default("") };

function unconfirmed(
  { form }: { readonly form: { readonly confirmed: string } },
  { confirmMissing }: { readonly confirmMissing: string },
): FieldErrors | null {
  return form.confirmed === "on" ? null : { confirmed: confirmMissing };
}

type DeskCall = Call<RevocationDeps, "staff", { readonly id: string }, unknown, unknown>;

async function shownOrder({ deps, params }: Pick<DeskCall, "deps" | "params">): Promise<ShowOrder> {
  const shown = await showOrder(deps.db.read, params.id, deps.clock.now());
  if (!shown) throw new Problem("not-found");
  return shown;
}

function chipsOf({ revocation, common }: Catalogue, { counts, all, state }: OrderList): readonly Chip[] {
  const chip = (one: OrderState | null, text: string, count: Chip["count"]): Chip => ({
    text,
    href: addressOf("/revocations", { state: one ?? ALL }),
    count,
    current: state === one,
  });
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
      return isOpen ? page(executionView, { shown, errors: {} }) : redirect(`/revocations/${call.params.id}`);
    },
  }),
  route({
    method: "POST",
    path: "/revocations/:id/execution",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    form: z.object(confirming),
    handle: async (call) => {
      const shown = await shownOrder(call);
      const errors = unconfirmed(call, catalogue(call.language).revocation.operator.check);
      if (errors !== null) return page(executionView, { shown, errors }, 422);
      await executeNow(call.deps, call.actor, shown.order);
      call.session.set("flash", { kind: "ok", code: "certificateRevoked" });
      return redirect(`/revocations/${call.params.id}`);
    },
    invalid: ({ params }) => redirect(`/revocations/${params.id}/execution`),
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
    form: z.object({ reason: z.string().trim().min(1).max(500), ...confirming }),
    labels: (t) => ({ reason: t.revocation.desk.cancellation.reason }),
    handle: async (call) => {
      const shown = await shownOrder(call);
      const { reason } = call.form;
      const errors = unconfirmed(call, catalogue(call.language).revocation.operator.cancellation);
      if (errors !== null) return page(cancellationView, { shown, reason, errors }, 422);
      await cancelOrder(call.deps, call.actor, shown.order, reason);
      call.session.set("flash", { kind: "ok", code: "revocationCancelled" });
      return redirect(`/revocations/${call.params.id}`);
    },
    invalid: async (call, errors) =>
      page(cancellationView, { shown: await shownOrder(call), reason: call.typed["reason"] ?? "", errors }),
  }),
];

/** 失効 on the desk: on every ground of BR 4.9.1.1, at once or planned, with the deadlines that run. */
export const deskRevocationRoutes = [...revokeDeskRoutes, ...orderRoutes];
