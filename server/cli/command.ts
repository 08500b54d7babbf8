import { catalogue, problemSentence } from "../i18n/index.ts";
import type { Language } from "../kernel/languages.ts";
import { isProblem } from "../kernel/problem.ts";

/** The language of the terminal (POSIX: LC_ALL before LC_MESSAGES before LANG). */
export function terminalLanguage(environment: Record<string, string | undefined>): Language {
  const locale = environment["LC_ALL"] || environment["LC_MESSAGES"] || environment["LANG"] || "";
  return locale.startsWith("ja") ? "ja" : "en";
}

/**
 * Runs a command line program: prints the sentence it ends with, or the sentence of its problem, and sets the exit
 * code. What it writes to disk only its user may read.
 */
export async function runCommand(
  work: (words: readonly string[], language: Language) => Promise<string>,
): Promise<void> {
  process.umask(0o077);
  const language = terminalLanguage(process.env);
  try {
    process.stdout.write(`${await work(process.argv.slice(2), language)}\n`);
  } catch (error) {
    process.exitCode = 1;
    if (!isProblem(error)) throw error;
    process.stderr.write(`${problemSentence(catalogue(language), error)}\n`);
  }
}
