import { expect } from "vitest";
import { judge } from "./judge.ts";
import { openStage, story } from "./stage.ts";

const stage = openStage();

story(stage, "an applicant shows control over a domain", async (people, javaScript) => {
  const { page, faults } = await people.applicant();
  faults.expectStatus(422);
  await page.goto("/domains");
  await page.getByRole("link", { name: "example.ne.jp" }).click();
  await page.locator('form[action$="/validations"] button[type=submit]').first().click();
  const check = page.locator('form[action$="/check"] button[type=submit]').first();
  await check.waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);

  // Before the record is there the check says so; with it the domain is good for certificates.
  await check.click();
  await check.waitFor();
  if (javaScript) expect(await judge(page)).toEqual([]);
  const value = await page.locator("code", { hasText: /^[0-9a-f]{32,}$/ }).textContent();
  people.instance.dns.set("example.ne.jp", "TXT", [value?.trim() ?? ""]);
  await check.click();
  await page.locator(".page-head .tone-ok").waitFor();
  expect(await check.count()).toBe(0);
  if (javaScript) expect(await judge(page)).toEqual([]);
  people.instance.dns.remove("example.ne.jp", "TXT");
});
