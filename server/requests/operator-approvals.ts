import { z } from "zod";
import { events, page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { followJob, settledSoon } from "../jobs/index.ts";
import { Problem } from "../kernel/problem.ts";
import { APPROVALS_LIMIT, type IssuingDeps, startApprovals } from "./approve-requests.ts";
import type { HomeDeps } from "./home-notices.ts";
import {
  type PreviewApprovals,
  previewApprovals,
  type ShowApprovalsJob,
  showApprovalsJob,
} from "./pages/approvals.ts";

/** What the operator site's pages about requests need. */
export interface OperatorRequestDeps extends HomeDeps, IssuingDeps {
  /** Makes the job runner look for work now rather than at its next poll. */
  readonly kickJobs: () => void;
}

const approvalsView = view<PreviewApprovals>("operator/approvals/new");
const jobView = view<ShowApprovalsJob>("operator/approvals/show");

const route = routesOf<OperatorRequestDeps>();
const byId = z.object({ id: z.uuid() });
const chosen = z.array(z.uuid()).max(APPROVALS_LIMIT);

/** Approval of many requests at once: the check page, the order, and the job that carries it out. */
export const bulkApprovalRoutes = [
  route({
    method: "GET",
    path: "/requests/approvals",
    permission: "operator",
    // A GET, so that what was ticked survives the detour to the second factor.
    freshSecondFactor: true,
    query: z.object({
      ids: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .transform((ids) => (ids === undefined ? [] : [ids].flat()))
        .pipe(chosen),
    }),
    handle: async ({ deps, actor, query }) =>
      page(approvalsView, await previewApprovals(deps.db.read, actor, query.ids, deps.clock.now())),
  }),
  route({
    method: "POST",
    path: "/requests/approvals",
    permission: "operator",
    freshSecondFactor: true,
    form: z.object({
      ids: z
        .string()
        .default("")
        .transform((ids) => ids.split(",").filter((id) => id !== ""))
        .pipe(chosen.min(1)),
    }),
    labels: (t) => ({ ids: t.operator.approvals.fieldIds }),
    handle: async ({ deps, actor, form }) => {
      const id = await startApprovals(deps, actor, form);
      deps.kickJobs();
      await settledSoon(() => showApprovalsJob(deps.db.read, actor.tenant, id), form.ids.length);
      return redirect(`/jobs/${id}`);
    },
    invalid: () => page(approvalsView, { ready: [], refused: [] }),
  }),
  route({
    method: "GET",
    path: "/jobs/:id",
    permission: "operator",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const job = await showApprovalsJob(deps.db.read, actor.tenant, params.id);
      if (!job) throw new Problem("not-found");
      return page(jobView, job);
    },
  }),
  route({
    method: "GET",
    path: "/jobs/:id/events",
    permission: "operator",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const job = await showApprovalsJob(deps.db.read, actor.tenant, params.id);
      if (!job) throw new Problem("not-found");
      return events(followJob(() => showApprovalsJob(deps.db.read, actor.tenant, params.id)));
    },
  }),
];
