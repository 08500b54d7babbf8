import { z } from "zod";
import { appendAudit } from "../audit/index.ts";
import { page, redirect, stream } from "../http/answer.ts";
import { type CsvColumn, csvLines } from "../http/csv.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import type { RuleId } from "../pki/index.ts";
import { enqueueLinting, type LintingDeps } from "./lint-alive.ts";
import {
  type FailedLint,
  type LintFinding,
  type LintReport,
  latestLintReports,
  lintFindings,
  type ShowLintReport,
  showLintReport,
} from "./pages.ts";

const listView = view<{ reports: readonly LintReport[] }>("desk/lint-reports/index");
const showView = view<ShownReport>("desk/lint-reports/show");

/** A rule in the words of the reader. A rule without a sentence does not compile. */
type Sentences = Readonly<Record<RuleId, string>>;
const sentencesOf = ({ linting }: Catalogue): Sentences => linting.rule;
/** Null for a rule of an earlier version, whose detail has to do. */
const sentenceOf = (sentences: Sentences, lint: string): string | null =>
  Object.hasOwn(sentences, lint) ? sentences[lint as RuleId] : null;

type Told<Row> = Row & { readonly sentence: string | null };
interface ShownReport extends ShowLintReport {
  readonly groups: readonly Told<FailedLint>[];
  readonly findings: readonly Told<LintFinding>[];
  readonly failures: number;
}

const route = routesOf<LintingDeps>();
const byId = z.object({ id: z.uuid() });
/** Every report that is kept. */
const SHOWN = 31;
const CSV_PAGE = 1000;

async function reported({ db }: LintingDeps, id: Id): Promise<ShowLintReport> {
  const shown = await showLintReport(db.read, id);
  if (shown === null) throw new Problem("not-found");
  return shown;
}

/** A file of all findings, piece by piece: a report may hold more of them than memory should. */
async function* findingLines(
  { db }: LintingDeps,
  report: Id,
  columns: readonly CsvColumn<LintFinding>[],
): AsyncGenerator<Uint8Array> {
  yield csvLines(columns, [], { head: true });
  for (let after: Id | null = null, first = true; first || after !== null; first = false) {
    const rows: LintFinding[] = await lintFindings(db.read, report, after, CSV_PAGE);
    if (rows.length > 0) yield csvLines(columns, rows);
    after = rows.length < CSV_PAGE ? null : (rows.at(-1)?.id ?? null);
  }
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
    handle: async ({ deps, params, language }) => {
      const shown = await reported(deps, params.id);
      const sentences = sentencesOf(catalogue(language));
      const told = <Row extends { readonly lint: string }>(row: Row): Told<Row> => ({
        ...row,
        sentence: sentenceOf(sentences, row.lint),
      });
      return page(showView, {
        ...shown,
        groups: shown.groups.map(told),
        findings: shown.findings.map(told),
        failures: shown.groups.reduce((sum, { certificates }) => sum + certificates, 0),
      });
    },
  }),
  route({
    method: "GET",
    path: "/lint-reports/:id/findings.csv",
    permission: "staff",
    params: byId,
    handle: async ({ deps, params, language }) => {
      const { report } = await reported(deps, params.id);
      const t = catalogue(language);
      const { column } = t.linting;
      const sentences = sentencesOf(t);
      const columns: readonly CsvColumn<LintFinding>[] = [
        { header: column.lint, cell: ({ lint }) => lint },
        { header: column.source, cell: ({ source }) => source },
        { header: column.why, cell: ({ lint, why }) => sentenceOf(sentences, lint) ?? why },
        { header: column.detail, cell: ({ why }) => why },
        { header: column.profile, cell: ({ profile }) => t.certificates.profile[profile] },
        { header: column.serial, cell: ({ serial }) => serial.toUpperCase() },
        { header: column.commonName, cell: ({ commonName }) => commonName },
        { header: `${column.notAfter} (JST)`, cell: ({ notAfter }) => timeInJapan(notAfter, "second") },
        { header: column.subscriber, cell: ({ subscriberId }) => subscriberId },
      ];
      const pieces = findingLines(deps, report.id, columns);
      return stream({ name: `lint-${report.day}.csv`, type: "text/csv; charset=utf-8", pieces });
    },
  }),
];
