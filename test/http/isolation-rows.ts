import type { RecordName, Role, World } from "../support/worlds.ts";

/** Who a route lets in; everybody else is turned away before anything is looked up. */
export const LET_IN = {
  anyone: ["nobody", "applicant A", "applicant B", "operator A", "operator B", "vetter", "administrator"],
  applicants: ["applicant A", "applicant B"],
  operators: ["operator A", "operator B"],
  staff: ["vetter", "administrator"],
  administrators: ["administrator"],
} as const satisfies Record<string, readonly Role[]>;

export interface Row {
  readonly who: keyof typeof LET_IN;
  /** The status for one's own records, or where no record is named. */
  readonly own: number;
  /** Which record each parameter of the path names; "=x" is the word x itself. */
  readonly ids?: Readonly<Record<string, RecordName | `=${string}`>>;
  /** A form that is carried out, so that a refusal of the same form is about whose record it names. */
  readonly form?: (world: World) => Readonly<Record<string, string>>;
  /** The status for another subscriber's records and for those that do not exist, or of one of them; 404 unless told. */
  readonly foreign?: number | Readonly<Partial<Record<RecordName, number>>>;
  /** Its own call is made by a visitor of its own, since it ends the session. */
  readonly endsSession?: true;
}

const seeing = (who: Row["who"], ids?: Row["ids"]): Row => ({ who, own: 200, ...(ids ? { ids } : {}) });
const nothing = () => ({});

const secondFactors = (who: "operators" | "staff"): Record<string, Row> => ({
  "GET /second-factor": seeing(who),
  "POST /second-factor": { who, own: 422, form: () => ({ code: "000000" }) },
  "POST /second-factor/passkey": { who, own: 422, form: () => ({ credential: "{}" }) },
  "GET /second-factors": seeing(who),
  "GET /second-factors/totp": seeing(who),
  "POST /second-factors/totp": { who, own: 422, form: () => ({ code: "000000", name: "x" }) },
  "GET /second-factors/passkey": seeing(who),
  "POST /second-factors/passkey": { who, own: 422, form: () => ({ credential: "{}", name: "x" }) },
});

const language = (who: Row["who"]): Record<string, Row> => ({
  "POST /language": { who, own: 303, form: () => ({ language: "ja", return: "/" }) },
});

const applicant: Record<string, Row> = {
  ...language("anyone"),
  "GET /login": { who: "anyone", own: 200 },
  "POST /login": { who: "anyone", own: 422, form: () => ({ loginId: "nobody", password: "wrong" }) },
  "GET /password-reset": seeing("anyone"),
  "GET /password-reset/sent": seeing("anyone"),
  "GET /password": seeing("applicants"),
  "POST /password": {
    who: "applicants",
    own: 422,
    form: () => ({ currentPassword: "wrong", newPassword: "wrong wrong wrong", newPasswordAgain: "x" }),
  },
  "GET /sessions": seeing("applicants"),
  "GET /": seeing("applicants"),
  "GET /requests": seeing("applicants"),
  "GET /requests.csv": seeing("applicants"),
  "GET /requests/new": seeing("applicants"),
  "POST /csr-preview": seeing("applicants"),
  "GET /csr-preview": { who: "applicants", own: 303 },
  "GET /requests/drafts": { who: "applicants", own: 303 },
  "POST /requests/drafts": { who: "applicants", own: 422, form: nothing },
  // A draft belongs to a session; whatever is not in it sends back to the empty form.
  "GET /requests/drafts/:draft": { ...seeing("applicants", { draft: "draft" }), foreign: 303 },
  "POST /requests": { who: "applicants", own: 303, form: ({ draft }) => ({ draft }) },
  "GET /requests/:id/receipt": seeing("applicants", { id: "request" }),
  "GET /requests/:id": seeing("applicants", { id: "request" }),
  "POST /requests/:id/cancellation": {
    who: "applicants",
    own: 303,
    ids: { id: "request" },
    form: () => ({ reason: "間違えました" }),
  },
  "GET /certificates": seeing("applicants"),
  "GET /certificates.csv": seeing("applicants"),
  "GET /certificates/:id": seeing("applicants", { id: "certificate" }),
  // A mass revocation concerns nobody in this play.
  "GET /mass-revocations/:id": {
    who: "applicants",
    own: 404,
    ids: { id: "=00000000-0000-7000-8000-000000000000" },
  },
  "GET /certificates/:id/reissues/new": seeing("applicants", { id: "certificate" }),
  "POST /certificates/:id/reissues/drafts": {
    who: "applicants",
    own: 422,
    ids: { id: "certificate" },
    form: nothing,
  },
  "GET /certificates/:id/reissues/drafts": { who: "applicants", own: 303, ids: { id: "certificate" } },
  "GET /certificates/:id/reissues/drafts/:draft": {
    who: "applicants",
    own: 303,
    ids: { id: "certificate", draft: "draft" },
    // A draft that is gone leads back to the form.
    foreign: { draft: 303 },
  },
  "POST /certificates/:id/reissues": {
    who: "applicants",
    own: 303,
    ids: { id: "certificate" },
    form: ({ draft }) => ({ draft }),
  },
  "GET /certificates/:id/installation/:server": seeing("applicants", { id: "certificate", server: "=nginx" }),
  "POST /certificates/:id/downloads/:format": seeing("applicants", {
    id: "certificate",
    format: "=chain.pem",
  }),
  "GET /domains": seeing("applicants"),
  "GET /domains/:id": seeing("applicants", { id: "domain" }),
  "POST /domains/:id/validations": {
    who: "applicants",
    own: 303,
    ids: { id: "domain" },
    form: () => ({ scope: "FQDN" }),
  },
  // Nothing was set in the DNS: the page says so.
  "POST /domains/:id/validations/:validationId/check": {
    who: "applicants",
    own: 422,
    ids: { id: "domain", validationId: "validation" },
  },
  "POST /password-reset": { who: "anyone", own: 303, form: () => ({ loginId: "nobody.here" }) },
  "POST /sessions/:id/end": { who: "applicants", own: 303, ids: { id: "session" } },
  "POST /session/end": { who: "anyone", own: 303, endsSession: true },
};

