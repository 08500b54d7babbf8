import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { watchFaults } from "./faults.ts";
import { judge, judgeHtml } from "./judge.ts";

/** A judge that never finds anything would pass every page: here it must find what was planted. */
const FAULTY = `<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>x</title>
<meta http-equiv="Content-Security-Policy" content="img-src 'none'"></head>
<body><main><h1>x</h1><p style="color:#bbb">淡い文字</p><img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">
<div style="width:600px">広すぎる</div></main></body></html>`;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

test("the judge names what is wrong with a page", async () => {
  const page = await browser.newPage();
  await page.setContent(FAULTY);
  const found = (await judge(page)).join("\n");
  expect(found).toContain("color-contrast");
  expect(found).toContain("image-alt");
  expect(found).toMatch(/at 390: 6\d\d pixels wide/);
  expect((await judgeHtml(FAULTY, "planted")).join("\n")).toContain("no-inline-style");
  await page.close();
});

test("nothing on the console goes unnoticed", async () => {
  const context = await browser.newContext();
  const faults = await watchFaults(context);
  const page = await context.newPage();
  await page.setContent(FAULTY);
  // The browser tells of each when it gets to it.
  const found = expect.poll(() => faults.found.join("\n"));
  await found.toMatch(/content security policy|violates the following/i);
  await page.evaluate("console.error('planted'); setTimeout(() => { throw new Error('thrown') })");
  await found.toContain("planted");
  await found.toContain("thrown");
  await page.goto("https://localhost:1/").catch(() => undefined);
  await found.toContain("ERR_");
  await context.close();
});
