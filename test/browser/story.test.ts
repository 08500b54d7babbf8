import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { unzipSync } from "fflate";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { makeCsr } from "../../server/demo/openssl.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const stage = openStage();

/** What a click downloads, as bytes. */
async function downloaded(page: Page, button: Locator): Promise<Buffer> {
  const [download] = await Promise.all([page.waitForEvent("download"), button.click()]);
  return readFile(await download.path());
}

story(stage, "from a CSR to the certificate in the applicant's hands", async (people, javaScript) => {
  const name = javaScript ? "live.example.co.jp" : "plain.example.co.jp";
  const csr = await makeCsr(name, "RSA-2048", path.join(people.instance.folder, `${name}.key`));

  const applicant = await people.applicant();
  const { page } = applicant;
  await page.goto("/");
  await page.getByRole("link", { name: t.applicant.newRequest }).first().click();
  await page.locator("#csr").fill(csr);
  await page.locator("#commonName").fill(name);
  if (javaScript) await page.locator("#csr-preview", { hasText: "RSA" }).waitFor();
  expect(await judgeWith(javaScript, page)).toEqual([]);
  await page.getByRole("button", { name: t.common.button.confirm }).click();
  await page.locator("#check-request").waitFor();
  expect(await judgeWith(javaScript, page)).toEqual([]);
  await page.getByRole("button", { name: t.applicant.check.submit }).click();
  await page.waitForURL(/\/receipt$/);
  const receipt = page.url();
  expect(await judgeWith(javaScript, page)).toEqual([]);

  const operatorKey = javaScript ? "yamada" : "sato";
  const operator = await people.operator(operatorKey);
  await operator.page.goto("/requests");
  await operator.page.locator("tr", { hasText: name }).getByRole("link").first().click();
  await operator.page.locator('a[href$="/approval"]').first().click();
  await people.giveSecondFactor(operator, operatorKey);
  expect(await judgeWith(javaScript, operator.page)).toEqual([]);
  await operator.page.getByRole("button", { name: t.operator.approval.submit }).click();
  const certificate = operator.page.locator('a[href^="/certificates/"]').first();
  await certificate.waitFor();
  expect(await judgeWith(javaScript, operator.page)).toEqual([]);

  await page.goto(receipt.replace(/\/receipt$/, ""));
  await page.locator('main a[href^="/certificates/"]').first().click();
  const fullchain = (await downloaded(page, page.locator('button[formaction$="/fullchain.pem"]'))).toString();
  const [leaf = "", issuer = "", ...more] =
    fullchain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  expect(more).toEqual([]);
  const issued = new X509Certificate(leaf);
  expect(issued.checkHost(name)).toBe(name);
  expect(issued.verify(new X509Certificate(issuer).publicKey)).toBe(true);

  await page.locator('a[href$="/installation/nginx"]').click();
  expect(await judgeWith(javaScript, page)).toEqual([]);
  const bundle = unzipSync(
    await downloaded(page, page.locator('form[action*="/downloads/"] button').first()),
  );
  expect(Object.values(bundle).some((file) => Buffer.from(file).toString().includes(leaf))).toBe(true);
});

/** axe needs scripts in the page; the same pages were judged with them. */
const judgeWith = (javaScript: boolean, page: Page): Promise<string[]> =>
  javaScript ? judge(page) : Promise.resolve([]);
