import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import process from "node:process";
import { HtmlValidate } from "html-validate";
import type { Page } from "playwright-core";
import { HTML_RULES } from "../support/html-rules.ts";
import { PHONE, WIDE } from "./people.ts";

const require = createRequire(import.meta.url);
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const ARTIFACTS = path.join(import.meta.dirname, "../artifacts");
const validator = new HtmlValidate(HTML_RULES);
/** The short spelling: every page has to read it anew, and the long one is more than twice as much. */
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

interface Verdict {
  readonly violations: readonly string[];
  /** How wide the page is where that is more than the screen. */
  readonly tooWide: number | null;
}

const ALL_RULES = "{}";
const WITHOUT_COLOURS = '{ "color-contrast": { enabled: false } }';

/** Runs in the page. */
const judging = (rules: string): string => `axe
  .run(document, {
    runOnly: { type: "tag", values: ${JSON.stringify(TAGS)} },
    rules: ${rules},
    resultTypes: ["violations"],
  })
  .then(({ violations }) => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return {
      violations: violations.map(({ id, nodes }) =>
        id + ": " + nodes.map(({ html, failureSummary }) => html.slice(0, 200) + " " + failureSummary).join(" | ")),
      tooWide: scrollWidth > clientWidth ? scrollWidth : null,
    };
  })`;

/**
 * Everything that is wrong with the page as it stands: accessibility on a wide screen and on a phone, and what a phone
 * would have to scroll sideways for. One line a finding, empty when there is none.
 */
export async function judge(page: Page): Promise<string[]> {
  const wide = await judgeAt(page, WIDE, ALL_RULES);
  // Colours do not change with the width, and comparing them takes most of the time.
  const phone = await judgeAt(page, PHONE, WITHOUT_COLOURS);
  await page.setViewportSize(WIDE);
  return [...wide, ...phone];
}

async function judgeAt(
  page: Page,
  size: { width: number; height: number },
  rules: string,
): Promise<string[]> {
  await page.setViewportSize(size);
  // Evaluated by the debugger: the page's own policy lets no foreign script in, and need not be loosened for this.
  if (await page.evaluate<boolean>("window.axe === undefined")) await page.evaluate(AXE);
  const { violations, tooWide } = await page.evaluate<Verdict>(judging(rules));
  await keepPicture(page, size.width);
  const where = `${page.url()} at ${size.width}: `;
  return [
    ...violations.map((violation) => where + violation),
    ...(tooWide === null ? [] : [`${where}${tooWide} pixels wide`]),
  ];
}

let pictures = 0;

/** With INKAN_PICTURES every judged page is also kept in test/artifacts/judged/: those behind forms have no link. */
async function keepPicture(page: Page, width: number): Promise<void> {
  if (!process.env["INKAN_PICTURES"]) return;
  pictures += 1;
  const name = new URL(page.url()).pathname.replaceAll(/[^a-z]+/gi, "-").slice(0, 60);
  const file = `${process.pid}-${String(pictures).padStart(3, "0")}${name}-${width}.png`;
  await page.screenshot({ path: path.join(ARTIFACTS, "judged", file), fullPage: true });
}

/** What is wrong with the HTML that the server sent. */
export async function judgeHtml(html: string, url: string): Promise<string[]> {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) =>
    messages.map(({ line, ruleId, message }) => `${url} line ${line}: ${ruleId}: ${message}`),
  );
}
