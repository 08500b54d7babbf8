import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** Every file of a folder, with its name: lists of weak keys, as text. Throws where the folder cannot be read. */
export async function weakKeyFiles(
  folder: string,
): Promise<readonly { readonly name: string; readonly text: string }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map(({ name }) => name);
  return Promise.all(
    names.sort().map(async (name) => ({ name, text: await readFile(path.join(folder, name), "latin1") })),
  );
}
