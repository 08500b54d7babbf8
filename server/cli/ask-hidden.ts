import process from "node:process";
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

/** The terminal, or null where input or output is none: then nobody would see a question, or all see the answer. */
export function terminal(): { input: NodeJS.ReadStream; output: NodeJS.WriteStream } | null {
  const { stdin: input, stderr: output } = process;
  return input.isTTY && output.isTTY ? { input, output } : null;
}

/** Asks one line on the terminal without echoing what is typed. Null when it was cancelled (Ctrl-C, Ctrl-D). */
export async function askHidden(
  question: string,
  { input, output }: { input: NodeJS.ReadableStream; output: NodeJS.WritableStream },
): Promise<string | null> {
  // readline edits the line (raw mode, backspace) and writes its echo here, which is nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input, output: nowhere, terminal: true, historySize: 0 });
  output.write(question);
  try {
    return await new Promise<string | null>((resolve) => {
      lines.once("line", (line) => resolve(line.trim()));
      lines.once("close", () => resolve(null));
    });
  } finally {
    lines.close();
    output.write("\n");
  }
}
