import path from "node:path";
import { expect } from "vitest";
import { makeCsr } from "../../server/demo/openssl.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const p = t.replacement.reissue;
const stage = openStage();

/** Certificates of the story, one for each way of telling it. */
const NAMES = { with: "campaign.example.jp", without: "shop.example.co.jp" } as const;

story(stage, "a certificate is reissued, and the old one goes", async (people, javaScript) => {
  const name = javaScript ? NAMES.with : NAMES.without;
  const { page, faults } = await people.applicant();
  faults.expectStatus(422);
  await page.goto(`/certificates?q=${name}`);
  await page.locator("tbody tr", { hasText: name }).getByRole("link").first().click();
  const old = new URL(page.url()).pathname;
  await page.getByRole("link", { name: p.action }).click();

  // 入力: nothing is asked but the key, the reason and what becomes of the old one.
  await page.getByRole("button", { name: p.toCheck }).click();
  await page.locator("#error-summary").waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);
  const key = path.join(people.instance.folder, `${name}.new.key`);
  await page.locator("#csr").fill(await makeCsr(name, "P-256", key));
  await page.getByLabel(t.requests.reissueReason.SERVER_CHANGE).check();
  await page.locator("#graceDays").selectOption("0");
  await page.getByRole("button", { name: p.toCheck }).click();

  // 確認 → 完了.
  await page.waitForURL(/\/reissues\/drafts\//);
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page.getByText(t.requests.grace({ days: 0 })).waitFor();
  await page.getByRole("button", { name: p.check.submit }).click();
  await page.waitForURL(/\/receipt$/);
  const request = new URL(page.url()).pathname.replace(/\/receipt$/, "");
  await page.goto(old);
  // Asked for once: it waits, and is not offered again.
  await page.getByText(t.replacement.relation.replacedBy).waitFor();
  expect(await page.getByRole("link", { name: p.action }).count()).toBe(0);

  const operatorKey = javaScript ? "yamada" : "sato";
  const operator = await people.operatorWithSecondFactor(operatorKey);
  await operator.page.goto(request);
  await operator.page.getByText(t.replacement.request.keyOnly).waitFor();
  if (javaScript) expect(await judge(operator.page)).toEqual([]);
  await operator.page.locator('a[href$="/approval"]').click();
  await operator.page.locator("main form button[type=submit]").click();
  await operator.page.getByText(t.requests.state.ISSUED).first().waitFor();

  // Without a grace period the old one was revoked with the new one's issuance; each leads to the other.
  await page.goto(old);
  await page.getByText(t.certificates.state.REVOKED).first().waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page
    .locator("section", { has: page.getByRole("heading", { name: t.replacement.relation.title }) })
    .getByRole("link")
    .click();
  await page.getByText(t.certificates.state.ACTIVE).first().waitFor();
  expect(new URL(page.url()).pathname).not.toBe(old);
  expect(await page.locator(`a[href="${old}"]`).count()).toBeGreaterThan(0);
});
