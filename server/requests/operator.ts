import { z } from "zod";
import type { Count } from "../db/index.ts";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import type { OperatorActor } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";
import { approveRequest } from "./approve-request.ts";
import { cancelRequest } from "./cancel-request.ts";
import { certificateRoutes } from "./certificate-routes.ts";
import { requestsFile } from "./exports/csv-file.ts";
import type { MassRevocationNotice } from "./home-notices.ts";
import { addressOf, type Chip, chipCount, type Pager, pagerOf, placeIn, placeQuery } from "./list-query.ts";
import { bulkApprovalRoutes, type OperatorRequestDeps } from "./operator-approvals.ts";
import { listRequests, type RequestList } from "./pages/list-requests.ts";
import { type OperatorHome, operatorHome } from "./pages/operator-home.ts";
import { type ReviewRequest, reviewRequest } from "./pages/review-request.ts";
import { rejectRequest } from "./reject-request.ts";
import { REQUEST_STATES } from "./request.ts";

interface EndingForm {
  readonly review: ReviewRequest;
  readonly reason: string;
  readonly errors: FieldErrors;
}

const homeView = view<OperatorHome & { massRevocations: readonly MassRevocationNotice[] }>("operator/home");
const queueView = view<{ list: RequestList; chips: readonly Chip[]; pager: Pager }>("operator/requests/list");
const showView = view<ReviewRequest>("operator/requests/show");
const approvalView = view<ReviewRequest>("operator/requests/approval");
const rejectionView = view<EndingForm>("operator/requests/rejection");
const cancellationView = view<EndingForm>("operator/requests/cancellation");

const route = routesOf<OperatorRequestDeps>();
const byId = z.object({ id: z.uuid() });
const reason = z.string().trim().min(1).max(500);

const ALL = "ALL";
const filterQuery = {
  q: z.string().max(300).optional().catch(undefined),
  // The queue is what an operator comes for.
  state: z
    .enum([...REQUEST_STATES, ALL])
    .default("PENDING_APPROVAL")
    .catch("PENDING_APPROVAL"),
};
type FilterQuery = z.output<z.ZodObject<typeof filterQuery>>;
const filtersIn = ({ q, state }: FilterQuery) => ({
  state: state === ALL ? null : state,
  search: (q ?? "").trim(),
});

function queueChips(t: Catalogue, { all, counts, filters }: RequestList): readonly Chip[] {
  const chip = (state: (typeof REQUEST_STATES)[number] | null, text: string, count: Count): Chip => ({
    text,
    href: addressOf("/requests", { q: filters.search, state: state ?? ALL }),
    count: chipCount(count),
    current: filters.state === state,
  });
  return [
    ...REQUEST_STATES.map((state) => chip(state, t.requests.state[state], counts[state])),
    chip(null, t.common.filters.all, all),
  ];
}

type OneRequest = { deps: OperatorRequestDeps; actor: OperatorActor; params: { id: string } };

async function reviewed({ deps, actor, params }: OneRequest): Promise<ReviewRequest> {
  const review = await reviewRequest(deps.db.read, actor, params.id, deps.clock.now());
  if (!review) throw new Problem("not-found");
  return review;
}

const readingRoutes = [
  route({
    method: "GET",
    path: "/",
    permission: "operator",
    handle: async ({ deps, actor }) =>
      page(homeView, {
        ...(await operatorHome(deps.db.read, actor.tenant, deps.clock.now())),
        massRevocations: await deps.massRevocationsOf(actor.tenant),
      }),
  }),
  route({
    method: "GET",
    path: "/requests",
    permission: "operator",
    query: z.object({ ...placeQuery, ...filterQuery }),
    handle: async ({ deps, actor, query, language }) => {
      const filters = filtersIn(query);
      const oldestFirst = filters.state === "PENDING_APPROVAL";
      const list = await listRequests(
        deps.db.read,
        actor.tenant,
        { ...filters, oldestFirst },
        placeIn(query),
      );
      return page(queueView, {
        list,
        chips: queueChips(catalogue(language), list),
        pager: pagerOf("/requests", { q: filters.search, state: filters.state ?? ALL }, list),
      });
    },
  }),
  route({
    method: "GET",
    path: "/requests.csv",
    permission: "operator",
    query: z.object(filterQuery),
    handle: ({ deps, actor, query, language }) =>
      requestsFile(deps, { tenant: actor.tenant, filters: filtersIn(query), language }),
  }),
  route({
    method: "GET",
    path: "/requests/:id",
    permission: "operator",
    params: byId,
    handle: async (call) => page(showView, await reviewed(call)),
  }),
];

