import { cpSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { checkMigrations } from "../../server/cli/generate-migrations.ts";
import { migrationsFolder } from "../../server/db/migrations-folder.ts";
import { temporaryFolder } from "../support/databases.ts";

test("a renamed column fails the check of the migrations", () => {
  const folder = temporaryFolder();
  cpSync(migrationsFolder(), folder, { recursive: true });
  const snapshot = path.join(folder, "sqlite/meta", lastSnapshot(folder, "sqlite"));
  const before = readFileSync(snapshot, "utf8");
  // As if the tables said `updated_at` where the last migration made `changed_at`.
  writeFileSync(snapshot, before.replaceAll('"updated_at"', '"changed_at"'));
  expect(readFileSync(snapshot, "utf8")).not.toBe(before);
  const wrong = checkMigrations(folder);
  expect(wrong.map((sentence) => sentence.split(":")[0])).toContain("sqlite");
});

function lastSnapshot(folder: string, engine: string): string {
  const { entries } = JSON.parse(readFileSync(path.join(folder, engine, "meta/_journal.json"), "utf8"));
  return `${String(entries.length - 1).padStart(4, "0")}_snapshot.json`;
}
