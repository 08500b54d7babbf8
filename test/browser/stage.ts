import { mkdir } from "node:fs/promises";
import path from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { launchChromium } from "../support/chromium.ts";
import { type DemoInstance, startDemoInstance } from "../support/demo-instance.ts";
import { demoTemplate } from "../support/demo-template.ts";
import { People, type PersonOptions } from "./people.ts";

const ARTIFACTS = path.join(import.meta.dirname, "../artifacts");

/** What the stories of one file play on: one browser and one instance of their own. */
export interface Stage {
  readonly browser: Browser;
  readonly instance: DemoInstance;
}

/**
 * Opens the stage before the first test of the file and closes it after the last, whatever happened between.
 * `chromium`: another browser than the run's, as `launchChromium` takes it.
 */
export function openStage(chromium?: string): () => Stage {
  let browser: Browser | undefined;
  let instance: DemoInstance | undefined;
  beforeAll(async () => {
    instance = await startDemoInstance(await demoTemplate());
    browser = await launchChromium(chromium);
  });
  afterAll(async () => {
    await browser?.close();
    await instance?.close();
  });
  return () => {
    if (!browser || !instance) throw new Error("the stage is not open yet");
    return { browser, instance };
  };
}

export type Play = (people: People, javaScript: boolean) => Promise<void>;

/** A story with scripts and without: both times it must end well and leave nothing on anybody's console. */
export function story(stage: () => Stage, title: string, play: Play): void {
  scriptedStory(stage, `${title} (with JavaScript)`, play);
  scriptedStory(stage, `${title} (without JavaScript)`, play, { javaScript: false });
}

/** A story that only one of both can tell. */
export function scriptedStory(
  stage: () => Stage,
  title: string,
  play: Play,
  options: PersonOptions = {},
): void {
  test(title, { timeout: 900_000 }, async () => {
    const { browser, instance } = stage();
    const people = new People(browser, instance, options);
    try {
      await play(people, options.javaScript ?? true);
      expect(people.here.flatMap(({ faults }) => faults.found)).toEqual([]);
    } catch (error) {
      await keepPictures(people, title);
      throw error;
    } finally {
      await people.leave();
    }
  });
}

/** What everybody saw when it went wrong, for whoever looks into it. */
async function keepPictures(people: People, title: string): Promise<void> {
  await mkdir(ARTIFACTS, { recursive: true });
  const name = title.replaceAll(/[^a-z0-9]+/gi, "-");
  for (const [index, { page }] of people.here.entries()) {
    const file = path.join(ARTIFACTS, `failed-${name}-${index + 1}.png`);
    await page.screenshot({ path: file, fullPage: true }).catch(() => undefined);
  }
}
