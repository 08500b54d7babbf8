import { rm } from "node:fs/promises";
import type { TestProject } from "vitest/node";
import { buildDemoTemplate } from "../support/demo-instance.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A stopped demonstration with its whole story; every file starts a copy. */
    demoTemplate: string;
  }
}

/** Once a run: one demonstration with its story, so that the files need not each make keys and play it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const template = await buildDemoTemplate();
  project.provide("demoTemplate", template);
  return () => rm(template, { recursive: true, force: true });
}
