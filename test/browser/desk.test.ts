import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { pemOf } from "../../server/demo/openssl.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const stage = openStage();

const submit = (page: Page) => page.locator("main form[method=post] .button-primary").first().click();

/** Fills in fields by their names: text, choices and boxes. */
async function fill(page: Page, values: Readonly<Record<string, string | boolean>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) {
    const control = page.locator(`main [name="${name}"]`).first();
    if (typeof value === "boolean") await control.setChecked(value);
    else if ((await control.and(page.locator("select")).count()) > 0) await control.selectOption(value);
    else await control.fill(value);
  }
}

const ORGANIZATION = {
  nameJa: "株式会社はま物産",
  legalForm: "株式会社",
  registryNumber: "0200-01-123456",
  mainPhone: "045-555-0100",
  representativeName: "浜 一郎",
  postalCode: "２２０－０００１",
  prefecture: "神奈川県",
  localityJa: "横浜市西区",
  street: "みなとみらい1丁目1番1号",
  responsibleName: "責任 三郎",
  responsibleKana: "せきにん さぶろう",
} as const;

story(stage, "the desk brings in a new subscriber", async (people, javaScript) => {
  const mark = javaScript ? "一" : "二";
  const latin = javaScript ? "ichi" : "ni";
  // Without scripts axe cannot look; the same pages were judged with them.
  const judged = async () => expect(javaScript ? await judge(page) : []).toEqual([]);
  const person = await people.staffWithSecondFactor("admin");
  const { page, faults } = person;
  faults.expectStatus(422);

  await page.goto("/subscribers/new");
  await submit(page);
  await page.locator("#error-summary").waitFor();
  expect(await page.title()).toMatch(/^エラー：/);
  await judged();
  await fill(page, { name: `はま物産${mark}`, noticeAddress: "certs@hama.example.jp", commitment: "１２" });
  await submit(page);
  await page.locator("#check-subscriber").waitFor();
  await judged();
  await submit(page);
  await page.waitForURL(/\/registration$/);
  await judged();
  const subscriber = new URL(page.url()).pathname.replace(/\/registration$/, "");
  await page.goto(subscriber);
  await judged();

  await page.goto(`${subscriber}/organizations/new`);
  await submit(page);
  await page.locator("#error-summary").waitFor();
  await judged();
  await fill(page, ORGANIZATION);
  await submit(page);
  await page.waitForURL(/\/organizations\/[0-9a-f-]{36}$/);
  await page.getByText(ORGANIZATION.nameJa).first().waitFor();
  await judged();

  await page.locator('a[href$="/domains/new"]').first().click();
  await page.locator("main textarea").fill(`${latin}.example.jp, 例え${mark}.jp\nnot a domain`);
  await submit(page);
  await page.getByText(`${latin}.example.jp`).first().waitFor();
  await judged();

  await page.goto(`${subscriber}/users/new`);
  await fill(page, {
    name: "浜 花子",
    kana: "ハマ ハナコ",
    email: `hanako@${latin}.example.jp`,
    loginId: `hama.${latin}`,
    passwordNoticeEmail: `hanako@${latin}.example.jp`,
  });
  await submit(page);
  await page.getByText(`hama.${latin}`).first().waitFor();
  const mail = await people.instance.mails.waitFor(
    ({ recipients }) => recipients.includes(`hanako@${latin}.example.jp`),
    60_000,
  );
  expect(mail.text).not.toBe("");

  await page.goto(`${subscriber}/operators/new`);
  await fill(page, {
    name: "浜 次郎",
    kana: "ハマ ジロウ",
    email: `jiro@${latin}.example.jp`,
    commonName: "J.HAMA",
  });
  await submit(page);
  await page.waitForURL(/\/operators\/[0-9a-f-]{36}$/);
  await judged();

  // The key exists on one page; whoever downloads it there can enter with it.
  await page.locator('a[href$="/certificate"]').first().click();
  await people.giveSecondFactor(person, "admin");
  await page.locator('input[name="way"][value="file"]').check();
  await judged();
  await submit(page);
  await page.locator("#handover").waitFor();
  await judged();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("#handover a[download]").first().click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/\.p12$/);
  const file = path.join(people.instance.folder, `${latin}.p12`);
  await writeFile(file, await readFile(await download.path()));
  const password = (await page.locator(".one-time-password code").textContent()) ?? "";
  const operator = await people.withCertificate("operator", await pemOf(file, password));
  await operator.page.goto("/");
  await operator.page.getByText(`はま物産${mark}`).first().waitFor();
  // Approvals ask for a second factor, and there is none yet: it is set up first.
  await operator.page.goto("/second-factors");
  await operator.page.getByText(t.account.factors.none).first().waitFor();
  if (javaScript) expect(await judge(operator.page)).toEqual([]);
});
