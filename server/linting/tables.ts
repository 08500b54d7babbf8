import { authorityTables } from "../authority/tables.ts";
import { defineTables } from "../db/index.ts";

export const lintingTables = defineTables((c) => {
  const { certificates } = authorityTables(c);

  /** One run over everything alive. Its id is that of its job, so that a run that is begun again starts it anew. */
  const lintReports = c.table(
    "lint_reports",
    {
      id: c.id("id").primaryKey(),
      /** The day by whose rules it judges (UTC, as every dated rule). */
      rulesOf: c.day("rules_of").notNull(),
      startedAt: c.instant("started_at").notNull(),
      /** Null while it runs, and for ever where it never came to its end. */
      finishedAt: c.instant("finished_at"),
      /** Certificates alive when it started: not expired, not revoked, whoever issued them and for whom. */
      alive: c.whole("alive").notNull(),
      checked: c.whole("checked").notNull(),
      failed: c.whole("failed").notNull(),
    },
    (t) => [c.index("lint_reports_started").on(t.startedAt, t.id)],
  );

  const lintFindings = c.table(
    "lint_findings",
    {
      id: c.id("id").primaryKey(),
      reportId: c
        .id("report_id")
        .notNull()
        .references(() => lintReports.id),
      certificateId: c
        .id("certificate_id")
        .notNull()
        .references(() => certificates.id),
      lint: c.text("lint").notNull(),
      source: c.text("source").notNull(),
      why: c.text("why").notNull(),
    },
    (t) => [c.index("lint_findings_report").on(t.reportId, t.lint, t.id)],
  );

  return { lintReports, lintFindings };
});
