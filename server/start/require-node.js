// Plain JavaScript, loaded with --import before anything else: an older Node cannot even read a .ts file, and
// better-sqlite3 crashes on one instead of explaining itself. npm scripts run under the Node that "npm ci" installed,
// so this speaks when that one is missing, or when somebody starts the server past npm.
import process from "node:process";

const REQUIRED = 26;
const found = process.versions.node;

if (Number(found.split(".")[0]) < REQUIRED) {
  process.stderr.write(
    `Inkan には Node ${REQUIRED} 以降が必要です（現在 ${found}）。npm start のように npm から起動してください。\n` +
      `Inkan needs Node ${REQUIRED} or newer, this is ${found}. Start it through npm (npm start): npm uses the Node that "npm ci" installed.\n`,
  );
  process.exit(1);
}
