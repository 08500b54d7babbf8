import { readFile } from "node:fs/promises";
import { eq } from "drizzle-orm";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { authorityTables } from "../../server/authority/index.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { reversedName } from "../../server/pki/index.ts";
import type { DemoInstance } from "../support/demo-instance.ts";
import { judge } from "./judge.ts";
import { openStage, story } from "./stage.ts";

const t = catalogue("ja");
const { find } = t.certificates;
const stage = openStage();

const KNOWN = "mail.example.jp";
const DOMAIN = "branches.example.jp";
const BRANCHES = 30;
const nameOf = (number: number) => `shop-${String(number).padStart(2, "0")}.${DOMAIN}`;

story(stage, "a certificate is found on the desk and on the applicant site", async (people, javaScript) => {
  await openBranches(people.instance);
  for (const person of [await people.staff("vetter"), await people.applicant()]) {
    const { page } = person;
    const rows = page.locator("#certificates tbody tr");
    await page.goto("/certificates");
    if (javaScript) expect(await judge(page)).toEqual([]);

    // The whole name, its beginning, and the domain with everything below it.
    await search(page, KNOWN);
    await page.getByText(find.understood.name.exact).waitFor();
    expect(await rows.count()).toBe(1);
    await search(page, "shop-0*");
    await page.getByText(find.understood.name.prefix).waitFor();
    expect(await rows.count()).toBe(9);
    await search(page, `.${DOMAIN}`);
    await page.getByText(find.understood.name.domain).waitFor();
    expect(await rows.count()).toBe(25);
    if (javaScript) expect(await judge(page)).toEqual([]);

    // The rest is on the next page, whose address can be shared, and the first one is a step back.
    await page.getByRole("link", { name: t.common.pager.older }).click();
    await page.getByRole("link", { name: nameOf(BRANCHES), exact: true }).waitFor();
    expect(await rows.count()).toBe(BRANCHES - 25);
    await page.reload();
    expect(await rows.count()).toBe(BRANCHES - 25);

    // The whole of the filter as a file, not the page that is seen.
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: t.common.button.downloadCsv }).click(),
    ]);
    const csv = await readFile(await download.path(), "utf8");
    expect(csv.split("\r\n").filter((line) => line.includes(DOMAIN))).toHaveLength(BRANCHES);

    // A chip narrows what was searched for, and nothing that is left says what to do.
    const chips = page.getByRole("navigation", { name: t.common.filters.label });
    await chips.getByRole("link", { name: t.certificates.state.REVOKED }).click();
    await page.locator(".empty").waitFor();
    expect(new URL(page.url()).searchParams.get("q")).toBe(`.${DOMAIN}`);
    await chips.getByRole("link", { name: t.certificates.state.ACTIVE }).click();
    await rows.first().waitFor();
    expect(await rows.count()).toBe(25);
    await search(page, "no-such-name.example.jp");
    await page.locator(".empty").waitFor();
    if (javaScript) expect(await judge(page)).toEqual([]);
  }
});

async function search(page: Page, text: string): Promise<void> {
  await page.locator("#q").fill(text);
  await page.getByRole("button", { name: t.common.button.search }).click();
  await page.waitForURL((url) => url.searchParams.get("q") === text);
}

/** Thirty certificates of the same subscriber, in the records alone: what is searched, paged and exported. */
async function openBranches({ inkan }: DemoInstance): Promise<void> {
  const { db } = inkan;
  const { certificates: c, certificateNames: n } = authorityTables(db.read.columns);
  const [there] = await db.read
    .select({ id: n.certificateId })
    .from(n)
    .where(eq(n.name, nameOf(1)));
  if (there) return;
  const [known] = await db.read.select().from(c).where(eq(c.commonName, KNOWN));
  if (!known) throw new Error(`${KNOWN} has no certificate`);
  await db.transact(async (tx) => {
    for (let number = 1; number <= BRANCHES; number += 1) {
      const [id, name] = [newId(), nameOf(number)];
      const digits = String(number).padStart(4, "0");
      await tx.insert(c).values({
        ...known,
        id,
        serial: `7e57${digits}`,
        fingerprint: `7e57${digits}`.padEnd(64, "0"),
        commonName: name,
      });
      const names = { certificateId: id, subscriberId: known.subscriberId, name };
      await tx.insert(n).values({ ...names, reversedName: reversedName(name) });
    }
  });
}
