import { expect } from "vitest";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { PHONE } from "./people.ts";
import { openStage, scriptedStory } from "./stage.ts";

const t = catalogue("ja");
const { massRevocation: w } = t;
const stage = openStage();

/** Looks again until a page says it; the work behind goes on by itself. */
const PATIENCE = 30;

scriptedStory(stage, "a mass revocation, from the draft to the closing report", async (people) => {
  const { page, faults } = await people.staffWithSecondFactor("admin");
  faults.expectStatus(422);
  const until = async (text: string) => {
    for (let looks = 0; looks < PATIENCE && (await page.getByText(text).count()) === 0; looks += 1) {
      await page.waitForTimeout(500);
      await page.reload();
    }
    await page.getByText(text).first().waitFor();
  };

  // A draft of another administrator: what it would revoke, of whom, and the check page before it starts.
  await page.goto("/mass-revocations");
  expect(await judge(page)).toEqual([]);
  const drafts = page.locator("tr", { hasText: w.state.DRAFT, hasNotText: w.drill });
  await drafts.getByRole("link").click();
  await page.getByText(w.show.previewHelp).waitFor();
  const address = page.url();
  expect(await judge(page)).toEqual([]);
  await page.getByRole("link", { name: w.show.start }).click();
  await page.getByText(w.show.startConfirm({ count: 2 })).waitFor();
  expect(await judge(page)).toEqual([]);
  await page.getByRole("button", { name: w.show.start }).click();
  await page.getByText(w.show.waitingNext).waitFor();

  // Both are replaced ahead of time; operator and applicant see what is theirs, and where the new ones are.
  for (const person of [await people.operatorWithSecondFactor("yamada"), await people.applicant()]) {
    const own = person.page;
    await own.goto("/");
    await own.getByRole("link", { name: w.banner.action }).click();
    for (let looks = 0; looks < PATIENCE; looks += 1) {
      if ((await own.locator("tbody").getByText(w.standing.REPLACED).count()) === 2) break;
      await own.waitForTimeout(500);
      await own.reload();
    }
    expect(await own.locator("tbody tr").count()).toBe(2);
    expect(await own.locator("tbody").getByText(w.own.notDownloaded).count()).toBe(2);
    expect(await judge(own)).toEqual([]);
    await own.setViewportSize(PHONE);
    expect(await judge(own)).toEqual([]);
  }
  await page.goto(address);
  await page.getByText(w.show.waitingNext).waitFor();
  await page.getByRole("link", { name: w.show.execute }).click();
  expect(await judge(page)).toEqual([]);
  await page.getByRole("button", { name: w.show.executeConfirm }).click();
  await until(w.show.inTime);

  // The report is closed with a remark, and not without.
  expect(await judge(page)).toEqual([]);
  await page.getByRole("button", { name: w.show.close }).click();
  await page.locator("#error-summary").waitFor();
  await page.locator("#remark").fill("市区町村名の確認を、登録時に二人で行うことにした。");
  await page.getByRole("button", { name: w.show.close }).click();
  await page.getByText("市区町村名の確認を、登録時に二人で行うことにした。").waitFor();
  await page.locator(".page-head").getByText(w.state.CLOSED).waitFor();
  expect(await judge(page)).toEqual([]);

  // Afterwards the subscriber sees that it is done.
  const operator = people.here.find(({ site }) => site === people.instance.access.sites.operator);
  await operator?.page.reload();
  await operator?.page.getByText(w.own.done).waitFor();
});
