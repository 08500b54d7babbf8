import { z } from "zod";
import type { FieldErrors } from "../../http/view.ts";
import type { Id } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import type { ReportDeps } from "./file-report.ts";
import { type ShowReport, showReport } from "./pages/show-report.ts";

/** What the desk's pages about one report have in common. */

/** A form about a report, beside the report itself. */
export interface ReportPage extends ShowReport {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

export const byId = z.object({ id: z.uuid() });
const LONGEST = 4000;
export const words = z.string().trim().min(1).max(LONGEST);

export const reportAt = (id: Id): string => `/problem-reports/${id}`;

interface ReportCall {
  readonly deps: Pick<ReportDeps, "db" | "clock">;
  readonly params: { readonly id: Id };
}

/** The report of an address. Problem: not-found */
export async function reported({ deps, params }: ReportCall): Promise<ShowReport> {
  const shown = await showReport(deps.db.read, params.id, deps.clock.now());
  if (shown === null) throw new Problem("not-found");
  return shown;
}

/** The same for a form that decides something: only while the report is open. Problem: not-found, report-not-open */
export async function openReport(call: ReportCall): Promise<ShowReport> {
  const shown = await reported(call);
  if (shown.report.state !== "OPEN") throw new Problem("report-not-open", { state: shown.report.state });
  return shown;
}
