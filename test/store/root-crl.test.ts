import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { PassThrough, Writable } from "node:stream";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import { auditTables } from "../../server/audit/tables.ts";
import {
  authorityTables,
  crlHealth,
  currentCrl,
  establishHierarchies,
} from "../../server/authority/index.ts";
import { askHidden } from "../../server/cli/ask-hidden.ts";
import { renewRootCrl } from "../../server/cli/root-crl.ts";
import type { Database } from "../../server/db/index.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { parseCrl } from "../../server/pki/index.ts";
import { migratedPlace, onBothEngines, openPlace, temporaryFolder } from "../support/databases.ts";
import { clockAt, NOW, noStep, PASSPHRASE, REPOSITORY } from "../support/issuing.ts";

async function established(db: Database, folder = temporaryFolder()) {
  const clock = clockAt(NOW);
  const keys = keyFolder(folder);
  let passphrase = "";
  await establishHierarchies({
    db,
    clock,
    keys,
    passphrase: PASSPHRASE,
    issuerName: "印鑑認証",
    repositoryUrl: REPOSITORY,
    keyKinds: { root: "P-384", issuing: "P-256", staffRoot: "RSA-2048" },
    revealRootPassphrase: async (text) => {
      passphrase = text;
    },
    step: noStep,
  });
  return { db, clock, keys, passphrase };
}

onBothEngines("the root's CRL", (open) => {
  test("is named with 60 days left and renewed for eleven months, revoked issuing CAs in it", async () => {
    const scene = await established(await open());
    const { db, clock } = scene;
    const state = async () =>
      (await crlHealth(db.read, clock.now())).find(({ role }) => role === "CUSTOMER_ROOT")?.state;
    const before = await currentCrl(db.read, "CUSTOMER_ROOT");
    clock.advance({ hours: 24 * 270 });
    expect(await state()).toBe("fresh");
    clock.advance({ hours: 24 * 5 });
    expect(await state()).toBe("aging");

    const { certificates: c } = authorityTables(db.read.columns);
    const revokedAt = clock.now();
    const [ev] = await db.transact((tx) =>
      tx
        .update(c)
        .set({ state: "REVOKED", revokedAt, revocationReason: 5 })
        .where(eq(c.purpose, "issuer:CUSTOMER_EV"))
        .returning({ serial: c.serial }),
    );
    const crl = await renewRootCrl(scene, async () => scene.passphrase);
    expect(crl.number).toBeGreaterThan(before?.number ?? 0);
    expect(crl.nextUpdate.toString()).toBe("2028-07-23T03:00:00Z");
    expect(parseCrl(crl.der).entries.map(({ serial, reason }) => [serial, reason])).toEqual([
      [ev?.serial, 5],
    ]);
    expect((await currentCrl(db.read, "CUSTOMER_ROOT"))?.number).toBe(crl.number);
    expect(await state()).toBe("fresh");
    const { auditEntries: a } = auditTables(db.read.columns);
    const [entry] = await db.read.select().from(a).where(eq(a.action, "crl.published"));
    expect(entry?.details).toEqual({ role: "CUSTOMER_ROOT", partition: 0, number: crl.number, entries: 1 });
    // At the same second once more, as by two people at once.
    expect((await renewRootCrl(scene, async () => scene.passphrase)).number).toBe(crl.number + 1);
  });

  test("is not renewed without the key or its passphrase", async () => {
    const scene = await established(await open());
    const why = async (passphrase: string) => {
      const error: unknown = await renewRootCrl(scene, async () => passphrase).catch((one: unknown) => one);
      return isProblem(error, "root-key-unopened") && error.params.why;
    };
    expect(await why(PASSPHRASE)).toBe("passphrase");
    expect(await why("")).toBe("passphrase");
    for (const name of await scene.keys.names()) {
      if (name.startsWith("customer-root")) await scene.keys.remove(name);
    }
    expect(await why(scene.passphrase)).toBe("missing");
  });
});

test("the command works while another process holds the database open", async () => {
  const place = await migratedPlace("sqlite");
  const certs = temporaryFolder();
  const { db, passphrase } = await established(await openPlace(place), path.join(certs, "keys"));
  const file = path.join(certs, "root-passphrase");
  writeFileSync(file, `${passphrase}\n`, { mode: 0o600 });
  const env = {
    LC_ALL: "C",
    INKAN_DATA_DIR: path.dirname(place.file),
    INKAN_CERTS_DIR: certs,
    INKAN_ROOT_PASSPHRASE_FILE: file,
  };
  const before = await currentCrl(db.read, "CUSTOMER_ROOT");
  const command = path.join(import.meta.dirname, "../../server/cli/root-crl.ts");
  const said = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [command], { env }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
  const after = await currentCrl(db.read, "CUSTOMER_ROOT");
  expect(after?.number).toBeGreaterThan(before?.number ?? 0);
  expect(said).toContain(`(number ${after?.number}) is published`);
  expect(said).not.toContain(passphrase);
});

test("a passphrase that is typed is not echoed, and can be cancelled", async () => {
  const ask = async (typed: string) => {
    let shown = "";
    const output = new Writable({
      write(chunk, _encoding, done) {
        shown += String(chunk);
        done();
      },
    });
    const input = new PassThrough();
    const asked = askHidden("Passphrase: ", { input, output });
    input.write(typed);
    return { answer: await asked, shown };
  };
  expect(await ask("AB-CX\x7fD\r")).toEqual({ answer: "AB-CD", shown: "Passphrase: \n" });
  expect((await ask("AB\x03")).answer).toBeNull();
});
