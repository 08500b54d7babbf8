import { createHash } from "node:crypto";
import { createReadStream, lstatSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { Problem } from "../kernel/problem.ts";

export const MANIFEST = "manifest.json";
/** The database within a backup; which of the two kinds it is says the manifest. */
export const DATABASE = "database";
/** The keys folder within a backup. */
export const CERTS = "certs";

const manifestShape = z.object({
  format: z.literal("inkan-backup-1"),
  madeAt: z.string(),
  engine: z.enum(["sqlite", "postgres"]),
  files: z
    .array(
      z.object({
        path: z.string().regex(/^(database|certs\/.+)$/),
        bytes: z.number().int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1),
});

export type Manifest = z.infer<typeof manifestShape>;

/** Every regular file below `folder`, relative, with slashes; links are left out, they would lead elsewhere. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => lstatSync(path.join(folder, name)).isFile())
    .map((name) => name.split(path.sep).join("/"))
    .toSorted();
}

/** What the files of `folder` are now: for a new manifest and for checking an old one. */
export async function inventory(folder: string): Promise<Manifest["files"]> {
  const files: Manifest["files"] = [];
  for (const name of filesBelow(folder)) {
    if (name === MANIFEST) continue;
    const hash = createHash("sha256");
    await pipeline(createReadStream(path.join(folder, name)), hash);
    const { size } = lstatSync(path.join(folder, name));
    files.push({ path: name, bytes: size, sha256: hash.digest("hex") });
  }
  return files;
}

/**
 * Reads a backup's manifest and holds every file against it: none missing, none changed, none added.
 * Problem: backup-invalid.
 */
export async function verifiedManifest(folder: string): Promise<Manifest> {
  const invalid = (why: string) => new Problem("backup-invalid", { why });
  let text: string;
  try {
    text = readFileSync(path.join(folder, MANIFEST), "utf8");
  } catch {
    throw invalid(`${MANIFEST} missing`);
  }
  const parsed = manifestShape.safeParse(parse(text));
  if (!parsed.success) throw invalid(`${MANIFEST} unreadable`);
  const found = new Map((await inventory(folder)).map((file) => [file.path, file]));
  for (const file of parsed.data.files) {
    const there = found.get(file.path);
    if (!there) throw invalid(`${file.path} missing`);
    if (there.sha256 !== file.sha256) throw invalid(`${file.path} changed`);
    found.delete(file.path);
  }
  const [added] = found.keys();
  if (added !== undefined) throw invalid(`${added} added`);
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
