import { expect } from "vitest";
import { crawl } from "./crawl.ts";
import { judge, judgeHtml } from "./judge.ts";
import { setLanguage } from "./language.ts";
import type { Person } from "./people.ts";
import { openStage, type Play, scriptedStory } from "./stage.ts";

const stage = openStage();

/** Every page that links reach, in both languages, wide and on a phone: no violation, no sideways scrolling, valid HTML. */
const everyPage =
  (
    enter: (people: Parameters<Play>[0]) => Promise<Person>,
    starts: readonly string[],
    fewest: number,
  ): Play =>
  async (people) => {
    const person = await enter(people);
    for (const language of ["ja", "en"] as const) {
      await setLanguage(person, language);
      const found: string[] = [];
      let pages = 0;
      for await (const { url, html } of crawl(person, starts)) {
        pages += 1;
        await person.page.goto(url);
        found.push(...(await judgeHtml(html, url)), ...(await judge(person.page)));
      }
      expect(found).toEqual([]);
      expect(pages).toBeGreaterThanOrEqual(fewest);
    }
  };

scriptedStory(
  stage,
  "the public site",
  everyPage((people) => people.stranger("public"), ["/"], 1),
);
scriptedStory(
  stage,
  "the applicant site before signing in",
  everyPage((people) => people.stranger("applicant"), ["/login", "/password-reset/sent"], 3),
);
scriptedStory(
  stage,
  "the applicant site",
  everyPage((people) => people.applicant(), ["/", "/password"], 12),
);
scriptedStory(
  stage,
  "the operator site",
  everyPage(
    (people) => people.operatorWithSecondFactor("yamada"),
    ["/", "/requests?state=ALL", "/second-factor"],
    8,
  ),
);
scriptedStory(
  stage,
  "the desk",
  everyPage((people) => people.staffWithSecondFactor("admin"), ["/"], 5),
);
scriptedStory(stage, "the pages for those without a certificate", async (people) => {
  for (const site of ["operator", "desk"] as const) {
    const { page, faults } = await people.stranger(site);
    faults.expectStatus(403);
    const response = await page.goto("/");
    expect(response?.status()).toBe(403);
    expect(await judgeHtml((await response?.text()) ?? "", site)).toEqual([]);
    expect(await judge(page)).toEqual([]);
  }
});
