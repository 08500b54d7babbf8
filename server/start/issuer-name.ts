import { issuerOf } from "../authority/index.ts";
import type { Config } from "../config.ts";
import type { Database } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import { parseCertificate } from "../pki/index.ts";
import { readSetting, writeSetting } from "../settings/index.ts";

/**
 * The issuing company's name, which the first start fixed: from the durable settings, or, where that start ended
 * before it wrote them, from the subject of the customers' root, which was signed with it. To be asked once the
 * hierarchies exist. Problem: issuer-name-fixed, when the environment names another one.
 */
export async function fixedIssuerName(
  db: Database,
  clock: Clock,
  config: Pick<Config, "issuerName" | "isIssuerNameGiven">,
): Promise<string> {
  const kept = await readSetting(db.read, "issuerName");
  const stored = kept ?? (await organizationOfRoot(db));
  if (config.isIssuerNameGiven && config.issuerName !== stored) {
    throw new Problem("issuer-name-fixed", { stored, given: config.issuerName });
  }
  if (kept === null) await db.transact((tx) => writeSetting(tx, "issuerName", stored, clock.now()));
  return stored;
}

async function organizationOfRoot({ read }: Database): Promise<string> {
  const root = await issuerOf(read, "CUSTOMER_ROOT");
  const { subject } = parseCertificate(root.certificateDer);
  const organization = subject.find(({ type }) => type === "O");
  if (!organization) throw new Error("the customers' root names no organization");
  return organization.value;
}