const operator: Record<string, Row> = {
  ...language("operators"),
  ...secondFactors("operators"),
  "GET /second-factors/:id/removal": seeing("operators", { id: "factor" }),
  // The last one stays.
  "POST /second-factors/:id/removal": { who: "operators", own: 409, ids: { id: "factor" } },
  "GET /requests/approvals": seeing("operators"),
  "GET /jobs/:id": seeing("operators", { id: "job" }),
  "GET /certificates/:id/revocation": seeing("operators", { id: "certificate" }),
  "GET /certificates/:id/revocation/receipt": seeing("operators", { id: "revokedCertificate" }),
  "GET /certificates/:id/revocation/cancellation": {
    ...seeing("operators", { id: "certificate" }),
    own: 303,
  },
  "POST /certificates/:id/revocation/cancellation": {
    who: "operators",
    own: 303,
    ids: { id: "certificate" },
    form: () => ({ reason: "申請者の誤り" }),
  },
  "GET /revocations/:id": seeing("operators", { id: "revocations" }),
  "GET /revocations/:id/events": seeing("operators", { id: "revocations" }),
  "GET /revocations/new": seeing("operators"),
  "POST /revocations/drafts": { who: "operators", own: 422, form: nothing },
  "GET /revocations/drafts": { who: "operators", own: 303 },
  // A draft belongs to a session; whatever is not in it sends back to the empty form.
  "GET /revocations/drafts/:draft": { who: "operators", own: 303, ids: { draft: "draft" }, foreign: 303 },
  "POST /revocations": { who: "operators", own: 303, form: ({ draft }) => ({ draft }) },
  "GET /revocations": { who: "operators", own: 303 },
  "GET /jobs/:id/events": seeing("operators", { id: "job" }),
  "GET /": seeing("operators"),
  "GET /requests": seeing("operators"),
  "GET /requests.csv": seeing("operators"),
  "GET /certificates": seeing("operators"),
  "GET /certificates.csv": seeing("operators"),
  "GET /certificates/:id": seeing("operators", { id: "certificate" }),
  // A mass revocation concerns nobody in this play.
  "GET /mass-revocations/:id": {
    who: "operators",
    own: 404,
    ids: { id: "=00000000-0000-7000-8000-000000000000" },
  },
  "GET /certificates/:id/installation/:server": seeing("operators", { id: "certificate", server: "=nginx" }),
  "POST /certificates/:id/downloads/:format": seeing("operators", {
    id: "certificate",
    format: "=chain.pem",
  }),
  "GET /requests/:id": seeing("operators", { id: "request" }),
  "GET /requests/:id/approval": seeing("operators", { id: "request" }),
  "GET /requests/:id/rejection": seeing("operators", { id: "request" }),
  "GET /requests/:id/cancellation": seeing("operators", { id: "request" }),
  "POST /requests/:id/rejection": {
    who: "operators",
    own: 303,
    ids: { id: "request" },
    form: () => ({ reason: "撤去済みです" }),
  },
  "POST /requests/:id/cancellation": {
    who: "operators",
    own: 303,
    ids: { id: "request" },
    form: () => ({ reason: "取り下げです" }),
  },
  "POST /requests/:id/approval": { who: "operators", own: 303, ids: { id: "request" } },
  "POST /requests/approvals": { who: "operators", own: 303, form: ({ request }) => ({ ids: request }) },
};

