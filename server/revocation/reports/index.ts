/** Problem reports and compromised keys: what the rooms above may use. */

import { reportDeskRoutes } from "./desk.ts";
import { keysDeskRoutes } from "./keys-desk.ts";
import { settingsDeskRoutes } from "./settings-desk.ts";

export {
  dismissReport,
  sendPreliminaryReport,
  type Upholding,
  upholdReport,
} from "./answer-report.ts";
export { type FiledReport, fileReport, type ReportDeps } from "./file-report.ts";
export { type RunningReports, runningReports } from "./pages/list-reports.ts";
export { type Proof, readProof } from "./proof.ts";
export { reportPublicRoutes } from "./public.ts";
export type { ReportEntry } from "./report-form.ts";
export { reportTables } from "./tables.ts";
export { type DeadlineWarning, warnOfDeadlines } from "./warn-of-deadlines.ts";

// "/problem-reports/settings" comes before "/problem-reports/:id", which would take the word for an id.
export const problemReportDeskRoutes = [...settingsDeskRoutes, ...reportDeskRoutes, ...keysDeskRoutes];
