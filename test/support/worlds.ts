import { expect } from "vitest";
import { hourToType } from "../../server/revocation/typed-hour.ts";
import { csrPem } from "./csr.ts";
import {
  cast,
  giveSecondFactor,
  type SiteName,
  type StagedDemo,
  signedIn,
  strangerAt,
  withCertificate,
  withSecondFactor,
} from "./staged-demo.ts";
import type { Visitor } from "./visitor.ts";

/** Everybody who can knock at a site. A and B are two subscribers. */
export const ROLES = [
  "nobody",
  "applicant A",
  "applicant B",
  "operator A",
  "operator B",
  "vetter",
  "administrator",
] as const;
export type Role = (typeof ROLES)[number];

const LETTERS = { A: "minato", B: "kita" } as const;
export type Letter = keyof typeof LETTERS;

/** One record of each kind that an address or a form can name, belonging to one subscriber; asked anew each time. */
export type World = Readonly<Record<RecordName, string>>;
export type RecordName =
  | "tenant"
  | "organization"
  | "person"
  | "user"
  | "operator"
  | "domain"
  | "validation"
  | "request"
  | "certificate"
  | "session"
  | "draft"
  | "factor"
  | "job"
  | "staff"
  | "audit"
  | "revokedCertificate"
  | "revocations"
  | "revocationOrder"
  | "report"
  | "reportedCertificate"
  | "compromisedKey"
  | "lintReport";

const QUERIES: Readonly<Record<Exclude<RecordName, "tenant" | "draft" | "session" | "staff">, string>> = {
  organization: "select id from applicant_organizations where subscriber_id = ? order by id limit 1",
  person: "select id from people where subscriber_id = ? order by id desc limit 1",
  user: "select id from applicant_users where subscriber_id = ? order by id desc limit 1",
  operator: "select id from operators where subscriber_id = ? order by id desc limit 1",
  domain: "select id from domains where subscriber_id = ? order by id limit 1",
  validation: "select id from domain_validations where subscriber_id = ? order by domain_id, id desc limit 1",
  request:
    "select id from certificate_requests where subscriber_id = ? and state = 'PENDING_APPROVAL' order by id desc limit 1",
  certificate:
    "select certificate_id as id from certificate_requests where subscriber_id = ? and state = 'ISSUED' order by id limit 1",
  factor:
    "select f.id from second_factors f join operators o on o.id = f.owner_id where o.subscriber_id = ? order by o.id limit 1",
  job: "select id from jobs where tenant = ? and kind = 'requests.approvals' order by id desc limit 1",
  revokedCertificate:
    "select id from certificates where subscriber_id = ? and state = 'REVOKED' order by id desc limit 1",
  revocations:
    "select id from jobs where tenant = ? and kind = 'revocation.revocations' order by id desc limit 1",
  revocationOrder:
    "select id from revocation_orders where subscriber_id = ? and state = 'PLANNED' and ground = 'MISUSE' order by id limit 1",
  audit: "select id from audit_entries where tenant = ? order by id limit 1",
  // Reports and keys are the issuing company's own: the same for whichever subscriber.
  report: "select id from problem_reports where state = 'OPEN' and ? is not null order by id limit 1",
  reportedCertificate:
    "select id from certificates where subscriber_id = ? order by id in (select certificate_id from problem_report_certificates where report_id = (select id from problem_reports where state = 'OPEN' order by id limit 1)) desc, id limit 1",
  lintReport: "select id from lint_reports where ? is not null order by id limit 1",
  compromisedKey: "select spki_sha256 as id from compromised_keys where ? is not null order by 1 limit 1",
};

/** The whole cast at every site: visitors for each role, and each subscriber's records. */
export interface Stage {
  readonly visitors: Readonly<Record<SiteName, Readonly<Record<Role, Visitor>>>>;
  world(of: Letter): World;
  /** Second factors last five minutes: gives those again that were given a while ago. */
  stayFresh(): Promise<void>;
}