const decidingRoutes = [
  route({
    method: "GET",
    path: "/requests/:id/approval",
    permission: "operator",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const review = await reviewed(call);
      // What cannot be approved is explained where it is shown in full.
      return review.approvalProblem ? redirect(`/requests/${call.params.id}`) : page(approvalView, review);
    },
  }),
  route({
    method: "POST",
    path: "/requests/:id/approval",
    permission: "operator",
    freshSecondFactor: true,
    params: byId,
    handle: async ({ deps, actor, params, session }) => {
      await approveRequest(deps, actor, params);
      const { state } = await deps.issue(params.id);
      if (state === "ISSUED") session.set("flash", { kind: "ok", code: "certificateIssued" });
      else if (state === "ISSUE_FAILED") session.set("flash", { kind: "err", code: "issueFailed" });
      else session.set("flash", { kind: "ok", code: "requestApproved" });
      return redirect(`/requests/${params.id}`);
    },
  }),
  route({
    method: "GET",
    path: "/requests/:id/rejection",
    permission: "operator",
    params: byId,
    handle: async (call) => {
      const review = await reviewed(call);
      if (!review.pending) return redirect(`/requests/${call.params.id}`);
      return page(rejectionView, { review, reason: "", errors: {} });
    },
  }),
  route({
    method: "POST",
    path: "/requests/:id/rejection",
    permission: "operator",
    params: byId,
    form: z.object({ reason }),
    labels: (t) => ({ reason: t.operator.rejection.reason }),
    handle: async ({ deps, actor, params, form, session }) => {
      await rejectRequest(deps, actor, { ...params, ...form });
      session.set("flash", { kind: "ok", code: "requestRejected" });
      return redirect(`/requests/${params.id}`);
    },
    invalid: async (call, errors) =>
      page(rejectionView, { review: await reviewed(call), reason: call.typed["reason"] ?? "", errors }),
  }),
  route({
    method: "GET",
    path: "/requests/:id/cancellation",
    permission: "operator",
    params: byId,
    handle: async (call) => {
      const review = await reviewed(call);
      if (!review.mayCancel) return redirect(`/requests/${call.params.id}`);
      return page(cancellationView, { review, reason: "", errors: {} });
    },
  }),
  route({
    method: "POST",
    path: "/requests/:id/cancellation",
    permission: "operator",
    params: byId,
    form: z.object({ reason }),
    labels: (t) => ({ reason: t.operator.cancellation.reason }),
    handle: async ({ deps, actor, params, form, session }) => {
      await cancelRequest(deps, actor, { ...params, ...form });
      session.set("flash", { kind: "ok", code: "requestCancelled" });
      return redirect(`/requests/${params.id}`);
    },
    invalid: async (call, errors) =>
      page(cancellationView, { review: await reviewed(call), reason: call.typed["reason"] ?? "", errors }),
  }),
];

/** Home, queue, review, approval, rejection, cancellation and bulk approval on the operator site. */
// "/requests/approvals" comes before "/requests/:id", which would take the word for an id.
export const operatorRequestRoutes = [
  ...bulkApprovalRoutes,
  ...readingRoutes,
  ...decidingRoutes,
  ...certificateRoutes("operator"),
];
