import { weakKeyFiles } from "../adapters/weak-key-folder.ts";
import { Problem } from "../kernel/problem.ts";
import { readWeakKeyList, useWeakKeyLists } from "../pki/index.ts";

/**
 * Reads the lists of weak keys in a folder (INKAN_WEAK_KEYS_DIR) and makes them count; null: none. Gives how many keys
 * they name. Problem: configuration-invalid where the folder or a line cannot be read, or where nothing is in it: a
 * server that was told to look at lists does not start without them.
 */
export async function loadWeakKeys(folder: string | null): Promise<number> {
  if (folder === null) return useWeakKeyLists([]);
  const invalid = (why: string) =>
    new Problem("configuration-invalid", { variable: "INKAN_WEAK_KEYS_DIR", why });
  const files = await weakKeyFiles(folder).catch((error: unknown) => {
    throw invalid(error instanceof Error ? error.message : folder);
  });
  const lists = files.map(({ name, text }) => {
    try {
      return readWeakKeyList(text);
    } catch (error) {
      if (error instanceof RangeError) throw invalid(`${name}: ${error.message}`);
      throw error;
    }
  });
  const keys = useWeakKeyLists(lists);
  if (keys === 0) throw invalid("no key in it");
  return keys;
}
