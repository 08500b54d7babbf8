import { link, rm } from "node:fs/promises";
import path from "node:path";
import { syncFolder, writeDurably } from "../../adapters/durable-file.ts";
import { Problem } from "../../kernel/problem.ts";
import { askHidden, terminal } from "../ask-hidden.ts";
import type { Options } from "./options.ts";
import { ceremonyWords } from "./words.ts";

/** How the root's passphrase is handed over: into a new 0600 file, or once on the terminal. */
export function handover({ rootPassphraseFile, language }: Options): (passphrase: string) => Promise<void> {
  const words = ceremonyWords[language];
  if (rootPassphraseFile !== null) {
    return async (passphrase) => {
      const temporary = `${rootPassphraseFile}.new`;
      await rm(temporary, { force: true });
      await writeDurably(temporary, `${passphrase}\n`);
      try {
        await link(temporary, rootPassphraseFile); // unlike rename, a link refuses to replace
      } finally {
        await rm(temporary, { force: true });
      }
      await syncFolder(path.dirname(rootPassphraseFile));
    };
  }
  const places = terminal();
  if (!places) {
    throw new Problem("configuration-invalid", { variable: "--root-passphrase-file", why: "no terminal" });
  }
  return async (passphrase) => {
    places.output.write(`${words.revealed(passphrase)}\n`);
    await askHidden(words.askWritten, places);
  };
}
