import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { ISSUER_ROLES } from "../../authority/index.ts";
import type { Options } from "./options.ts";
import { type ReviewedPlan, sha256Of } from "./plan.ts";
import type { Transcript } from "./transcript.ts";
import { ceremonyWords } from "./words.ts";

/** Title, plan, programs and people: the head of the transcript. */
export async function tellHead(
  transcript: Transcript,
  { planFile, language, dryRun }: Options,
  { plan, sha256 }: ReviewedPlan,
): Promise<void> {
  const words = ceremonyWords[language];
  await transcript.lines(`${words.title}: ${plan.title}`, "");
  await transcript.lines(words.plan(planFile), words.planHash(sha256), words.repository(plan.repositoryUrl));
  if (dryRun) await transcript.lines(words.dryRun);
  await transcript.lines("", words.software);
  await transcript.details(programs());
  await transcript.lines("", words.participants);
  for (const { name, role } of plan.participants) {
    await transcript.lines(`    ${name} (${words.role[role]})`);
  }
  await transcript.lines("", words.planned);
  for (const role of ISSUER_ROLES) {
    const { subject, key, place, days, crlPartitions } = plan.issuers[role];
    await transcript.lines(
      `    ${words.issuer[role]} (${role}): CN=${subject.CN}, O=${subject.O}, C=${subject.C}`,
      `        ${key}, ${words.place[place]}, ${words.days(days)}, ${words.partitions(crlPartitions)}`,
    );
  }
}

/** What is running, so that the same can be looked at again: versions, and the hash of all dependencies' hashes. */
function programs(): [string, string][] {
  const root = path.join(import.meta.dirname, "../../..");
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const lock = sha256Of(readFileSync(path.join(root, "package-lock.json")));
  return [
    ["Inkan", version],
    ["package-lock.json SHA-256", lock],
    ["Node.js", process.versions.node],
    ["OpenSSL", process.versions.openssl ?? "?"],
    ["OS", `${process.platform} ${process.arch}`],
  ];
}
