import { rmSync } from "node:fs";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { eq } from "drizzle-orm";
import { TOTP } from "otpauth";
import { pino } from "pino";
import { accountTables } from "../../server/accounts/tables.ts";
import type { Database } from "../../server/db/index.ts";
import { freePorts } from "../../server/demo/free-ports.ts";
import { type Demo, startDemo } from "../../server/demo/stage.ts";

/** A demonstration with its whole story, on free ports, in a temporary folder that goes with it. */
export interface DemoInstance extends Demo {
  readonly folder: string;
  /** A code of this authenticator that the server takes now, whichever were used before. */
  unusedCode(totpSecret: string): Promise<string>;
}

/** Starts a copy of the template (demo-template.ts), or a demonstration from nothing where there is none. */
export async function startDemoInstance(template?: string): Promise<DemoInstance> {
  const folder = await temporaryFolder("inkan-demo-");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    if (template !== undefined) await copyTemplate(template, folder);
    const demo = await start(folder);
    const { close, ...rest } = demo;
    return {
      ...rest,
      folder,
      unusedCode: (secret) => codeOf(demo.inkan.db, secret),
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

/** A code of this moment. Which ones were used is forgotten first: the server would take no other for half a minute. */
async function codeOf(db: Database, secret: string): Promise<string> {
  await db.transact(async (tx) => {
    const { secondFactors: f } = accountTables(tx.columns);
    await tx.update(f).set({ lastUsedStep: 0 }).where(eq(f.kind, "TOTP"));
  });
  return new TOTP({ secret, algorithm: "SHA1", digits: 6, period: 30 }).generate();
}
