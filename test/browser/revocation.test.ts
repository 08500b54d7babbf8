import { expect } from "vitest";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const { operator: o } = t.revocation;
const stage = openStage();

story(stage, "an operator revokes one certificate, whose key was compromised", async (people, javaScript) => {
  // Each run has its own certificate and its own operator.
  const [key, name] = javaScript ? ["yamada", "mail.example.jp"] : ["sato", "shop.example.co.jp"];
  const operator = await people.operator(key);
  const { page, faults } = operator;
  faults.expectStatus(422);
  await page.goto("/certificates");
  await page.getByRole("link", { name, exact: true }).click();
  await page.getByRole("link", { name: t.revocation.revoke }).click();
  await page.locator("#revocation").waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);

  // Without a reason the form comes back and says so.
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  await page.locator(".error-summary").waitFor();
  await page.getByLabel(t.revocation.reason.keyCompromise.name, { exact: true }).check();
  await page.locator("#explanation").fill("設定ファイルを誤って公開したため");
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  // What was typed survives the detour to the second factor.
  await people.giveSecondFactor(operator, key);
  await page.locator("#revocation-check").waitFor();
  await page.getByText("設定ファイルを誤って公開したため").waitFor();
  await page.getByText(o.check.consequence.key).waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);

  // Not without the tick.
  await page.getByRole("button", { name: o.check.submit({ count: 1 }) }).click();
  await page.locator(".error-summary").waitFor();
  await page.locator("#confirmed").check();
  await page.getByRole("button", { name: o.check.submit({ count: 1 }) }).click();
  await page.locator("#receipt").waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page.getByRole("link", { name: o.receipt.show }).click();
  await page.locator("#certificate").waitFor();
  expect(await page.locator("#certificate .page-head").textContent()).toContain(t.certificates.state.REVOKED);
  expect(await page.getByRole("link", { name: t.revocation.revoke }).count()).toBe(0);
});

story(stage, "an operator revokes several at once, ticked and pasted", async (people, javaScript) => {
  const [key, name] = javaScript ? ["yamada", "www.example.co.jp"] : ["sato", "*.example.jp"];
  const operator = await people.operator(key);
  const { page } = operator;
  await page.goto("/certificates");
  const row = page.locator("tr", { has: page.getByRole("link", { name, exact: true }) });
  await row.getByRole("checkbox").check();
  // One that is revoked already cannot be ticked, but pasted, and is told.
  const revoked = page.locator("tr", { has: page.getByRole("link", { name: "intra.example.co.jp" }) });
  expect(await revoked.getByRole("checkbox").count()).toBe(0);
  const serial = ((await revoked.locator("td.cell-mono").textContent()) ?? "").trim();
  await page.getByRole("button", { name: o.select }).click();
  await page.locator("#revocation").waitFor();
  await page.locator("#serials").fill(`${serial}\n12:34:AB`);
  await page.getByLabel(t.revocation.reason.superseded.name, { exact: true }).check();
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  await people.giveSecondFactor(operator, key);
  await page.locator("#revocation-check").waitFor();
  await page.getByText(o.check.notFound).waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page.locator("#confirmed").check();
  await page.getByRole("button", { name: o.check.submit({ count: 1 }) }).click();
  await page.waitForURL(/\/revocations\/[0-9a-f-]+$/);
  while ((await page.locator("#job-progress table").count()) === 0) {
    await page.waitForTimeout(500);
    if (!javaScript) await page.reload();
  }
  const outcomes = page.locator("#job-progress tbody tr");
  expect(await outcomes.count()).toBe(1);
  expect(await outcomes.first().textContent()).toContain(o.job.revoked);
  if (javaScript) expect(await judge(page)).toEqual([]);
});

story(stage, "the desk plans a revocation, does it, and calls another off", async (people, javaScript) => {
  const desk = await people.staff(javaScript ? "vetter" : "admin");
  const { page, faults } = desk;
  faults.expectStatus(422);
  const key = javaScript ? "vetter" : "admin";
  const { desk: d } = t.revocation;
  await page.goto("/");
  await page.getByRole("link", { name: d.nav, exact: true }).click();
  await page.locator("#revocations").waitFor();
  if (javaScript) {
    expect(await judge(page)).toEqual([]);
    await page.getByRole("link", { name: "campaign.example.jp" }).click();
    await page.getByRole("link", { name: d.show.cancel }).click();
    await people.giveSecondFactor(desk, key);
    await page.locator("#reason").fill("調査の結果、所在地は変わっていなかったため");
    await page.locator("#confirmed").check();
    await page.getByRole("button", { name: d.cancellation.submit }).click();
    await page.getByText(t.flash.revocationCancelled).waitFor();
    expect(await judge(page)).toEqual([]);
    return;
  }
  await page.getByRole("link", { name: d.list.find }).first().click();
  await page.getByRole("link", { name: "www.example.ac.jp", exact: true }).click();
  await page.getByRole("link", { name: t.revocation.revoke }).click();
  await page.locator('input[value="MISUSE"]').check();
  await page.locator('input[value="later"]').check();
  await page.locator("#executeAt").fill("2000/01/01 00:00");
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  await page.getByText(d.executeAtPast).first().waitFor();
  const soon = Temporal.Now.plainDateTimeISO("Asia/Tokyo").add({ hours: 60 });
  await page.locator("#executeAt").fill(soon.toString({ smallestUnit: "minute" }).replace("T", " "));
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  await people.giveSecondFactor(desk, key);
  await page.locator("#confirmed").check();
  await page.getByRole("button", { name: d.check.submitLater }).click();
  await page.getByRole("heading", { name: d.receipt.titlePlanned }).waitFor();
  await page.getByRole("link", { name: d.receipt.show }).click();
  await page.getByRole("link", { name: d.show.executeNow }).click();
  await page.locator("#confirmed").check();
  await page.getByRole("button", { name: d.execution.submit }).click();
  await page.getByText(t.flash.certificateRevoked).waitFor();
});
