import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { asc } from "drizzle-orm";
import type { Database } from "../db/index.ts";
import { system } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import {
  addStaff,
  issueStaffCertificate,
  operatorTables,
  type StaffCertificateDeps,
} from "../operators/index.ts";
import { readSetting, writeSetting } from "../settings/index.ts";

/** Says a secret once, to whoever started the server: on the terminal, or into a file only its owner may read. */
export interface OneTimeSecrets {
  reveal(label: string, secret: string): Promise<void>;
  /** Where the secrets lie when there was no terminal; null otherwise. */
  readonly file: string | null;
}

/** Never a log: without a terminal, secrets go to a new file with mode 0600 in the data folder. */
export function oneTimeSecrets(
  dataDir: string,
  terminal: NodeJS.WriteStream,
  now: Temporal.Instant,
): OneTimeSecrets {
  if (terminal.isTTY) {
    return {
      file: null,
      reveal: async (label, secret) => {
        terminal.write(`  ${label}\n    ${secret}\n`);
      },
    };
  }
  const stamp = now.toString({ smallestUnit: "second" }).replaceAll(/[:-]/g, "");
  const file = path.join(dataDir, `one-time-secrets-${stamp}.txt`);
  let used = false;
  return {
    get file() {
      return used ? file : null;
    },
    reveal: async (label, secret) => {
      used = true;
      await writeFile(file, `${label}: ${secret}\n`, { flag: "a", mode: 0o600 });
      await chmod(file, 0o600);
    },
  };
}

export interface FirstAdministrator {
  readonly p12File: string;
}

/**
 * The first administrator of the desk with a client certificate; null at every later start. The password of the .p12
 * file is revealed once.
 *
 * Packing the file takes seconds in which a start may die, with the certificate stored and nobody holding it. So what
 * counts is that the password was revealed: until then the next start makes another certificate and another file. The
 * key of the one before died with its process, or lies in a file whose password nobody has seen.
 */
export async function firstAdministrator(
  deps: StaffCertificateDeps & { readonly db: Database; readonly clock: Clock },
  dataDir: string,
  administrator: { readonly name: string; readonly email: string },
  secrets: OneTimeSecrets,
): Promise<FirstAdministrator | null> {
  const { db } = deps;
  const note = (state: "begun" | "handed-over") =>
    db.transact((tx) => writeSetting(tx, "firstAdministrator", state, deps.clock.now()));
  const { staff, clientCertificates } = operatorTables(db.read.columns);
  const noted = await readSetting(db.read, "firstAdministrator");
  if (noted === "handed-over") return null;
  if (noted === null) {
    const [certificate] = await db.read
      .select({ id: clientCertificates.id })
      .from(clientCertificates)
      .limit(1);
    if (certificate) return null;
    await note("begun");
  }
  const actor = system("first start");
  const [known] = await db.read.select({ id: staff.id }).from(staff).orderBy(asc(staff.id)).limit(1);
  const staffId = known?.id ?? (await addStaff(deps, actor, { ...administrator, roles: ["ADMINISTRATOR"] }));
  const issued = await issueStaffCertificate(deps, actor, staffId);
  const p12File = path.join(dataDir, "first-administrator.p12");
  await writeFile(p12File, issued.p12, { mode: 0o600 });
  await chmod(p12File, 0o600);
  await secrets.reveal("Password of first-administrator.p12", issued.password);
  await note("handed-over");
  return { p12File };
}
