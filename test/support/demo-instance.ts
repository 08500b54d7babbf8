import { rmSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { TOTP } from "otpauth";
import { pino } from "pino";
import { freePorts } from "../../server/demo/free-ports.ts";
import { type Demo, startDemo } from "../../server/demo/stage.ts";

/** A demonstration with its whole story, on free ports, in a temporary folder that goes with it. */
export interface DemoInstance extends Demo {
  readonly folder: string;
  /** A code of this authenticator that was not used yet; waits for the next one where all were. */
  unusedCode(totpSecret: string): Promise<string>;
}

const PERIOD_MS = 30_000;
const nowMs = (): number => Temporal.Now.instant().epochMilliseconds;

/**
 * Builds a demonstration, story included, and stops it: making its keys and playing its story takes many seconds, a
 * copy of its folder starts in one or two. Gives the folder; the caller removes it.
 */
export async function buildDemoTemplate(): Promise<string> {
  const folder = await temporaryFolder("inkan-demo-template-");
  try {
    const demo = await start(folder);
    await demo.close();
    return folder;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Starts a copy of the template, or a demonstration from nothing where there is none. */
export async function startDemoInstance(template?: string): Promise<DemoInstance> {
  const folder = await temporaryFolder("inkan-demo-");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    if (template !== undefined) await copyTemplate(template, folder);
    const demo = await start(folder);
    // Enrolment used the code of the step before; everything after the access file was written is free.
    const { mtimeMs } = await stat(path.join(template ?? folder, "access.json"));
    const { close, ...rest } = demo;
    return {
      ...rest,
      folder,
      unusedCode: codes(Math.floor(mtimeMs / PERIOD_MS) - 1),
      async close() {
        await close();
        await remove();
      },
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

const start = async (folder: string): Promise<Demo> =>
  startDemo({
    folder,
    environment: { ...process.env, DATABASE_URL: "", ...(await freePorts()) },
    log: pino({ level: "warn" }, pino.destination(2)),
    story: true,
    strictViews: true,
    tell: () => undefined,
  });

/** Removed at the latest when this process ends, whatever ends it. */
async function temporaryFolder(prefix: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), prefix));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function copyTemplate(template: string, folder: string): Promise<void> {
  await cp(template, folder, { recursive: true, preserveTimestamps: true });
  const file = path.join(folder, "access.json");
  await writeFile(file, (await readFile(file, "utf8")).replaceAll(template, folder), { mode: 0o600 });
}

/**
 * The server takes each code once, one step to each side of its clock: two at once, then one every 30 s. Never the step
 * before: by the time a busy machine has sent it, it may be two back.
 */
function codes(usedUpTo: number): (totpSecret: string) => Promise<string> {
  const last = new Map<string, number>();
  return async (secret) => {
    const step = Math.max((last.get(secret) ?? usedUpTo) + 1, Math.floor(nowMs() / PERIOD_MS));
    last.set(secret, step);
    const early = (step - 1) * PERIOD_MS - nowMs();
    if (early > 0) await sleep(early + 200);
    return new TOTP({ secret, algorithm: "SHA1", digits: 6, period: 30 }).generate({
      timestamp: step * PERIOD_MS,
    });
  };
}
