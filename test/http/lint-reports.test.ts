import { beforeAll, expect, test } from "vitest";
import { newId } from "../../server/kernel/ids.ts";
import { lintingTables } from "../../server/linting/index.ts";
import { cast, stagedDemo, withSecondFactor } from "../support/staged-demo.ts";
import type { Visitor } from "../support/visitor.ts";

/** The desk's page of what the linting of everything alive has found. */

const demo = stagedDemo();
let desk: Visitor;
beforeAll(async () => {
  desk = await withSecondFactor(demo(), "desk", cast(demo()).staff("vetter"));
});

const reports = () =>
  demo().rows<{ id: string; alive: number; finished_at: number | null }>(
    "select id, alive, finished_at from lint_reports order by started_at desc, id desc",
  );

test("a run is ordered, done by the job, and shown with its counts", async () => {
  const before = reports().length;
  expect((await desk.post("/lint-reports", {})).location).toBe("/lint-reports");
  await expect.poll(() => reports().length === before + 1 && reports()[0]?.finished_at !== null).toBe(true);
  const [report] = reports();
  const page = await desk.get(`/lint-reports/${report?.id}`);
  expect(page.status).toBe(200);
  expect(page.text).toContain("違反は見つかりませんでした");
  expect(report?.alive).toBeGreaterThan(8);
  expect((await desk.get("/lint-reports")).text).toContain(`/lint-reports/${report?.id}`);
});

test("what failed is grouped by rule, listed with its certificate, and downloaded whole", async () => {
  const [report] = reports();
  const [certificate] = demo().rows<{ id: string; common_name: string }>(
    "select id, common_name from certificates where subscriber_id is not null order by id limit 1",
  );
  if (!report || !certificate) throw new Error("nothing there");
  await demo().inkan.db.transact(async (tx) => {
    const { lintFindings, lintReports } = lintingTables(tx.columns);
    await tx.update(lintReports).set({ failed: 1 });
    await tx.insert(lintFindings).values({
      id: newId(),
      reportId: report.id,
      certificateId: certificate.id,
      lint: "subject-values",
      source: "BR 7.1.4.3",
      why: "=L says nothing",
    });
  });
  const page = await desk.get(`/lint-reports/${report.id}`);
  expect(page.status).toBe(200);
  for (const text of [
    "subject-values",
    "BR 7.1.4.3",
    certificate.common_name,
    `/certificates/${certificate.id}`,
  ])
    expect(page.text).toContain(text);
  const file = await desk.get(`/lint-reports/${report.id}/findings.csv`);
  expect(file.text.split("\r\n")).toHaveLength(3);
  // What a spreadsheet would take for a formula comes as text.
  expect(file.text).toContain("'=L says nothing");
});
