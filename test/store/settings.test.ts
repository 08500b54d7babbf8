import { expect, test } from "vitest";
import { cachedSettings, readSetting, writeSetting } from "../../server/settings/index.ts";
import { settingsTables } from "../../server/settings/tables.ts";
import { onBothEngines } from "../support/databases.ts";

const START = Temporal.Instant.from("2026-11-21T00:00:00Z");

onBothEngines("settings", (open) => {
  test("are kept with a version and the time of the last change", async () => {
    const db = await open();
    expect(await readSetting(db.read, "issuerName")).toBeNull();
    await db.transact((tx) => writeSetting(tx, "issuerName", "印鑑", START));
    await db.transact((tx) => writeSetting(tx, "issuerName", "認証局", START.add({ seconds: 5 })));
    expect(await readSetting(db.read, "issuerName")).toBe("認証局");
    const { settings } = settingsTables(db.read.columns);
    const [row] = await db.read.select().from(settings);
    expect(row?.version).toBe(2);
    expect(row?.updatedAt.equals(START.add({ seconds: 5 }))).toBe(true);
  });

  test("are refused when they do not fit their schema", async () => {
    const db = await open();
    await expect(db.transact((tx) => writeSetting(tx, "issuerName", "", START))).rejects.toThrow();
    expect(await readSetting(db.read, "issuerName")).toBeNull();
  });

  test("are read from memory for ten seconds, and at once after an own write", async () => {
    const db = await open();
    let now = START;
    const settings = cachedSettings(db, { now: () => now });
    await settings.write("termsVersion", "2026-11");
    expect(await settings.read("termsVersion")).toBe("2026-11");
    // Another process writes.
    await db.transact((tx) => writeSetting(tx, "termsVersion", "2026-12", now));
    now = START.add({ seconds: 9 });
    expect(await settings.read("termsVersion")).toBe("2026-11");
    now = START.add({ seconds: 11 });
    expect(await settings.read("termsVersion")).toBe("2026-12");
    await settings.write("termsVersion", "2027-01");
    expect(await settings.read("termsVersion")).toBe("2027-01");
  });
});
