import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pino } from "pino";
import { inject } from "vitest";
import { freePorts } from "../../server/demo/free-ports.ts";
import { startDemo } from "../../server/demo/stage.ts";

/**
 * A stopped demonstration with its whole story, to be copied: making its keys and playing its story takes many seconds,
 * a copy of its folder starts in one or two. It is made once a run, by whichever test file comes first; the others wait.
 */
export async function demoTemplate(): Promise<string> {
  const root = inject("demoTemplate");
  const [begun, ready, folder] = ["begun", "ready", "demo"].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  try {
    mkdirSync(begun);
  } catch {
    while (!existsSync(ready)) await wait(200);
    const failure = readFileSync(ready, "utf8");
    if (failure !== "") throw new Error(`the demonstration could not be staged: ${failure}`);
    return folder;
  }
  try {
    await buildDemo(folder);
    writeFileSync(ready, "");
    return folder;
  } catch (error) {
    writeFileSync(ready, String(error));
    throw error;
  }
}

/** Plays the whole story in this folder and stops. */
async function buildDemo(folder: string): Promise<void> {
  const demo = await startDemo({
    folder,
    environment: await freePorts(),
    log: pino({ level: "silent" }),
    story: true,
    strictViews: true,
    tell: () => undefined,
  });
  await demo.close();
}
