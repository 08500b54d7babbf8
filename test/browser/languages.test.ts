import path from "node:path";
import { expect } from "vitest";
import { makeCsr } from "../../server/demo/openssl.ts";
import { catalogue } from "../../server/i18n/index.ts";
import type { Person } from "./people.ts";
import { openStage, scriptedStory, story } from "./stage.ts";

const stage = openStage();
const [ja, en] = [catalogue("ja"), catalogue("en")];

async function switchBothWays({ page }: Person): Promise<void> {
  const path = page.url();
  for (const [language, words] of [
    ["en", en],
    ["ja", ja],
  ] as const) {
    await page.locator(`form[action="/language"] button[value="${language}"]`).click();
    await page.locator(`html[lang="${language}"]`).waitFor();
    expect(page.url()).toBe(path);
    expect(await page.locator(".skip").textContent()).toBe(words.common.frame.skip);
  }
}

story(stage, "every site speaks both languages", async (people) => {
  for (const site of ["public", "applicant"] as const) {
    const stranger = await people.stranger(site);
    await stranger.page.goto(site === "applicant" ? "/login" : "/");
    await switchBothWays(stranger);
  }
  const operator = await people.operator();
  await operator.page.goto("/requests?state=ALL");
  await switchBothWays(operator);
  const staff = await people.staff();
  await staff.page.goto("/");
  await switchBothWays(staff);
});

scriptedStory(stage, "a slash goes to the search, except while somebody types", async (people) => {
  const { page } = await people.applicant();
  await page.goto("/requests");
  await page.keyboard.press("/");
  expect(await page.evaluate<string>("document.activeElement.type")).toBe("search");
  await page.keyboard.type("a/b");
  expect(await page.locator("input[type=search]").inputValue()).toBe("a/b");
});

/** Presses Tab until the element has the focus, as somebody without a mouse does. */
async function tabTo({ page }: Person, selector: string, limit = 60): Promise<void> {
  for (let presses = 0; presses < limit; presses += 1) {
    const there = await page.evaluate<boolean>(
      `document.activeElement !== null && document.activeElement.matches(${JSON.stringify(selector)})`,
    );
    if (there) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the keyboard does not reach ${selector}`);
}

scriptedStory(stage, "signed in and submitted with the keyboard alone", async (people) => {
  const { instance } = people;
  const login = instance.access.subscribers["minato"]?.logins["hanako"];
  const csr = await makeCsr("keyboard.example.jp", "P-256", path.join(instance.folder, "keyboard.key"));
  const person = await people.stranger("applicant");
  const { page } = person;
  await page.goto("/login");
  // The first thing the keyboard meets leads past the navigation.
  await page.keyboard.press("Tab");
  expect(await page.evaluate<string>("document.activeElement.className")).toBe("skip");
  await tabTo(person, "#loginId");
  await page.keyboard.type(login?.loginId ?? "");
  await tabTo(person, "#password");
  await page.keyboard.type(login?.password ?? "");
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname !== "/login");

  await tabTo(person, 'a[href="/requests/new"]');
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/requests\/new/);
  await tabTo(person, "#commonName");
  await page.keyboard.type("keyboard.example.jp");
  await tabTo(person, "#csr");
  await page.keyboard.insertText(csr);
  await tabTo(person, "main form .button-primary");
  await page.keyboard.press("Enter");
  await page.locator("#check-request").waitFor();
  await tabTo(person, "#check-request .button-primary");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/receipt$/);
});
