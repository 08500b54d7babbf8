import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the run keeps its one staged demonstration; whoever needs it first makes it (demo-template.ts). */
    demoTemplate: string;
  }
}

/** One folder a run, whichever of its projects asks. */
const RUN = "INKAN_TEST_DEMO_TEMPLATE";

export default function setup(project: TestProject): () => void {
  const known = process.env[RUN];
  const folder = known ?? mkdtempSync(path.join(tmpdir(), "inkan-demo-template-"));
  process.env[RUN] = folder;
  project.provide("demoTemplate", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
