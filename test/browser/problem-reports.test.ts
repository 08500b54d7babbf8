import path from "node:path";
import { expect } from "vitest";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { setLanguage } from "./language.ts";
import { PHONE } from "./people.ts";
import { openStage, story } from "./stage.ts";

const ja = catalogue("ja");
const en = catalogue("en");
const { answer } = ja.problemReports;
const stage = openStage();

story(stage, "a stranger proves that a key has leaked", async (people, javaScript) => {
  const name = javaScript ? "shop.example.co.jp" : "www.example.ac.jp";
  const t = javaScript ? ja : en;
  const person = await people.stranger("public");
  const { page, faults } = person;
  faults.expectStatus(422);
  await page.goto("/");
  await setLanguage(person, javaScript ? "ja" : "en");
  await page.goto("/");
  await page.locator('main a[href="/problem-reports/new"]').click();
  const confirm = page.getByRole("button", { name: t.common.button.confirm });

  // Everything that is missing is told at once; the key is proven all the same, and need not be sent again.
  await page.locator("#proof").setInputFiles(path.join(people.instance.folder, "credentials", `${name}.key`));
  await confirm.click();
  await page.locator("#error-summary").waitFor();
  await page.getByText(t.problemReports.form.proofDone).waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);
  await page.getByLabel(t.problemReports.category.KEY_COMPROMISE).check();
  await page.locator("#description").fill("公開されたイメージに入っていました。");
  await page.locator("#reporterEmail").fill(javaScript ? "toru@example.org" : "wide@example.org");
  await confirm.click();

  await page.locator("#check-report").waitFor();
  await page.getByText(t.problemReports.check.provenNotice).waitFor();
  if (javaScript) {
    expect(await judge(page)).toEqual([]);
    await page.setViewportSize(PHONE);
    expect(await judge(page)).toEqual([]);
  }
  await page.getByRole("button", { name: t.problemReports.check.submit }).click();
  await page.locator("#report-receipt").waitFor();
  await page.getByText(t.problemReports.receipt.proven).waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);

  // The operator finds the revocation announced, and the desk the report decided.
  const desk = await people.staff("vetter");
  await desk.page.goto("/problem-reports?state=REVOCATION_ORDERED");
  await desk.page.locator("tbody a").first().click();
  await desk.page.getByText(name).first().waitFor();
  await desk.page.getByText(ja.problemReports.proof.PROVEN).first().waitFor();
});

story(stage, "the desk investigates, answers and decides", async (people, javaScript) => {
  const { page, faults } = await people.stranger("public");
  await page.goto("/problem-reports/new");
  await page.getByLabel(ja.problemReports.category.MISUSE).check();
  await page.locator("#description").fill("偽のログイン画面が表示されます。");
  await page.locator("#domain").fill("https://mail.example.jp/login");
  await page.getByRole("button", { name: ja.common.button.confirm }).click();
  await page.getByRole("button", { name: ja.problemReports.check.submit }).click();
  const receipt = await page.locator("#report-receipt code").first().textContent();
  expect(faults.found).toEqual([]);

  const staff = await people.staffWithSecondFactor("vetter");
  staff.faults.expectStatus(422);
  const desk = staff.page;
  await desk.goto("/problem-reports");
  await desk.getByRole("link", { name: receipt ?? "?" }).click();
  await desk.getByRole("button", { name: ja.problemReports.desk.take }).click();
  await desk.getByText(ja.problemReports.desk.mine).waitFor();
  await desk.locator("#note").fill("画面を確認した。");
  await desk.getByRole("button", { name: ja.problemReports.desk.note.submit }).click();
  await desk.getByText("画面を確認した。").waitFor();

  // A number that nobody has is told beside its field.
  await desk.locator("#certificate").fill("00:11");
  await desk.getByRole("button", { name: ja.problemReports.desk.attach.submit, exact: true }).click();
  await desk.locator("#certificate-error").waitFor();
  if (javaScript) expect(await judge(desk)).toEqual([]);

  await desk.getByRole("link", { name: ja.problemReports.desk.preliminaryAction }).click();
  await desk.getByRole("button", { name: ja.common.button.confirm }).click();
  await desk.locator("#answer-check").waitFor();
  if (javaScript) expect(await judge(desk)).toEqual([]);
  await desk.getByRole("button", { name: answer.preliminary.submit }).click();
  await desk.getByRole("heading", { name: answer.receipt.title.PRELIMINARY }).waitFor();
  if (javaScript) expect(await judge(desk)).toEqual([]);
  await desk.getByRole("link", { name: answer.receipt.show }).click();
  if (javaScript) {
    await desk.getByRole("link", { name: ja.problemReports.desk.dismissAction }).click();
    await desk.locator("#words").fill("画面は加入者自身のものでした。");
    await desk.getByRole("button", { name: ja.common.button.confirm }).click();
    await desk.getByRole("button", { name: answer.dismissal.submit }).click();
    await desk.getByRole("heading", { name: answer.receipt.title.DISMISSED }).waitFor();
    expect(await judge(desk)).toEqual([]);
    return;
  }
  await desk.getByRole("link", { name: ja.problemReports.desk.upholdAction }).click();
  await desk.locator("#words").fill("偽の画面を確認しました。");
  await desk.getByRole("button", { name: ja.common.button.confirm }).click();
  await desk.locator("#uphold-check").waitFor();
  // Not without the tick, and what was typed comes back with the way back.
  await desk.getByRole("button", { name: answer.revocation.submit }).click();
  await desk.locator(".error-summary").waitFor();
  await desk.getByRole("link", { name: answer.change }).first().click();
  expect(await desk.locator("#words").inputValue()).toBe("偽の画面を確認しました。");
  await desk.getByRole("button", { name: ja.common.button.confirm }).click();
  await desk.locator("#confirmed").check();
  await desk.getByRole("button", { name: answer.revocation.submit }).click();
  await desk.getByRole("heading", { name: answer.receipt.title.REVOCATION_ORDERED }).waitFor();
});
