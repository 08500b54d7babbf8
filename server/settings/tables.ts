import { defineTables } from "../db/vocabulary.ts";
import type { SettingKey } from "./setting.ts";

export const settingsTables = defineTables((c) => {
  const settings = c.table("settings", {
    key: c.text("key").$type<SettingKey>().primaryKey(),
    value: c.json<unknown>("value").notNull(),
    version: c.whole("version").notNull(),
    updatedAt: c.instant("updated_at").notNull(),
  });
  return { settings };
});
