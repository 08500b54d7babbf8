import { expect } from "vitest";
import { BROAD, crawl, NARROW } from "./crawl.ts";
import { judge, judgeHtml } from "./judge.ts";
import { setLanguage } from "./language.ts";
import type { People, Person } from "./people.ts";
import type { Play } from "./stage.ts";

/**
 * Every page that links reach from `starts`, in both languages, wide and on a phone: no violation, no sideways
 * scrolling, valid HTML, no dead link. `fewest` is how many pages there must at least have been
 * in Japanese.
 */
export const everyPage =
  (enter: (people: People) => Promise<Person>, starts: readonly string[], fewest: number): Play =>
  async (people) => {
    const person = await enter(people);
    for (const [language, breadth] of [
      ["ja", BROAD],
      ["en", NARROW],
    ] as const) {
      await setLanguage(person, language);
      const found: string[] = [];
      let pages = 0;
      for await (const { url, html } of crawl(person, starts, breadth)) {
        pages += 1;
        await person.page.goto(url);
        expect(await person.page.locator("html").getAttribute("lang")).toBe(language);
        found.push(...(await judgeHtml(html, url)), ...(await judge(person.page)));
      }
      expect(found).toEqual([]);
      if (breadth === BROAD) expect(pages).toBeGreaterThanOrEqual(fewest);
    }
  };
