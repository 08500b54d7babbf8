import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { makeCsr } from "../../server/demo/openssl.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import type { People } from "./people.ts";
import { openStage, scriptedStory, story } from "./stage.ts";

const t = catalogue("ja");
const stage = openStage();

const keyFile = (people: People, name: string) => path.join(people.instance.folder, `${name}.key`);

async function confirm(page: Page): Promise<void> {
  await page.getByRole("button", { name: t.common.button.confirm }).click();
}

/** The form came back: its title says so, and the summary has the focus where scripts run. */
async function expectErrors(page: Page, javaScript: boolean): Promise<void> {
  const summary = page.locator("#error-summary");
  await summary.waitFor();
  expect(await page.title()).toMatch(/^エラー：/);
  if (javaScript) {
    await page.waitForFunction("document.activeElement.id === 'error-summary'");
    expect(await judge(page)).toEqual([]);
  }
  // Every link of the summary leads to a field that says the same beside it.
  for (const link of await summary.getByRole("link").all()) {
    const id = ((await link.getAttribute("href")) ?? "").slice(1);
    const said = (await link.textContent())?.trim() ?? "";
    expect(await page.locator(`#${id}-error`).textContent()).toContain(said);
  }
}

story(stage, "a CSR from a file", async (people, javaScript) => {
  const name = javaScript ? "chosen.example.co.jp" : "uploaded.example.co.jp";
  const csr = await makeCsr(name, "P-256", keyFile(people, name));
  const file = path.join(people.instance.folder, `${name}.csr`);
  await writeFile(file, csr);
  const { page } = await people.applicant();
  await page.goto("/requests/new");
  await page.locator("#commonName").fill(name);
  await page.locator(javaScript ? "[data-drop-file]" : "#csrFile").setInputFiles(file);
  if (javaScript) await page.locator("#csr-preview", { hasText: "P-256" }).waitFor();
  await confirm(page);
  await page.locator("#check-request", { hasText: name }).waitFor();
});

scriptedStory(stage, "a CSR dropped on the field", async (people) => {
  const csr = await makeCsr("dropped.example.co.jp", "P-256", keyFile(people, "dropped"));
  const { page } = await people.applicant();
  await page.goto("/requests/new");
  const transfer = await page.evaluateHandle(
    `(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([${JSON.stringify(csr)}], "server.csr"));
      return transfer;
    })()`,
  );
  await page.dispatchEvent("[data-drop]", "drop", { dataTransfer: transfer });
  await page.locator("#csr-preview", { hasText: "dropped.example.co.jp" }).waitFor();
  expect((await page.locator("#csr").inputValue()).trim()).toBe(csr.trim());
});

story(stage, "a form that is empty, then wrong", async (people, javaScript) => {
  const { page, faults } = await people.applicant();
  faults.expectStatus(422);
  await page.goto("/requests/new");
  await confirm(page);
  await expectErrors(page, javaScript);

  const csr = await makeCsr("www.example.com", "P-256", keyFile(people, "foreign"));
  await page.locator("#csr").fill(csr);
  await page.locator("#commonName").fill("www.example.com");
  await confirm(page);
  await expectErrors(page, javaScript);
  // The base domain that goes with a www name is not complained about a second time, at a field nobody filled in.
  expect(await page.locator("#error-summary a").count()).toBe(1);
  // What was typed is still there.
  expect(await page.locator("#commonName").inputValue()).toBe("www.example.com");
  expect((await page.locator("#csr").inputValue()).trim()).toBe(csr.trim());

  await page.locator("#commonName").fill("www.example.ne.jp");
  await confirm(page);
  await expectErrors(page, javaScript);
  await page
    .locator("#csr")
    .fill("-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----");
  await confirm(page);
  await expectErrors(page, javaScript);
});

story(stage, "a private key by mistake", async (people, javaScript) => {
  const file = keyFile(people, "secret");
  await makeCsr("www.example.co.jp", "P-256", file);
  const secret = await readFile(file, "utf8");
  const { page, faults } = await people.applicant();
  faults.expectStatus(422);
  await page.goto("/requests/new");
  await page.locator("#commonName").fill("www.example.co.jp");
  await page.locator("#csr").fill(secret);
  await confirm(page);
  await expectErrors(page, javaScript);
  await page.locator("#csr-error", { hasText: t.problems["csr-private-key"]().slice(0, 10) }).waitFor();
  const body = secret.split("\n")[1] ?? "";
  expect(await page.content()).not.toContain(body);
  expect(await page.locator("#csr").inputValue()).toBe("");
});
