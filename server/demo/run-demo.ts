import process from "node:process";
import { pino } from "pino";
import { startFailure } from "../start/start-failure.ts";
import type { Access } from "./access-file.ts";
import { type Demo, startDemo } from "./stage.ts";

/** `npm run demo`: a filled installation on this machine, until Ctrl+C. */
export async function runDemo(folder: string): Promise<void> {
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const log = pino({ level: "warn", timestamp: pino.stdTimeFunctions.isoTime }, pino.destination(2));
  let demo: Demo;
  try {
    demo = await startDemo({
      folder,
      environment: process.env,
      log,
      story: true,
      strictViews: false,
      tell: say,
    });
  } catch (error) {
    process.stderr.write(`${startFailure(error)}\n`);
    process.exit(1);
  }
  say(entrance(demo.access, folder));

  let ending = false;
  const end = async () => {
    if (ending) return;
    ending = true;
    await demo.close();
    process.exit(0);
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
}

/** How to come in. The terminal belongs to whoever started the demonstration, so it may show its passwords. */
function entrance({ sites, staff, subscribers }: Access, folder: string): string {
  const minato = subscribers["minato"];
  const logins = Object.values(minato?.logins ?? {}).map(
    ({ name, loginId, password }) => `      ${loginId.padEnd(10)} ${password}   ${name}`,
  );
  const certificate = ({ name, p12, p12Password, totpSecret }: Access["staff"][string]) =>
    `      ${name}\n        ${p12}\n        password ${p12Password}   TOTP ${totpSecret}`;
  return `
Inkan デモ / demo

  申請サイト           ${sites.applicant}
${logins.join("\n")}

  オペレーターサイト   ${sites.operator}
${Object.values(minato?.operators ?? {})
  .map(certificate)
  .join("\n")}

  審査デスク           ${sites.desk}
${Object.values(staff).map(certificate).join("\n")}

  公開サイト           ${sites.public}
  認証局証明書・CRL    ${sites.repository}
  メールボックス       ${sites.mailbox}
  デモ用DNS            ${sites.mailbox}/dns
  稼働状況             ${sites.status}/health

  1. ブラウザーに ${sites.repository}/ca/staff-root.pem を認証局として登録すると、警告が出なくなります。
     Trust ${sites.repository}/ca/staff-root.pem in your browser to end its warnings.
  2. オペレーターサイトと審査デスクには、上の .p12 ファイルをブラウザーに登録してからお入りください。
     Import a .p12 file above before you open the operator site or the desk:
       Chrome, Edge (Windows), Safari   double-click the file (Windows store, macOS keychain)
       Chrome (Linux)                   Settings > Privacy and security > Security > Manage certificates > Your certificates
       Firefox                          Settings > Privacy & Security > Certificates > View Certificates > Your Certificates
  3. すべてのURL、ID、パスワードは ${folder}/access.json にもあります。
     Every address, ID and password is in ${folder}/access.json, too.

  終了するには Ctrl+C / Ctrl+C ends it.   最初から: npm run demo -- --fresh
`;
}
