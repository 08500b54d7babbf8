import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { pino } from "pino";
import { startFailure } from "../start/start-failure.ts";
import { CHAPTERS } from "./chapters.ts";
import { freePorts } from "./free-ports.ts";
import type { Chapter, Journey } from "./journey.ts";
import { type Demo, startDemo } from "./stage.ts";

/**
 * `npm run walkthrough`: plays the whole story against a fresh instance with real tools, one line a step. Gives whether
 * everything held. SQLite, or PostgreSQL where DATABASE_URL names an empty database.
 */
export async function walkThrough(folder: string): Promise<boolean> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const log = pino({ level: "warn" }, pino.destination(2));
  const environment = { ...process.env, ...(await freePorts()) };
  let demo: Demo | null = null;
  const started = performance.now();
  try {
    demo = await startDemo({ folder, environment, log, story: false, strictViews: true, tell: () => {} });
    const files = path.join(folder, "files");
    await mkdir(files, { recursive: true, mode: 0o700 });
    await writeFile(path.join(files, "customer-root.pem"), demo.access.customerRoot);
    const engine = demo.inkan.db.engine === "sqlite" ? "SQLite" : "PostgreSQL";
    say(
      `ok    a fresh instance runs on ${engine}: two hierarchies, two subscribers, domains validated by DNS`,
    );
    const journey: Journey = { demo, files, notes: new Map() };
    for (const chapter of CHAPTERS) {
      const result = await play(chapter, journey);
      say(`ok    ${chapter.title}${result ? `: ${result}` : ""}`);
    }
    say(`\nEverything held, in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
    return true;
  } catch (error) {
    say(`FAIL  ${error instanceof Failed ? error.message : startFailure(error)}`);
    if (error instanceof Failed) say(String((error.cause as Error | undefined)?.stack ?? error.cause));
    return false;
  } finally {
    await demo?.close();
  }
}

class Failed extends Error {}

async function play(chapter: Chapter, journey: Journey): Promise<string | null> {
  try {
    return (await chapter.play(journey)) ?? null;
  } catch (cause) {
    throw new Failed(chapter.title, { cause });
  }
}
