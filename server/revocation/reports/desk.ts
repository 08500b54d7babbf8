import { z } from "zod";
import { page } from "../../http/answer.ts";
import { routesOf } from "../../http/route.ts";
import { view } from "../../http/view.ts";
import { type Catalogue, catalogue } from "../../i18n/index.ts";
import { addressOf, type Chip, type Pager, pagerOf, placeIn, placeQuery } from "../../requests/index.ts";
import { answerDeskRoutes } from "./answer-desk.ts";
import type { ReportDeps } from "./file-report.ts";
import { listReports, type ReportList } from "./pages/list-reports.ts";
import { REPORT_STATES, type ReportState } from "./report.ts";
import { upholdDeskRoutes } from "./uphold-desk.ts";
import { reportWorkRoutes } from "./work-desk.ts";

const listView = view<{ list: ReportList; chips: readonly Chip[]; pager: Pager }>(
  "desk/problem-reports/index",
);
const route = routesOf<ReportDeps>();
const ALL = "ALL";

function chipsOf(t: Catalogue, { counts, all, filters }: ReportList): readonly Chip[] {
  const chip = (state: ReportState | null, text: string, count: Chip["count"]): Chip => ({
    text,
    href: addressOf("/problem-reports", { q: filters.search, state: state ?? ALL }),
    count,
    current: filters.state === state,
  });
  return [
    ...REPORT_STATES.map((state) => chip(state, t.problemReports.state[state], counts[state])),
    chip(null, t.common.filters.all, all),
  ];
}

const listRoute = route({
  method: "GET",
  path: "/problem-reports",
  permission: "staff",
  query: z.object({
    ...placeQuery,
    q: z.string().max(40).optional().catch(undefined),
    state: z
      .enum([...REPORT_STATES, ALL])
      .default("OPEN")
      .catch("OPEN"),
  }),
  handle: async ({ deps, query, language }) => {
    const filters = { state: query.state === ALL ? null : query.state, search: (query.q ?? "").trim() };
    const list = await listReports(deps.db.read, filters, placeIn(query), deps.clock.now());
    const kept = { q: filters.search, state: filters.state ?? ALL };
    const pager = { ...pagerOf("/problem-reports", kept, list), csv: null };
    return page(listView, { list, chips: chipsOf(catalogue(language), list), pager });
  },
});

/** 問題報告 on the desk: the queue, one report, and what is answered to it. */
export const reportDeskRoutes = [listRoute, ...reportWorkRoutes, ...answerDeskRoutes, ...upholdDeskRoutes];
