import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { EXAMPLE_PLAN } from "../../server/cli/ceremony/example-plan.ts";
import { type CeremonyPlan, readPlan } from "../../server/cli/ceremony/plan.ts";
import { afterwards, temporaryFolder } from "./databases.ts";
import { environmentIn } from "./server-process.ts";

/** What ceremonies are held with: plans, machines to hold them on, and the commands. */

const REPOSITORY = "http://ca.example.jp";

/** The example, with keys that are quickly made; `change` may alter it. */
export function quickPlan(change: (plan: CeremonyPlan) => void = () => undefined): CeremonyPlan {
  const read = readPlan(new TextEncoder().encode(EXAMPLE_PLAN), {
    repositoryUrl: REPOSITORY,
    issuerName: null,
    tokens: { online: true, root: true },
  });
  if (!("plan" in read)) throw new Error(JSON.stringify(read.faults));
  const plan = structuredClone(read.plan);
  plan.issuers.CUSTOMER_ROOT.key = "P-384";
  plan.issuers.STAFF_ROOT.key = "RSA-2048";
  plan.issuers.CUSTOMER_EV.key = "P-256";
  plan.issuers.CUSTOMER_EV.days = 3000;
  plan.issuers.CUSTOMER_EV.crlPartitions = 16;
  change(plan);
  return plan;
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export const ceremony = (env: Record<string, string>, ...words: string[]) => run("ceremony", env, ...words);

export function run(name: string, env: Record<string, string>, ...words: string[]): Promise<Ran> {
  const command = path.join(import.meta.dirname, `../../server/cli/${name}.ts`);
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...words], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? -1 : 0, stdout, stderr }),
    );
    afterwards(() => child.kill());
  });
}

/** An empty machine with a plan on it. */
export async function machine(plan: CeremonyPlan) {
  const folder = temporaryFolder();
  const file = path.join(folder, "plan.json");
  writeFileSync(file, JSON.stringify(plan));
  const env: Record<string, string> = {
    ...(await environmentIn(folder)),
    LC_ALL: "C",
    INKAN_REPOSITORY_URL: REPOSITORY,
  };
  return { folder, file, env, hash: sha256(readFileSync(file)) };
}
