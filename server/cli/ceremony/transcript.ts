import { type FileHandle, open } from "node:fs/promises";
import type { Clock } from "../../kernel/clock.ts";

/** Where the ceremony is written down as it happens. It never holds a secret. */
export interface Transcript {
  /** One step, with its time. */
  step(text: string): Promise<void>;
  /** Lines that belong to the step before, each a name and a value. */
  details(pairs: readonly (readonly [name: string, value: string])[]): Promise<void>;
  lines(...texts: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/** A transcript whose text goes to `write`, line by line. */
export function transcriptTo(clock: Clock, write: (text: string) => Promise<void>): Transcript {
  return {
    step: (text) => write(`\n${clock.now().toString({ smallestUnit: "second" })}  ${text}\n`),
    details: (pairs) => write(pairs.map(([name, value]) => `    ${name}: ${value}\n`).join("")),
    lines: (...texts) => write(texts.map((text) => `${text}\n`).join("")),
    close: async () => undefined,
  };
}

/**
 * A transcript in a new file (EEXIST otherwise) that anyone may read: it is evidence, for witnesses and auditors. Every
 * line is on the disk before the next step begins, so that a ceremony which was cut off shows how far it came.
 */
export async function transcriptIn(
  file: string,
  clock: Clock,
  also: (text: string) => void,
): Promise<Transcript> {
  const handle: FileHandle = await open(file, "wx", 0o644);
  await handle.chmod(0o644); // the command's umask keeps others out of everything else
  const write = async (text: string) => {
    also(text);
    await handle.appendFile(text);
    await handle.sync();
  };
  return { ...transcriptTo(clock, write), close: () => handle.close() };
}
