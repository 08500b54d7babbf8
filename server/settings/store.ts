import { eq, sql } from "drizzle-orm";
import type { Executor, Reader } from "../db/index.ts";
import { SETTINGS, type Setting, type SettingKey } from "./setting.ts";
import { settingsTables } from "./tables.ts";

/** A setting's value, or null while nobody has written it. */
export async function readSetting<K extends SettingKey>(on: Reader, key: K): Promise<Setting<K> | null> {
  const { settings: s } = settingsTables(on.columns);
  const [row] = await on.select({ value: s.value }).from(s).where(eq(s.key, key));
  return row ? (SETTINGS[key].parse(row.value) as Setting<K>) : null;
}

/** Writes a setting and counts its version. The last writer wins: a setting is one value, decided by one person. */
export async function writeSetting<K extends SettingKey>(
  tx: Executor,
  key: K,
  value: Setting<K>,
  now: Temporal.Instant,
): Promise<void> {
  const { settings: s } = settingsTables(tx.columns);
  const checked = SETTINGS[key].parse(value);
  await tx
    .insert(s)
    .values({ key, value: checked, version: 1, updatedAt: now })
    .onConflictDoUpdate({
      target: s.key,
      set: { value: checked, version: sql`${s.version} + 1`, updatedAt: now },
    });
}
