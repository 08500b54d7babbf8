import { z } from "zod";
import { appendAudit } from "../audit/index.ts";
import { page, redirect } from "../http/answer.ts";
import { csv } from "../http/csv.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { enqueueLinting, type LintingDeps } from "./lint-alive.ts";
import {
  type LintFinding,
  type LintReport,
  latestLintReports,
  lintFindings,
  type ShowLintReport,
  showLintReport,
} from "./pages.ts";

const listView = view<{ reports: readonly LintReport[] }>("desk/lint-reports/index");
const showView = view<ShowLintReport>("desk/lint-reports/show");

const route = routesOf<LintingDeps>();
const byId = z.object({ id: z.uuid() });
/** Every report that is kept. */
const SHOWN = 31;
const CSV_PAGE = 1000;
/** More than a spreadsheet can use. */
const CSV_ROWS = 500_000;

async function reported({ db }: LintingDeps, id: Id): Promise<ShowLintReport> {
  const shown = await showLintReport(db.read, id);
  if (shown === null) throw new Problem("not-found");
  return shown;
}

export const lintingDeskRoutes = [
  route({
    method: "GET",
    path: "/lint-reports",
    permission: "staff",
    handle: async ({ deps }) => page(listView, { reports: await latestLintReports(deps.db.read, SHOWN) }),
  }),
  route({
    method: "POST",
    path: "/lint-reports",
    permission: "staff",
    handle: async ({ deps, actor, session }) => {
      const at = deps.clock.now();
      await deps.db.transact(async (tx) => {
        const id = await enqueueLinting(tx, actor.staffId, at);
        const subject = { kind: "lint-report", id };
        await appendAudit(tx, [{ tenant: "system", at, actor, action: "lint-report.ordered", subject }]);
      });
      session.set("flash", { kind: "ok", code: "lintingOrdered" });
      return redirect("/lint-reports");
    },
  }),
  route({
    method: "GET",
    path: "/lint-reports/:id",
    permission: "staff",
    params: byId,
    handle: async ({ deps, params }) => page(showView, await reported(deps, params.id)),
  }),
  route({
    method: "GET",
    path: "/lint-reports/:id/findings.csv",
    permission: "staff",
    params: byId,
    handle: async ({ deps, params, language }) => {
      const { report } = await reported(deps, params.id);
      const { column } = catalogue(language).linting;
      const rows: LintFinding[] = [];
      for (let after: Id | null = null; rows.length < CSV_ROWS; ) {
        const more = await lintFindings(deps.db.read, params.id, after, CSV_PAGE);
        rows.push(...more);
        after = more.at(-1)?.id ?? null;
        if (more.length < CSV_PAGE) break;
      }
      return csv<LintFinding>(
        `lint-${report.rulesOf}.csv`,
        [
          { header: column.lint, cell: ({ lint }) => lint },
          { header: column.source, cell: ({ source }) => source },
          { header: column.why, cell: ({ why }) => why },
          { header: column.profile, cell: ({ profile }) => profile },
          { header: column.serial, cell: ({ serial }) => serial },
          { header: column.commonName, cell: ({ commonName }) => commonName },
          { header: column.notAfter, cell: ({ notAfter }) => notAfter.toString() },
          { header: column.subscriber, cell: ({ subscriberId }) => subscriberId },
        ],
        rows,
      );
    },
  }),
];
