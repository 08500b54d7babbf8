import type { Database } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Setting, SettingKey } from "./setting.ts";
import { readSetting, writeSetting } from "./store.ts";

/** Other processes on the same PostgreSQL may write: what was read is believed for this long. */
const FRESH = Temporal.Duration.from({ seconds: 10 });

export interface Settings {
  read<K extends SettingKey>(key: K): Promise<Setting<K> | null>;
  write<K extends SettingKey>(key: K, value: Setting<K>): Promise<void>;
}

/** The settings as pages read them: from memory, at most ten seconds old; at once after a write of this process. */
export function cachedSettings(db: Database, clock: Clock): Settings {
  const known = new Map<SettingKey, { value: unknown; until: Temporal.Instant }>();
  return {
    async read<K extends SettingKey>(key: K) {
      const now = clock.now();
      const remembered = known.get(key);
      if (remembered && Temporal.Instant.compare(now, remembered.until) < 0) {
        return remembered.value as Setting<K> | null;
      }
      const value = await readSetting(db.read, key);
      known.set(key, { value, until: now.add(FRESH) });
      return value;
    },
    async write(key, value) {
      await db.transact((tx) => writeSetting(tx, key, value, clock.now()));
      known.delete(key);
    },
  };
}
