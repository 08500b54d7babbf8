import path from "node:path";
import { expect } from "vitest";
import { makeCsr } from "../../server/demo/openssl.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import type { People } from "./people.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const stage = openStage();

/** Submits a request through the pages and gives the page of it. */
async function submitted(people: People, name: string) {
  const csr = await makeCsr(name, "P-256", path.join(people.instance.folder, `${name}.key`));
  const { page } = await people.applicant();
  await page.goto("/requests/new");
  await page.locator("#csr").fill(csr);
  await page.locator("#commonName").fill(name);
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  await page.getByRole("button", { name: t.applicant.check.submit }).click();
  await page.waitForURL(/\/receipt$/);
  await page.goto(page.url().replace(/\/receipt$/, ""));
  return page;
}

story(stage, "an applicant cancels", async (people, javaScript) => {
  const page = await submitted(people, javaScript ? "undo.example.jp" : "undone.example.jp");
  // The form stands behind a disclosure, which opens without scripts as well.
  const form = page.locator('form[action$="/cancellation"]');
  if ((await form.isVisible()) === false)
    await page.locator("details:has(form[action$='/cancellation']) summary").click();
  const reason = form.locator('[name="reason"]');
  if ((await reason.count()) > 0) await reason.fill("名前を間違えました。");
  await form.locator("button[type=submit]").click();
  await page.getByText(t.requests.state.CANCELLED).first().waitFor();
  expect(await page.locator('form[action$="/cancellation"]').count()).toBe(0);
  if (javaScript) expect(await judge(page)).toEqual([]);
});

story(stage, "an operator rejects with a reason", async (people, javaScript) => {
  const name = javaScript ? "denied.example.jp" : "refused.example.jp";
  const applicant = await submitted(people, name);
  const key = javaScript ? "yamada" : "sato";
  const operator = await people.operator(key);
  const { page, faults } = operator;
  faults.expectStatus(422);
  await page.goto("/requests");
  await page.locator("tr", { hasText: name }).getByRole("link").first().click();
  await page.locator('a[href$="/rejection"]').first().click();
  await people.giveSecondFactor(operator, key);
  await page.getByRole("button", { name: t.operator.rejection.submit }).click();
  await page.locator("#error-summary").waitFor();
  expect(await page.title()).toMatch(/^エラー：/);
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page.locator("#reason").fill("サーバーの名前が台帳と異なります。");
  await page.getByRole("button", { name: t.operator.rejection.submit }).click();
  await page.getByText(t.requests.state.REJECTED).first().waitFor();

  await applicant.reload();
  await applicant.getByText("サーバーの名前が台帳と異なります。").first().waitFor();
});
