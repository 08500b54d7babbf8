import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { Problem } from "../kernel/problem.ts";
import type { Engine } from "./database.ts";

const journal = z.object({ entries: z.array(z.object({ idx: z.number().int(), tag: z.string() })) });

export interface Migration {
  /** The file's name without its ending: `0000_first`. */
  readonly tag: string;
  readonly statements: readonly string[];
  /** SHA-256 of the file: a landed migration is never edited. */
  readonly sha256: string;
}

/** What a database remembers of a migration. */
export interface AppliedMigration {
  readonly tag: string;
  readonly sha256: string;
}

/** A function, because drizzle-kit loads this file in a module format that has no `import.meta`. */
export const migrationsFolder = (): string => path.join(import.meta.dirname, "../../migrations");

/** The migrations that drizzle-kit wrote for one engine, in order. */
export function migrationsOf(engine: Engine, folder: string = migrationsFolder()): Migration[] {
  const of = path.join(folder, engine);
  const { entries } = journal.parse(JSON.parse(readFileSync(path.join(of, "meta/_journal.json"), "utf8")));
  return entries
    .toSorted((a, b) => a.idx - b.idx)
    .map(({ tag }) => {
      const sql = readFileSync(path.join(of, `${tag}.sql`), "utf8");
      return {
        tag,
        statements: sql
          .split("--> statement-breakpoint")
          .map((statement) => statement.trim())
          .filter((statement) => statement !== ""),
        sha256: createHash("sha256").update(sql).digest("hex"),
      };
    });
}

/**
 * Which of `known` a database still needs. Problem: schema-newer, when it has one that this version does not know.
 * A migration edited after it was applied is a defect of the checkout and no state to go on from.
 */
export function pendingMigrations(
  known: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  for (const [position, done] of applied.entries()) {
    const ours = known[position];
    if (ours?.tag !== done.tag) {
      throw new Problem("schema-newer", {
        found: applied.at(-1)?.tag ?? "",
        known: known.at(-1)?.tag ?? "",
      });
    }
    if (ours.sha256 !== done.sha256) {
      throw new Error(`migration ${done.tag} was edited after this database applied it`);
    }
  }
  return known.slice(applied.length);
}
