import { randomUUID } from "node:crypto";
import { eq } from "drizzle-orm";
import type { Inkan } from "../app.ts";
import type { StaffActor } from "../kernel/actor.ts";
import { operatorTables } from "../operators/index.ts";
import {
  dismissReport,
  fileReport,
  type ReportDeps,
  type ReportEntry,
  reportTables,
} from "../revocation/reports/index.ts";

/** Two reports that wait for the desk, and one that it has decided. */
const NOTHING = {
  domain: null,
  serial: null,
  fingerprint: null,
  certificateDer: null,
  reporterName: null,
  reporterEmail: null,
  proof: null,
  language: "ja",
} as const;

const REPORTS = {
  contents: {
    ...NOTHING,
    category: "WRONG_CONTENT",
    domain: "www.example.co.jp",
    description: "証明書に記載された会社の所在地が、会社案内に載っている所在地と異なります。",
    reporterName: "大野 実",
    reporterEmail: "minoru@example.net",
  },
  phishing: {
    ...NOTHING,
    category: "MISUSE",
    domain: "shop.example.co.jp",
    description:
      "銀行をまねた画面が https://shop.example.co.jp/login/ に表示され、暗証番号の入力を求められます。\n2026年11月20日の22時ごろに確認しました。画面の写しがあります。",
    reporterName: "佐々木 透",
    reporterEmail: "toru@example.org",
  },
  leaked: {
    ...NOTHING,
    category: "KEY_COMPROMISE",
    domain: "mail.example.jp",
    description:
      "A private key for this host seems to be in a public container image. I have not downloaded it.",
    language: "en",
  },
} as const satisfies Record<string, ReportEntry>;

/** Files reports as strangers do, and has the vetter decide the first. */
export async function playReports({ config, authority }: Inkan): Promise<void> {
  const deps: ReportDeps = {
    ...authority,
    mailFrom: config.mailFrom,
    issuerName: config.issuerName,
    siteUrls: { applicant: config.sites.applicant.url, operator: config.sites.operator.url },
    deskUrl: () => config.sites.desk.url,
    kickMail: () => undefined,
    publishSoon: () => undefined,
  };
  for (const entry of Object.values(REPORTS)) {
    await fileReport(deps, entry, randomUUID(), "203.0.113.7");
  }
  const { problemReports: r } = reportTables(authority.db.read.columns);
  const [decided] = await authority.db.read
    .select({ id: r.id })
    .from(r)
    .where(eq(r.category, REPORTS.contents.category));
  if (!decided) throw new Error("the report that was just filed is not there");
  await dismissReport(
    deps,
    await vetter(authority),
    decided.id,
    "登記簿で確認した本店の所在地が、証明書の記載と一致しました。会社案内に載っている所在地は支店のものです。",
  );
}

async function vetter({ db }: Inkan["authority"]): Promise<StaffActor> {
  const { staff } = operatorTables(db.read.columns);
  const [found] = await db.read.select().from(staff).where(eq(staff.email, "shinsa@ca.example.jp"));
  if (!found) throw new Error("the demonstration has no vetter");
  const { id: staffId, name, roles } = found;
  return { kind: "staff", staffId, name, roles, fingerprint: "" };
}
