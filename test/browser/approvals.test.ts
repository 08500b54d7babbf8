import { expect } from "vitest";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { openStage, scriptedStory, story } from "./stage.ts";

const t = catalogue("ja");
const stage = openStage();

story(stage, "several requests approved at once", async (people, javaScript) => {
  // Each run has its own requests; the one of Yamada himself is refused on his check page.
  const key = javaScript ? "yamada" : "sato";
  const names = javaScript
    ? ["recruit.example.co.jp", "vpn.example.jp"]
    : ["api.example.co.jp", "www.example.jp"];
  const operator = await people.operator(key);
  const { page } = operator;
  await page.goto("/requests");
  for (const name of names) {
    await page.locator("tr", { hasText: name }).getByRole("checkbox").check();
  }
  await page.getByRole("button", { name: t.operator.queue.approveSelected }).click();
  await people.giveSecondFactor(operator, key);
  await page.locator("#approvals").waitFor();
  const ready = javaScript ? 1 : 2;
  if (javaScript) {
    await page.getByText(t.operator.approvals.refusedTitle).first().waitFor();
    expect(await judge(page)).toEqual([]);
  }
  await page.getByRole("button", { name: t.operator.approvals.submit({ count: ready }) }).click();
  await page.waitForURL(/\/jobs\//);
  if (javaScript) {
    // The page follows by itself.
    await page.locator("#job-progress table").waitFor();
    expect(await judge(page)).toEqual([]);
  } else {
    while ((await page.locator("#job-progress table").count()) === 0) {
      await page.waitForTimeout(500);
      await page.reload();
    }
  }
  const outcomes = page.locator("#job-progress tbody tr");
  expect(await outcomes.count()).toBe(ready);
  for (const row of await outcomes.all()) expect(await row.textContent()).toContain(t.requests.state.ISSUED);
});

scriptedStory(stage, "all boxes with one, and none chosen at all", async (people) => {
  const operator = await people.operator("sato");
  const { page, faults } = operator;
  faults.expectStatus(422);
  await page.goto("/requests");
  const all = page.locator("[data-select-all]");
  const boxes = page.locator('input[name="ids"]');
  await all.check();
  for (const box of await boxes.all()) expect(await box.isChecked()).toBe(true);
  await all.uncheck();
  for (const box of await boxes.all()) expect(await box.isChecked()).toBe(false);
  await page.getByRole("button", { name: t.operator.queue.approveSelected }).click();
  await people.giveSecondFactor(operator, "sato");
  await page.locator("h1").waitFor();
  expect(await judge(page)).toEqual([]);
});
