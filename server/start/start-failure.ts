import { catalogue, problemSentence } from "../i18n/index.ts";
import { isProblem } from "../kernel/problem.ts";

/** Why the server does not start: one sentence in both languages, with what to do. */
export function startFailure(error: unknown): string {
  if (isProblem(error)) {
    return `${problemSentence(catalogue("ja"), error)}\n${problemSentence(catalogue("en"), error)}`;
  }
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const { address, port } = (error ?? {}) as { address?: string; port?: number };
  if (code === "EADDRINUSE") {
    return (
      `${address}:${port} は別のプログラムが使用しています。そのプログラムを終了するか、INKAN_*_PORT で別のポートを指定してください。\n` +
      `Another program is using ${address}:${port}. Stop it, or choose another port with the INKAN_*_PORT variables.`
    );
  }
  // Nobody else reads this: whoever starts the server has to be able to mend it.
  const why = String(error);
  return `Inkan を開始できませんでした（${why}）。\nInkan could not start: ${why}`;
}
