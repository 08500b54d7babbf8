import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Database } from "../../server/db/index.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import { listStaff, operatorTables } from "../../server/operators/index.ts";
import { firstAdministrator } from "../../server/start/first-start.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { establishTestHierarchies, issuanceDeps } from "../support/issuing.ts";

onBothEngines("the first administrator", (open) => {
  test("gets a certificate until somebody has seen its password, and never another", async () => {
    const db = await open();
    const folder = temporaryFolder();
    const signers = await establishTestHierarchies(db, systemClock, path.join(folder, "keys"));
    const start = (reveal: (label: string, secret: string) => Promise<void>) =>
      firstAdministrator(
        { ...issuanceDeps(db, systemClock, signers), issuerName: "印鑑認証" },
        folder,
        { name: "管理 者", email: "admin@example.jp" },
        { file: null, reveal },
      );

    // The process dies after the certificate was stored and before its password was shown.
    await expect(start(() => Promise.reject(new Error("killed")))).rejects.toThrow("killed");
    expect(await certificates(db)).toBe(1);
    const p12 = path.join(folder, "first-administrator.p12");
    const unseen = readFileSync(p12);

    const revealed: string[] = [];
    const note = async (_label: string, secret: string) => void revealed.push(secret);
    expect(await start(note)).toEqual({ p12File: p12 });
    expect(readFileSync(p12).equals(unseen)).toBe(false);
    expect(statSync(p12).mode & 0o777).toBe(0o600);

    expect(await start(note)).toBeNull();
    expect(revealed).toHaveLength(1);
    expect(await certificates(db)).toBe(2);
    expect((await listStaff(db.read)).staff).toMatchObject([{ email: "admin@example.jp" }]);
  });
});

async function certificates(db: Database): Promise<number> {
  const { clientCertificates: c } = operatorTables(db.read.columns);
  return (await db.read.select({ id: c.id }).from(c)).length;
}