export async function prepareWorlds(demo: StagedDemo): Promise<Stage> {
  const who = cast(demo);
  const applicants = {
    A: await signedIn(demo, who.login("minato", "hanako")),
    B: await signedIn(demo, who.login("kita", "midori")),
  };
  // Another session of each, for one to be ended.
  await signedIn(demo, who.login("minato", "hanako"));
  await signedIn(demo, who.login("kita", "midori"));
  const operators = { A: who.operator("minato", "yamada"), B: who.operator("kita", "ono") };
  const staff = { vetter: who.staff("vetter"), administrator: who.staff("admin") };

  const atOperatorSite = {
    A: await withSecondFactor(demo, "operator", operators.A),
    B: await withSecondFactor(demo, "operator", operators.B),
  };
  const publicSite = strangerAt(demo, "public");
  await publicSite.get("/");
  const unknown = { applicant: strangerAt(demo, "applicant"), operator: strangerAt(demo, "operator") };
  await unknown.applicant.get("/login");
  const visitors: Stage["visitors"] = {
    public: everybody(publicSite),
    applicant: {
      // Certificates mean nothing here: whoever has not signed in is nobody.
      ...everybody(unknown.applicant),
      "applicant A": applicants.A,
      "applicant B": applicants.B,
    },
    operator: {
      ...everybody(unknown.operator),
      "operator A": atOperatorSite.A,
      "operator B": atOperatorSite.B,
      vetter: await withCertificate(demo, "operator", staff.vetter),
      administrator: await withCertificate(demo, "operator", staff.administrator),
    },
    desk: {
      ...everybody(strangerAt(demo, "desk")),
      "operator A": await withCertificate(demo, "desk", operators.A),
      "operator B": await withCertificate(demo, "desk", operators.B),
      vetter: await withSecondFactor(demo, "desk", staff.vetter),
      administrator: await withSecondFactor(demo, "desk", staff.administrator),
    },
  };

  const drafts = { A: "", B: "" };
  for (const letter of ["A", "B"] as const) {
    const name = letter === "A" ? "example.co.jp" : "example.ac.jp";
    // Enough to approve, reject and cancel; the last pending one of each stays for the others to reach for.
    for (const host of ["iso1", "iso2", "iso3", "iso4", "iso5", "iso6", "iso7"])
      await apply(demo, letter, applicants[letter], `${host}.${name}`);
    const certificates: string[] = [];
    for (let each = 0; each < 4; each += 1) {
      const ids = newest(demo, letter, "request");
      expect((await atOperatorSite[letter].post("/requests/approvals", { ids })).status).toBe(303);
      certificates.push(certificateOf(demo, ids));
    }
    await revokeAndPlan(atOperatorSite[letter], visitors.desk.vetter, certificates);
    drafts[letter] = await draftOf(demo, letter, applicants[letter], `draft.${name}`);
  }

  let given = performance.now();
  return {
    visitors,
    async stayFresh() {
      if (performance.now() - given < 60_000) return;
      given = performance.now();
      await giveSecondFactor(atOperatorSite.A, operators.A);
      await giveSecondFactor(atOperatorSite.B, operators.B);
      await giveSecondFactor(visitors.desk.vetter, staff.vetter);
      await giveSecondFactor(visitors.desk.administrator, staff.administrator);
    },
    world: (of) =>
      new Proxy({} as World, {
        get: (_target, name: RecordName) => {
          if (name === "draft") return drafts[of];
          return newest(demo, of, name);
        },
      }),
  };
}

/** Two certificates revoked by the operator, one of them in bulk; the others' revocation planned on the desk, for misuse. */
async function revokeAndPlan(
  operator: Visitor,
  vetter: Visitor,
  [one = "", many = "", ...planned]: readonly string[],
): Promise<void> {
  for (const [of, ids] of [
    ["one", one],
    ["many", many],
  ] as const) {
    const draft = await operator.post("/revocations/drafts", { of, ids, reason: "superseded" });
    expect(draft.location, draft.text).toMatch(/^\/revocations\/drafts\//);
    const sent = { draft: draft.location.slice("/revocations/drafts/".length), confirmed: "on" };
    expect((await operator.post("/revocations", sent)).status).toBe(303);
  }
  const now = Temporal.Now.instant();
  for (const id of planned) {
    const page = `/certificates/${id}/revocation`;
    const draft = await vetter.post(`${page}/drafts`, {
      ground: "MISUSE",
      knownAt: hourToType(now),
      when: "later",
      executeAt: hourToType(now.add({ hours: 100 })),
    });
    expect(draft.location, draft.text).toMatch(/\/revocation\/drafts\//);
    const sent = { draft: draft.location.split("/").at(-1) ?? "", confirmed: "on" };
    expect((await vetter.post(page, sent)).location).toBe(`${page}/receipt`);
  }
}

/** The certificate of a request, as soon as it is issued. */
function certificateOf(demo: StagedDemo, requestId: string): string {
  const [row] = demo.rows<{ id: string }>(
    "select certificate_id as id from certificate_requests where id = ?",
    requestId,
  );
  return row?.id ?? "";
}

const everybody = (visitor: Visitor): Record<Role, Visitor> =>
  Object.fromEntries(ROLES.map((role) => [role, visitor])) as Record<Role, Visitor>;

function newest(demo: StagedDemo, letter: Letter, name: Exclude<RecordName, "draft">): string {
  const { tenant, logins } = cast(demo).subscriber(LETTERS[letter]);
  if (name === "tenant") return tenant;
  const [row] =
    name === "staff"
      ? demo.rows<{ id: string }>("select id from staff where email = 'shinsa@ca.example.jp'")
      : name === "session"
        ? demo.rows<{ id: string }>(
            "select s.id from sessions s join applicant_users u on u.id = s.owner_id where u.login_id = ? order by s.created_at desc limit 1",
            (letter === "A" ? logins["hanako"] : logins["midori"])?.loginId,
          )
        : demo.rows<{ id: string }>(QUERIES[name], tenant);
  if (!row) throw new Error(`subscriber ${letter} has no ${name}`);
  return row.id;
}

/** What the form of a new request holds. */
export function requestFields(
  demo: StagedDemo,
  letter: Letter,
  commonName: string,
  changes: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    organizationId: cast(demo).subscriber(LETTERS[letter]).organizationId,
    product: "OV",
    shape: "SINGLE",
    subjectLanguage: "ja",
    commonName,
    additionalNames: "",
    csr: csrPem(),
    termDays: "30",
    licences: "1",
    issueNoticeEmail: "web@example.co.jp",
    place: "",
    orderNumber: "",
    memo: "",
    ...changes,
  };
}

/** Fills in the form of a new request as far as its check page; gives the draft. */
async function draftOf(
  demo: StagedDemo,
  letter: Letter,
  applicant: Visitor,
  commonName: string,
): Promise<string> {
  const answer = await applicant.post("/requests/drafts", requestFields(demo, letter, commonName));
  expect(answer.status, answer.text).toBe(303);
  return answer.location.slice("/requests/drafts/".length);
}

async function apply(demo: StagedDemo, letter: Letter, applicant: Visitor, name: string): Promise<void> {
  const draft = await draftOf(demo, letter, applicant, name);
  const answer = await applicant.post("/requests", { draft });
  expect(answer.location).toMatch(/^\/requests\/.+\/receipt$/);
}
