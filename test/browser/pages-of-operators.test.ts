import { expect } from "vitest";
import { everyPage } from "./every-page.ts";
import { judge, judgeHtml } from "./judge.ts";
import { openStage, scriptedStory } from "./stage.ts";

const stage = openStage();

scriptedStory(
  stage,
  "every page of the operator site",
  everyPage((people) => people.operatorWithSecondFactor("yamada"), ["/", "/requests?state=ALL"], 20),
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
