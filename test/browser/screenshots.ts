import { mkdir, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import type { Language } from "../../server/kernel/languages.ts";
import { launchChromium } from "../support/chromium.ts";
import { startDemoInstance } from "../support/demo-instance.ts";
import { BROAD, crawl } from "./crawl.ts";
import { setLanguage } from "./language.ts";
import { People, type Person, PHONE, WIDE } from "./people.ts";

/**
 * Pictures of every page that links reach, for looking at: `node test/browser/screenshots.ts [site…]`. Wide and phone,
 * both languages, in test/artifacts/<site>/.
 */
const ARTIFACTS = path.join(import.meta.dirname, "../artifacts");

interface Visit {
  readonly site: string;
  readonly enter: (people: People) => Promise<Person>;
  readonly starts: readonly string[];
}

const VISITS: readonly Visit[] = [
  { site: "public", enter: (people) => people.stranger("public"), starts: ["/", "/nowhere"] },
  {
    site: "stranger",
    enter: (people) => people.stranger("applicant"),
    starts: ["/login", "/password-reset/sent"],
  },
  { site: "refused", enter: (people) => people.stranger("operator"), starts: ["/"] },
  {
    site: "applicant",
    enter: (people) => people.applicant(),
    starts: ["/", "/certificates", "/domains", "/password", "/nowhere"],
  },
  {
    site: "operator",
    enter: (people) => people.operatorWithSecondFactor("yamada"),
    starts: ["/", "/requests?state=ALL"],
  },
  { site: "desk", enter: (people) => people.staffWithSecondFactor("admin"), starts: ["/"] },
];

async function photograph(
  person: Person,
  folder: string,
  language: Language,
  starts: readonly string[],
): Promise<number> {
  let count = 0;
  await setLanguage(person, language);
  for await (const { url, pattern } of crawl(person, starts, BROAD, true)) {
    count += 1;
    const name = `${String(count).padStart(2, "0")}-${pattern.replaceAll(/[^a-z0-9]+/gi, "-").replaceAll(/^-|-$/g, "") || "home"}`;
    await person.page.goto(url);
    for (const [size, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
      await person.page.setViewportSize(viewport);
      await person.page.screenshot({
        path: path.join(folder, `${name}-${language}-${size}.png`),
        fullPage: true,
      });
    }
  }
  return count;
}

const wanted = process.argv.slice(2);
const template = process.env["INKAN_DEMO_TEMPLATE"];
const instance = await startDemoInstance(template);
const browser = await launchChromium();
try {
  for (const { site, enter, starts } of VISITS) {
    if (wanted.length > 0 && !wanted.includes(site)) continue;
    const folder = path.join(ARTIFACTS, site);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const people = new People(browser, instance);
    const person = await enter(people);
    for (const language of ["ja", "en"] as const) {
      const count = await photograph(person, folder, language, starts);
      process.stdout.write(`${site} ${language}: ${count} pages\n`);
    }
    for (const fault of new Set(person.faults.found)) process.stdout.write(`  ${fault}\n`);
    await people.leave();
  }
} finally {
  await browser.close();
  await instance.close();
}
