import { expect } from "vitest";
import { catalogue } from "../../server/i18n/index.ts";
import { judge } from "./judge.ts";
import { PHONE } from "./people.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const { status } = t;
const issuer = t.desk.home.issuer.CUSTOMER_OV;
const stage = openStage();

story(
  stage,
  "the desk looks at the issuers, and an administrator has a CRL made",
  async (people, javaScript) => {
    // Everybody on the desk may look.
    const vetter = await people.staff("vetter");
    await vetter.page.goto("/issuers");
    await vetter.page.getByRole("heading", { name: issuer }).waitFor();
    expect(await vetter.page.getByText(t.desk.home.crlState.fresh).count()).toBeGreaterThanOrEqual(4);

    const admin = await people.staff("admin");
    const { page, faults } = admin;
    faults.expectStatus(422);
    await page.goto("/");
    await page.getByRole("link", { name: status.nav, exact: true }).first().click();
    await page.locator("#issuers").waitFor();
    if (javaScript) {
      expect(await judge(page)).toEqual([]);
      await page.setViewportSize(PHONE);
      expect(await judge(page)).toEqual([]);
    }
    const numbers = page
      .locator("section", { has: page.locator("#customer-ov") })
      .locator("tbody td.cell-number");
    const before = Number(await numbers.first().textContent());
    await page.getByRole("link", { name: status.manageOf({ issuer }) }).click();
    await people.giveSecondFactor(admin, "admin");
    await page.locator("#issuer").waitFor();
    if (javaScript) expect(await judge(page)).toEqual([]);

    // More parts than there may be: said beside the field.
    await page.locator("#partitions").fill("100000");
    await page.getByRole("button", { name: status.save }).click();
    await page.locator("#partitions-error").waitFor();
    if (javaScript) expect(await judge(page)).toEqual([]);
    await page.getByRole("button", { name: status.publish }).click();
    await page.getByText(t.flash.crlPublished).waitFor();
    await page.goto("/issuers");
    expect(Number(await numbers.first().textContent())).toBeGreaterThan(before);
  },
);
