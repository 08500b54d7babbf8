import process from "node:process";

const REQUIRED = 26;

/**
 * Ends the process with one sentence on a Node that is too old. Asked before anything that needs it is loaded:
 * better-sqlite3 crashes on older versions instead of explaining itself. npm scripts use the Node that npm installed.
 */
export function requireNode(): void {
  const found = process.versions.node;
  if (Number(found.split(".")[0]) >= REQUIRED) return;
  process.stderr.write(
    `Inkan には Node ${REQUIRED} 以降が必要です（現在 ${found}）。npm start のように npm から起動してください。\n` +
      `Inkan needs Node ${REQUIRED} or newer, this is ${found}. Start it through npm (npm start): npm uses the Node that "npm ci" installed.\n`,
  );
  process.exit(1);
}
