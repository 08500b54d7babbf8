import { hkdfSync, randomBytes } from "node:crypto";
import { chmod, link, mkdir, open, rm } from "node:fs/promises";
import path from "node:path";
import { Problem } from "../kernel/problem.ts";
import { syncFolder, writeDurably } from "./durable-file.ts";

/** The passphrase of the issuing keys, and the working secrets derived from it (docs/decisions/0004). */
export interface Passphrase {
  readonly text: string;
  /** 32 bytes for one purpose, always the same for the same passphrase (HKDF-SHA-256, RFC 5869). */
  derive(purpose: "session-cookies" | "second-factors"): Buffer;
}

/**
 * Opens the passphrase file, making it first when there is none: 256 random bits, mode 0600, in a folder that only
 * the owner may enter. Not made while `keyNames` says that there are keys already: a new passphrase opens none of
 * them, and would lie where the right one belongs. Problems: key-file-unsafe when others may read it,
 * passphrase-wrong, passphrase-missing.
 */
export async function openPassphraseFile(file: string, keyNames: readonly string[]): Promise<Passphrase> {
  const kept = await readPassphrase(file);
  if (kept === null && keyNames.length > 0) throw new Problem("passphrase-missing", { file });
  const text = kept ?? (await makePassphrase(file));
  return {
    text,
    derive: (purpose) => Buffer.from(hkdfSync("sha256", text, "inkan", purpose, 32)),
  };
}

/** The text of a passphrase file, or null where there is none. Problems: key-file-unsafe, passphrase-wrong. */
export async function readPassphrase(file: string): Promise<string | null> {
  const text = await readSecret(file);
  if (text !== null && text.length < 20) throw new Problem("passphrase-wrong", { file });
  return text;
}

/** What stands in a file that its owner alone may read, or null where there is none. Problem: key-file-unsafe. */
export async function readSecret(file: string): Promise<string | null> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return null;
  try {
    const mode = (await handle.stat()).mode & 0o777;
    if (process.platform !== "win32" && (mode & 0o077) !== 0) {
      throw new Problem("key-file-unsafe", { file, mode: mode.toString(8).padStart(4, "0") });
    }
    return (await handle.readFile("utf8")).trim();
  } finally {
    await handle.close();
  }
}

/**
 * Whole or not at all, and never over an existing file: written aside, then linked to its name. Keys will be encrypted
 * with it at once, so its name has to survive a power loss as they do.
 */
async function makePassphrase(file: string): Promise<string> {
  const folder = path.dirname(file);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) await chmod(folder, 0o700);
  const text = randomBytes(32).toString("base64url");
  const temporary = `${file}.${randomBytes(6).toString("hex")}.new`;
  try {
    await writeDurably(temporary, `${text}\n`);
    await link(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  return text;
}
