import type { Inkan } from "../app.ts";
import type { OneTimeSecrets } from "./first-start.ts";

/** The table printed after a start: where the sites are, and what to do next. */
export function welcome({ config, urls, first }: Inkan, secrets: OneTimeSecrets): string {
  const rows: [string, string][] = [
    ["Public site      公開サイト", urls.public],
    ["Applicant site   申請サイト", urls.applicant],
    ["Operator site    オペレーターサイト", urls.operator],
    ["Desk             審査デスク", urls.desk],
    ["Repository       認証局証明書・CRL", urls.repository],
    ["Health, metrics  稼働状況", `${urls.status}/health`],
  ];
  const width = Math.max(...rows.map(([name]) => displayWidth(name)));
  const table = rows
    .map(([name, url]) => `  ${name}${" ".repeat(width - displayWidth(name))}  ${url}`)
    .join("\n");
  const lines = ["", "Inkan", "", table, ""];
  if (first.administrator) {
    lines.push(
      "  First start. Next steps:",
      `  1. Import ${first.administrator.p12File} into your browser.`,
      secrets.file === null
        ? `     ${shown(first.hierarchies)} shown above, this once. Write down what it says.`
        : `     ${shown(first.hierarchies)} in ${secrets.file} (read it, then delete it).`,
      `  2. Trust the staff root: ${urls.repository}/ca/staff-root.pem`,
      `  3. Open the desk and register the first subscriber: ${urls.desk}`,
      "",
    );
  }
  lines.push(
    `  Data ${config.dataDir}   Keys ${config.certsDir}   Database ${config.databaseUrl ? "PostgreSQL" : "SQLite"}`,
    "",
  );
  return `${lines.join("\n")}\n`;
}

/** After a key ceremony the root's passphrase was handed over there. */
const shown = (withRoot: boolean): string =>
  withRoot ? "Its password and the root's passphrase are" : "Its password is";

/** Japanese characters take two columns of a terminal. */
function displayWidth(text: string): number {
  return [...text].reduce(
    (width, character) => width + (/[\u3000-\u9fff\uff00-\uff60]/.test(character) ? 2 : 1),
    0,
  );
}
