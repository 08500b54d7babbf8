import { z } from "zod";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { type Catalogue, catalogue, problemSentence } from "../i18n/index.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import { newRequestRoutes } from "./applicant-new-request.ts";
import { cancelRequest } from "./cancel-request.ts";
import { certificateRoutes } from "./certificate-routes.ts";
import { requestsFile } from "./exports/csv-file.ts";
import type { HomeDeps, MassRevocationNotice } from "./home-notices.ts";
import { addressOf, type Chip, chipCount, type Pager, pagerOf, placeIn, placeQuery } from "./list-query.ts";
import { type ApplicantHome, applicantHome } from "./pages/applicant-home.ts";
import { listRequests, type RequestList } from "./pages/list-requests.ts";
import { type RequestDetail, showRequest } from "./pages/show-request.ts";
import { mayHappen, problemOf, REQUEST_STATES } from "./request.ts";
import type { RequestDeps } from "./submit-request.ts";

const route = routesOf<HomeDeps>();

interface ShowModel {
  readonly request: RequestDetail;
  /** The sentences of each failed check. */
  readonly checks: readonly { readonly check: string; readonly sentences: readonly string[] }[] | null;
  readonly failure: string | null;
  readonly mayCancel: boolean;
  readonly errors: FieldErrors;
  readonly reason: string;
}

const homeView = view<ApplicantHome & { massRevocations: readonly MassRevocationNotice[] }>("applicant/home");
const listView = view<{ list: RequestList; chips: readonly Chip[]; pager: Pager }>("applicant/requests/list");
const showView = view<ShowModel>("applicant/requests/show");

const byId = z.object({ id: z.uuid() });
const filterQuery = {
  q: z.string().max(300).optional().catch(undefined),
  state: z.enum(REQUEST_STATES).optional().catch(undefined),
};
const filtersIn = (query: {
  q?: string | undefined;
  state?: (typeof REQUEST_STATES)[number] | undefined;
}) => ({
  state: query.state ?? null,
  search: (query.q ?? "").trim(),
});

/** Every page of certificate requests and certificates on the applicant site. */
export const applicantRequestRoutes = [
  route({
    method: "GET",
    path: "/",
    permission: "applicant",
    handle: async ({ deps, actor }) =>
      page(homeView, {
        ...(await applicantHome(deps.db.read, actor.tenant, deps.clock.now())),
        massRevocations: await deps.massRevocationsOf(actor.tenant),
      }),
  }),

  route({
    method: "GET",
    path: "/requests",
    permission: "applicant",
    query: z.object({ ...placeQuery, ...filterQuery }),
    handle: async ({ deps, actor, query, language }) => {
      const list = await listRequests(deps.db.read, actor.tenant, filtersIn(query), placeIn(query));
      const { state, search: q } = list.filters;
      return page(listView, {
        list,
        chips: requestChips(catalogue(language), list),
        pager: pagerOf("/requests", { q, state }, list),
      });
    },
  }),

  route({
    method: "GET",
    path: "/requests.csv",
    permission: "applicant",
    query: z.object(filterQuery),
    handle: ({ deps, actor, query, language }) =>
      requestsFile(deps, { tenant: actor.tenant, filters: filtersIn(query), language }),
  }),

  // Before /requests/:id, which would take "new" for an id.
  ...newRequestRoutes,

  route({
    method: "GET",
    path: "/requests/:id",
    permission: "applicant",
    params: byId,
    handle: async ({ deps, actor, params, language }) =>
      page(showView, await showModel(deps, actor, params.id, language)),
  }),

  route({
    method: "POST",
    path: "/requests/:id/cancellation",
    permission: "applicant",
    params: byId,
    form: z.object({ reason: z.string().trim().max(500).default("") }),
    labels: (t) => ({ reason: t.applicant.requests.cancelReason }),
    handle: async ({ deps, actor, params, form, session }) => {
      await cancelRequest(deps, actor, { id: params.id, reason: form.reason === "" ? null : form.reason });
      session.set("flash", { kind: "ok", code: "requestCancelled" });
      return redirect(`/requests/${params.id}`);
    },
    invalid: async ({ deps, actor, params, typed, language }, errors) =>
      page(showView, {
        ...(await showModel(deps, actor, params.id, language)),
        errors,
        reason: typed["reason"] ?? "",
      }),
  }),

  ...certificateRoutes("applicant"),
];

async function showModel(
  deps: RequestDeps,
  actor: { readonly tenant: Parameters<typeof showRequest>[1]; readonly personId: Id },
  id: Id,
  language: Language,
): Promise<ShowModel> {
  const request = await showRequest(deps.db.read, actor.tenant, id, deps.clock.now());
  if (request === null) throw new Problem("not-found");
  const t = catalogue(language);
  const sentence = (problem: Problem) => problemSentence(t, problem);
  return {
    request,
    checks:
      request.checks?.map(({ check, problems }) => ({ check, sentences: problems.map(sentence) })) ?? null,
    failure: request.failure && sentence(problemOf(request.failure)),
    mayCancel: mayHappen("withdraw", request.state) && request.requester.personId === actor.personId,
    errors: {},
    reason: "",
  };
}

function requestChips(t: Catalogue, list: RequestList): readonly Chip[] {
  const { state: chosen, search: q } = list.filters;
  return [
    {
      text: t.common.filters.all,
      href: addressOf("/requests", { q }),
      count: chipCount(list.all),
      current: chosen === null,
    },
    ...REQUEST_STATES.map((state) => ({
      text: t.requests.state[state],
      href: addressOf("/requests", { q, state }),
      count: chipCount(list.counts[state]),
      current: chosen === state,
    })),
  ];
}