const user = { id: "tenant", userId: "user" } as const;
const member = { id: "tenant", operatorId: "operator" } as const;
const organization = { id: "tenant", organizationId: "organization" } as const;
const administrating = (ids?: Row["ids"]) => seeing("administrators", ids);
const deciding = (ids: Row["ids"] & {}, form: Row["form"] = nothing): Row => ({
  who: "administrators",
  own: 303,
  ids,
  form,
});

const report = { id: "report" } as const;
const handling = (ids: Row["ids"] & {}, form: Row["form"] = nothing): Row => ({
  who: "staff",
  own: 303,
  ids,
  form,
});

/** An answer to a report. A draft belongs to a session; whatever is not in it sends back to the form. */
const answering = (noun: string, drafted: number): Record<string, Row> => ({
  [`GET /problem-reports/:id/${noun}`]: seeing("staff", report),
  [`POST /problem-reports/:id/${noun}/drafts`]: {
    ...handling(report, () => ({ words: "調査しています" })),
    own: drafted,
  },
  [`GET /problem-reports/:id/${noun}/drafts`]: { ...handling(report), foreign: 303 },
  [`GET /problem-reports/:id/${noun}/drafts/:draft`]: {
    ...handling({ ...report, draft: "draft" }),
    foreign: 303,
  },
  [`POST /problem-reports/:id/${noun}`]: {
    ...handling(report, ({ draft }) => ({ draft })),
    foreign: 303,
  },
});

/** A mass revocation that does not exist: the desk's own pages of one are told in the browser. */
const NO_CASE = { id: "=00000000-0000-7000-8000-000000000000" } as const;
const ofNoCase = (who: Row["who"], form?: Row["form"]): Row => ({
  who,
  own: 404,
  ids: NO_CASE,
  ...(form ? { form } : {}),
});
const once = () => ({ version: "1", remark: "x" });

