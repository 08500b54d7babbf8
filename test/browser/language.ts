import type { Language } from "../../server/kernel/languages.ts";
import type { Person } from "./people.ts";

/** Sets the site's language with the switch on its pages; a page without one speaks both already. */
export async function setLanguage({ page }: Person, language: Language): Promise<void> {
  await page.goto("/");
  const button = page.locator(`form[action="/language"] button[value="${language}"]`);
  if ((await button.count()) === 0) return;
  await button.click();
  await page.locator(`html[lang="${language}"]`).waitFor();
}