const desk: Record<string, Row> = {
  ...language("staff"),
  ...secondFactors("staff"),
  "GET /second-factors/:id/removal": { who: "staff", own: 404, ids: { id: "factor" } },
  "POST /second-factors/:id/removal": { who: "staff", own: 404, ids: { id: "factor" } },
  "GET /": seeing("staff"),
  "GET /certificates": seeing("staff"),
  "GET /certificates.csv": seeing("staff"),
  "GET /certificates/:id": seeing("staff", { id: "certificate" }),
  "GET /mass-revocations": seeing("staff"),
  "GET /mass-revocations/new": administrating(),
  "POST /mass-revocations": { who: "administrators", own: 422, form: nothing },
  "GET /mass-revocations/:id": ofNoCase("staff"),
  "GET /mass-revocations/:id/report.csv": ofNoCase("staff"),
  "GET /mass-revocations/:id/order": ofNoCase("administrators"),
  "POST /mass-revocations/:id/order": ofNoCase("administrators", once),
  "GET /mass-revocations/:id/execution": ofNoCase("administrators"),
  "POST /mass-revocations/:id/execution": ofNoCase("administrators", once),
  "POST /mass-revocations/:id/abandonment": ofNoCase("administrators", once),
  "POST /mass-revocations/:id/closure": ofNoCase("administrators", once),
  "GET /subscribers": seeing("staff"),
  "GET /subscribers/new": administrating(),
  "POST /subscribers/new": {
    who: "administrators",
    own: 303,
    form: () => ({
      step: "register",
      name: "あたらしい株式会社",
      noticeAddress: "certs@example.org",
      language: "ja",
      commitment: "5",
      secondFactorForApproval: "on",
    }),
  },
  "GET /subscribers/:id/registration": seeing("staff", { id: "tenant" }),
  "GET /subscribers/:id": seeing("staff", { id: "tenant" }),
  "GET /subscribers/:id/organizations/new": administrating({ id: "tenant" }),
  "POST /subscribers/:id/organizations/new": deciding({ id: "tenant" }, () => ({
    nameJa: "あたらしい株式会社",
    legalForm: "株式会社",
    registryNumber: "010401999999",
    mainPhone: "+81355559999",
    representativeName: "新 太郎",
    postalCode: "105-0001",
    prefecture: "東京都",
    localityJa: "港区",
    street: "虎ノ門1丁目1番1号",
    responsibleName: "責任 二郎",
    responsibleKana: "セキニン ジロウ",
  })),
  "GET /subscribers/:id/organizations/:organizationId": seeing("staff", organization),
  "GET /subscribers/:id/policy": administrating({ id: "tenant" }),
  "POST /subscribers/:id/policy": deciding({ id: "tenant" }, () => ({
    secondFactorForApproval: "on",
    version: "1",
  })),
  "GET /subscribers/:id/organizations/:organizationId/domains/new": administrating(organization),
  "POST /subscribers/:id/organizations/:organizationId/domains/new": {
    ...deciding(organization, () => ({ names: "example.org" })),
    own: 200,
  },
  "GET /subscribers/:id/users/new": administrating({ id: "tenant" }),
  "POST /subscribers/:id/users/new": deciding({ id: "tenant" }, ({ person }) => ({
    personId: person,
    loginId: "another.login",
    passwordNoticeEmail: "another@example.co.jp",
  })),
  "GET /subscribers/:id/users/:userId": seeing("staff", user),
  "GET /subscribers/:id/users/:userId/disablement": administrating(user),
  "GET /subscribers/:id/users/:userId/enablement": administrating(user),
  "GET /subscribers/:id/users/:userId/temporary-password": administrating(user),
  "POST /subscribers/:id/users/:userId/temporary-password": deciding(user),
  "POST /subscribers/:id/users/:userId/disablement": deciding(user),
  "POST /subscribers/:id/users/:userId/enablement": deciding(user),
  "GET /subscribers/:id/operators/new": administrating({ id: "tenant" }),
  "POST /subscribers/:id/operators/new": deciding({ id: "tenant" }, () => ({
    name: "新 花子",
    email: "new@example.co.jp",
    commonName: "H.ATARASHI",
  })),
  "GET /subscribers/:id/operators/:operatorId": seeing("staff", member),
  "GET /subscribers/:id/operators/:operatorId/suspension": administrating(member),
  "GET /subscribers/:id/operators/:operatorId/resumption": administrating(member),
  "GET /subscribers/:id/operators/:operatorId/removal": administrating(member),
  "GET /subscribers/:id/operators/:operatorId/certificate": administrating(member),
  // Without the ticket of its page: nothing is issued, and the operator's page says so.
  "POST /subscribers/:id/operators/:operatorId/certificate": deciding(member, () => ({
    ticket: "none",
    way: "file",
  })),
  "POST /subscribers/:id/operators/:operatorId/suspension": deciding(member),
  "POST /subscribers/:id/operators/:operatorId/resumption": deciding(member),
  "POST /subscribers/:id/operators/:operatorId/removal": deciding(member),
  "GET /staff": seeing("staff"),
  "GET /staff/new": administrating(),
  "POST /staff/new": {
    who: "administrators",
    own: 303,
    form: () => ({ name: "新 職員", email: "new@ca.example.jp", roles: "VETTER" }),
  },
  "GET /staff/:id": seeing("staff", { id: "staff" }),
  "GET /staff/:id/disablement": administrating({ id: "staff" }),
  "GET /staff/:id/certificate": administrating({ id: "staff" }),
  "POST /staff/:id/certificate": deciding({ id: "staff" }, () => ({ ticket: "none", way: "file" })),
  "GET /revocations": seeing("staff"),
  "GET /revocations/:id": seeing("staff", { id: "revocationOrder" }),
  "GET /revocations/:id/execution": seeing("staff", { id: "revocationOrder" }),
  "GET /revocations/:id/cancellation": seeing("staff", { id: "revocationOrder" }),
  "POST /revocations/:id/execution": handling({ id: "revocationOrder" }, () => ({ confirmed: "on" })),
  "POST /revocations/:id/cancellation": handling({ id: "revocationOrder" }, () => ({
    reason: "事実なし",
    confirmed: "on",
  })),
  "GET /certificates/:id/revocation": seeing("staff", { id: "certificate" }),
  "POST /certificates/:id/revocation/drafts": { ...handling({ id: "certificate" }), own: 422 },
  // A draft belongs to a session; whatever is not in it sends back to the form.
  "GET /certificates/:id/revocation/drafts": { ...handling({ id: "certificate" }), foreign: 303 },
  "GET /certificates/:id/revocation/drafts/:draft": {
    ...handling({ id: "certificate", draft: "draft" }),
    foreign: 303,
  },
  "POST /certificates/:id/revocation": {
    ...handling({ id: "certificate" }, ({ draft }) => ({ draft })),
    foreign: 303,
  },
  // Nothing was ordered for this certificate: its page. Another's is the same, and nobody's has no order either.
  "GET /certificates/:id/revocation/receipt": { ...handling({ id: "certificate" }), foreign: 303 },
  "GET /problem-reports": seeing("staff"),
  "GET /problem-reports/settings": administrating(),
  "POST /problem-reports/settings": {
    who: "administrators",
    own: 303,
    form: () => ({ reportAddress: "report@ca.example.jp", compromiseNoticeHours: "4" }),
  },
  "GET /problem-reports/:id": seeing("staff", report),
  "POST /problem-reports/:id/assignment": handling(report),
  "GET /problem-reports/:id/notes": handling(report),
  "GET /problem-reports/:id/certificates": handling(report),
  "POST /problem-reports/:id/notes": handling(report, () => ({ note: "確認中です" })),
  "POST /problem-reports/:id/certificates": {
    ...handling(report, () => ({ certificate: "00" })),
    own: 422,
  },
  // Found by its domain name when the demonstration filed it.
  "POST /problem-reports/:id/certificates/:certificateId/detachment": handling({
    ...report,
    certificateId: "reportedCertificate",
  }),
  ...answering("preliminary", 303),
  // Not everything on it is revoked or planned: the form says so, and cannot be sent by itself.
  ...answering("settlement", 303),
  ...answering("dismissal", 303),
  ...answering("revocation", 422),
  "GET /problem-reports/:id/receipt": handling(report),
  "GET /compromised-keys": seeing("staff"),
  "GET /compromised-keys/new": seeing("staff"),
  "POST /compromised-keys/new": {
    who: "staff",
    own: 303,
    form: () => ({ step: "register", keys: "ab".repeat(32), evidence: "公開された一覧", confirmed: "on" }),
  },
  // A receipt belongs to a session; whatever is not in it sends back to the register.
  "GET /compromised-keys/receipts/:receipt": {
    who: "staff",
    own: 303,
    ids: { receipt: "draft" },
    foreign: 303,
  },
  "GET /compromised-keys/:hash": seeing("staff", { hash: "compromisedKey" }),
  "GET /lint-reports": seeing("staff"),
  "POST /lint-reports": { who: "staff", own: 303, form: nothing },
  "GET /lint-reports/:id": seeing("staff", { id: "lintReport" }),
  "GET /lint-reports/:id/findings.csv": seeing("staff", { id: "lintReport" }),
  "GET /issuers": seeing("staff"),
  "GET /issuers/:name": seeing("administrators", { name: "=customer-ov" }),
  "POST /issuers/:name/crls": { who: "administrators", own: 303, ids: { name: "=customer-ev" } },
  "POST /issuers/:name/partitions": {
    who: "administrators",
    own: 303,
    ids: { name: "=customer-ov" },
    form: () => ({ partitions: "0" }),
  },
  "GET /audit": seeing("staff"),
  "GET /audit.csv": seeing("staff"),
  "POST /audit/verification": seeing("staff"),
  "GET /audit/:id": seeing("staff", { id: "audit" }),
  "POST /staff/:id/disablement": deciding({ id: "staff" }),
};

const NO_DRAFT = { draft: "none" };
/** The report stays in the session: without one, every later page leads back to the form. */
const publicSite: Record<string, Row> = {
  ...language("anyone"),
  "GET /": seeing("anyone"),
  "GET /problem-reports/new": seeing("anyone"),
  "POST /problem-reports/new": { who: "anyone", own: 422, form: nothing },
  "GET /problem-reports/check": { who: "anyone", own: 303 },
  "POST /problem-reports": { who: "anyone", own: 303, form: () => NO_DRAFT },
  "GET /problem-reports": { who: "anyone", own: 303 },
  "GET /problem-reports/receipt": { who: "anyone", own: 303 },
};

/** What each site answers to whom, by `METHOD path`, in the order in which one's own are called. */
export const ISOLATION = {
  public: publicSite,
  applicant,
  operator,
  desk,
};
