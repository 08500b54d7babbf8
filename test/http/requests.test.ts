import { request as httpsRequest } from "node:https";
import { unzipSync } from "fflate";
import { HtmlValidate } from "html-validate";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditTables } from "../../server/audit/index.ts";
import type { Signers } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { languageRoute } from "../../server/http/language-route.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import type { Actor, ApplicantActor } from "../../server/kernel/actor.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { parseCertificate, readPem } from "../../server/pki/index.ts";
import {
  applicantRequestRoutes,
  approveRequest,
  type ExportOrder,
  exportRows,
  rejectRequest,
  requestTables,
  submitRequest,
} from "../../server/requests/index.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { makeRoot, makeUnder, type TestCertificate } from "../support/certificates.ts";
import { csrDer, csrPem, privateKeyPem } from "../support/csr.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { HTML_RULES } from "../support/html-rules.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, NOW } from "../support/issuing.ts";
import { runningSite } from "../support/running-site.ts";
import { type Visit, type Visitor, visitor } from "../support/visitor.ts";

let certificate: TestCertificate;
let trusted: string;
let db: Database;
let cast: Cast;
let signers: Signers;
let url: string;
let browser: Visitor;
let actor: Actor;
const clock = clockAt(NOW);
const deps = () => issuanceDeps(db, clock, signers);

beforeAll(async () => {
  const root = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root" });
  const names = ["localhost"];
  certificate = await makeUnder(root, { profile: "SITE_SERVER", commonName: "localhost", names });
  trusted = root.pem;
});

beforeEach(async () => {
  db = await openPlace(await migratedPlace("sqlite"));
  cast = await aobaTrading(db, NOW);
  signers = await establishTestHierarchies(db, clock, temporaryFolder());
  actor = cast.hanako;
  url = await runningSite({
    name: "applicant",
    routes: [languageRoute, ...applicantRequestRoutes],
    deps: {
      ...deps(),
      revocationOf: async () => null,
      massRevocationsOf: async () => [],
      exportRows: (order: ExportOrder) => exportRows(deps().db.read, order),
    },
    db,
    clock,
    certificate,
    identify: async () => actor,
    owesSecondFactor: async () => false,
    signInPath: "/login",
    signOutPath: "/session/end",
  });
  browser = visitor(url, trusted);
});

const form = (changes: Record<string, string> = {}): Record<string, string> => ({
  organizationId: cast.organizationId,
  product: "OV",
  shape: "SINGLE",
  subjectLanguage: "ja",
  commonName: "www.example.co.jp",
  additionalNames: "",
  csr: csrPem(),
  termDays: "199",
  licences: "1",
  issueNoticeEmail: "web@aoba.example",
  place: "本社DMZ",
  orderNumber: "",
  memo: "",
  replacesCertificateId: "",
  ...changes,
});

async function draft(changes: Record<string, string> = {}): Promise<Visit> {
  await browser.get("/requests/new");
  return browser.post("/requests/drafts", form(changes));
}
const draftId = (visit: Visit) => visit.location.split("/").at(-1) ?? "";
const stored = () => db.read.select().from(requestTables(db.read.columns).certificateRequests);

/** Asks past the pages, for what comes after. */
async function asked(by: ApplicantActor, commonName = "www.example.co.jp"): Promise<Id> {
  const { organizationId } = cast;
  const outcome = await submitRequest(
    deps(),
    by,
    {
      organizationId,
      product: "OV",
      shape: "SINGLE",
      subjectLanguage: "ja",
      csr: csrPem(),
      commonName,
      additionalNames: "",
      termDays: 199,
      licences: 1,
      issueNoticeEmail: "web@aoba.example",
      place: "本社DMZ",
      orderNumber: "=1+1",
      memo: null,
      kind: "NEW",
      replacesCertificateId: null,
      endsAt: null,
      reissueReason: null,
      reissueNote: null,
      graceDays: null,
    },
    `${commonName}${Math.random()}`,
  );
  if (!outcome.ok) throw new Error("not asked");
  return outcome.id;
}
async function issued(commonName?: string): Promise<{ requestId: Id; certificateId: Id }> {
  const requestId = await asked(cast.hanako, commonName);
  await approveRequest(deps(), cast.taro, { id: requestId });
  await issueApproved(deps(), [requestId]);
  const row = (await stored()).find(({ id }) => id === requestId);
  if (!row?.certificateId) throw new Error("not issued");
  return { requestId, certificateId: row.certificateId };
}

describe("a new request", () => {
  test("入力 → 確認 → 完了, without JavaScript", async () => {
    const input = await browser.get("/requests/new");
    expect(input.text).toContain("株式会社青葉商事");
    expect(input.text).toContain("hanako@aoba.example");
    expect(input.text).toContain("openssl req");
    const sent = await draft({ licences: "２", issueNoticeEmail: "ｗｅｂ@aoba.example" });
    expect(sent.status).toBe(303);
    const check = await browser.get(sent.location);
    expect(check.text).toContain("<li>example.co.jp</li>");
    expect(check.text).toContain("C=JP");
    expect(await stored()).toEqual([]);

    const changed = await browser.get(`/requests/new?draft=${draftId(sent)}`);
    expect(changed.text).toContain('value="www.example.co.jp"');
    expect(changed.text).toContain("BEGIN CERTIFICATE REQUEST");

    const done = await browser.post("/requests", { draft: draftId(sent) });
    const [row] = await stored();
    expect(row).toMatchObject({
      licences: 2,
      issueNoticeEmail: "web@aoba.example",
      names: ["www.example.co.jp", "example.co.jp"],
    });
    expect([done.status, done.location]).toEqual([303, `/requests/${row?.id}/receipt`]);
    expect((await browser.get(done.location)).text).toContain(row?.receiptNumber);
    const show = await browser.get(`/requests/${row?.id}`);
    expect(show.text).toContain("承認待ち");
    expect(show.text).toContain("example.co.jp で確認済み");
  });

  test("the check page sent again leads to the same receipt; one that is gone leads back to the form", async () => {
    const sent = await draft();
    await browser.get(sent.location);
    const first = await browser.post("/requests", { draft: draftId(sent) });
    const second = await browser.post("/requests", { draft: draftId(sent) });
    expect([second.status, second.location]).toEqual([303, first.location]);
    expect(await stored()).toHaveLength(1);
    const gone = await browser.post("/requests", { draft: cast.tenant });
    expect([gone.status, gone.location]).toEqual([303, "/requests/new"]);
    expect((await browser.get("/requests/new")).text).toContain("もう一度入力してください");
  });

  test.each([
    ["csr", () => ({ csr: "" }), "CSRを入力してください"],
    ["csr", () => ({ csr: "hello" }), "CSRとして読み取れません"],
    ["csr", () => ({ csr: csrPem({ brokenSignature: true }) }), "CSRの署名を検証できません"],
    ["csr", () => ({ csr: csrPem({ kind: "RSA-1024" }) }), "2048ビット未満"],
    ["csr", () => ({ csr: `${csrPem()}${"x".repeat(17_000)}` }), "上限（16KB）"],
    ["commonName", () => ({ commonName: "" }), "コモンネームを入力してください"],
    ["commonName", () => ({ commonName: "server.local" }), "インターネットで登録できない名前"],
    ["commonName", () => ({ commonName: "www.other.co.jp" }), "登録されていません"],
    [
      "additionalNames",
      () => ({ additionalNames: "*.example.co.jp" }),
      "シングルドメインの証明書には追加できません",
    ],
    ["product", () => ({ product: "DV" }), "製品を選択してください"],
    ["termDays", () => ({ termDays: "398" }), "最長200日"],
    ["licences", () => ({ licences: "たくさん" }), "数字で入力してください"],
    ["issueNoticeEmail", () => ({ issueNoticeEmail: "web" }), "メールアドレスの形式"],
  ])("422 at %s, with its words", async (field, changes, words) => {
    const answer = await draft(changes());
    expect(answer.status).toBe(422);
    expect(answer.text).toContain("エラー：");
    expect(answer.text).toContain(`<a href="#${field}">`);
    expect(answer.text).toContain(words);
    expect(await stored()).toEqual([]);
  });

  test("everything wrong is told at once", async () => {
    const answer = await draft({
      csr: "hello",
      commonName: "localhost",
      licences: "0",
      issueNoticeEmail: "",
    });
    expect([...answer.text.matchAll(/<li><a href="#(\w+)">/g)].map(([, field]) => field)).toEqual([
      "commonName",
      "csr",
      "licences",
      "issueNoticeEmail",
    ]);
  });

  test("a pasted private key is not shown again, not kept and not logged, wherever it was pasted", async () => {
    const key = privateKeyPem();
    const secret = key.split("\n")[1] ?? "";
    for (const changes of [{ csr: key }, { csr: `${csrPem()}${key}` }, { csr: "hello", memo: key }]) {
      const answer = await draft(changes);
      expect(answer.status).toBe(422);
      expect(answer.text).not.toContain(secret);
    }
    const preview = await browser.post("/csr-preview", form({ csr: key }));
    expect(preview.status).toBe(200);
    expect(preview.text).toContain("秘密鍵が含まれているため");
    expect(preview.text).not.toContain(secret);
    const audit = await db.read.select().from(auditTables(db.read.columns).auditEntries);
    const refused = audit.filter(({ action }) => action === "request.refused");
    expect(refused.map(({ details }) => details)).toEqual(
      ["csr-private-key", "csr-private-key", "csr-not-pem"].map((code) => ({ problems: [`csr: ${code}`] })),
    );
    expect(JSON.stringify(audit)).not.toContain(secret);
  });

  test("a CSR comes as a file too, PEM or DER, and is decoded at once", async () => {
    await browser.get("/requests/new");
    const answer = await upload(
      "/csr-preview",
      form({ csr: "" }),
      csrDer({ names: ["www.example.co.jp", "extra.example.co.jp"] }),
    );
    expect(answer.text).toContain("署名を検証しました");
    expect(answer.text).toContain("extra.example.co.jp");
    expect(answer.text).toContain("画面に入力していない名前");
    expect(answer.text).toContain("BEGIN CERTIFICATE REQUEST");
    const sent = await upload("/requests/drafts", form({ csr: "" }), Buffer.from(csrPem()));
    expect([sent.status, sent.location.startsWith("/requests/drafts/")]).toEqual([303, true]);
  });

  test("a form larger than anything we take is 413", async () => {
    await browser.get("/requests/new");
    expect((await browser.post("/requests/drafts", form({ csr: "x".repeat(200_000) }))).status).toBe(413);
  });

  test("renewing starts from the certificate, without its CSR", async () => {
    const { certificateId, requestId } = await issued();
    const answer = await browser.get(`/requests/new?renew=${certificateId}`);
    expect(answer.text).toContain("www.example.co.jp の証明書を更新します");
    expect(answer.text).toContain(`name="replacesCertificateId" value="${certificateId}"`);
    expect(answer.text).not.toContain("BEGIN CERTIFICATE REQUEST-----\nMI");
    expect((await browser.get(`/requests/new?from=${requestId}`)).text).toContain(
      'value="www.example.co.jp"',
    );
    const sent = await browser.post("/requests/drafts", form({ replacesCertificateId: certificateId }));
    await browser.get(sent.location);
    const done = await browser.post("/requests", { draft: draftId(sent) });
    const show = await browser.get(done.location.replace("/receipt", ""));
    expect(show.text).toContain("元の証明書との違い");
  });
});

describe("following a request", () => {
  test("its requester cancels while approval is pending, nobody else and not later", async () => {
    const own = await asked(cast.hanako);
    const others = await asked(cast.taroAsApplicant, "mail.example.co.jp");
    await browser.get(`/requests/${own}`);
    expect((await browser.post(`/requests/${others}/cancellation`, { reason: "" })).status).toBe(403);
    const cancelled = await browser.post(`/requests/${own}/cancellation`, { reason: "二重申請" });
    expect([cancelled.status, cancelled.location]).toEqual([303, `/requests/${own}`]);
    const show = await browser.get(`/requests/${own}`);
    expect(show.text).toContain("取消済み");
    expect(show.text).toContain("二重申請");
    const again = await browser.post(`/requests/${own}/cancellation`, { reason: "" });
    expect(again.status).toBe(409);
    expect(again.text).toContain("現在の状態：取消済み");
  });

  test("lists filter, search, page and go out as CSV that no spreadsheet runs", async () => {
    for (let i = 0; i < 27; i += 1) await asked(cast.hanako, `host${i}.example.co.jp`);
    await issued("pay.example.co.jp");
    const first = await browser.get("/requests");
    expect(first.text).toContain("全28件");
    const older = /rel="next" href="([^"]+)"/.exec(first.text)?.[1]?.replaceAll("&amp;", "&") ?? "";
    const second = await browser.get(older);
    expect(second.text.match(/>R-\d{8}-/g)).toHaveLength(3);
    expect(second.text).toContain('rel="prev"');
    const issuedOnly = await browser.get("/requests?state=ISSUED");
    expect(issuedOnly.text).toContain("pay.example.co.jp");
    expect(issuedOnly.text).not.toContain("host1.example.co.jp");
    const found = await browser.get(`/requests?q=${encodeURIComponent("ＨＯＳＴ26")}`);
    expect(found.text).toContain("host26.example.co.jp");
    expect(found.text).not.toContain("host2.example.co.jp");
    expect((await browser.get("/requests?q=%25")).text).toContain("条件に合う申請はありません");
    const csv = await browser.get("/requests.csv?state=ISSUED");
    expect(csv.headers["content-disposition"]).toContain("requests-20261121.csv");
    expect(csv.text.startsWith("\u{feff}受付番号,状態")).toBe(true);
    expect(csv.text).toContain("'=1+1");
  });

  test("another tenant's request, receipt and certificate are 404, as are ids that cannot be", async () => {
    const { requestId, certificateId } = await issued();
    actor = (await aobaTrading(db, NOW, { domain: "other.co.jp" })).hanako;
    await browser.get("/requests/new");
    for (const path of [
      `/requests/${requestId}`,
      `/requests/${requestId}/receipt`,
      `/requests/new?renew=${certificateId}`,
      `/requests/new?from=${requestId}`,
      `/certificates/${certificateId}`,
      `/certificates/${certificateId}/installation/nginx`,
      "/requests/1",
      "/certificates/1",
    ]) {
      expect([path, (await browser.get(path)).status]).toEqual([path, 404]);
    }
    expect((await browser.post(`/requests/${requestId}/cancellation`, { reason: "" })).status).toBe(404);
    expect((await browser.post(`/certificates/${certificateId}/downloads/leaf.pem`)).status).toBe(404);
    expect((await browser.get("/requests")).text).toContain("条件に合う申請はありません");
    expect((await browser.get("/certificates")).text).toContain("条件に合う証明書はありません");
  });

  test("a method that does not belong is 405", async () => {
    const { certificateId } = await issued();
    expect((await browser.get(`/certificates/${certificateId}/downloads/leaf.pem`)).status).toBe(405);
    expect((await browser.post("/certificates")).status).toBe(405);
  });
});

describe("a certificate", () => {
  test("downloads are the certificate, and the first is recorded once", async () => {
    const { requestId, certificateId } = await issued();
    await browser.get(`/certificates/${certificateId}`);
    expect((await stored())[0]?.firstDownloadedAt).toBeNull();
    const leaf = await browser.post(`/certificates/${certificateId}/downloads/leaf.pem`);
    expect(leaf.headers["content-disposition"]).toContain('filename="www.example.co.jp.pem"');
    const [block] = readPem(leaf.text) ?? [];
    const parsed = parseCertificate(block?.bytes ?? new Uint8Array());
    expect(parsed.names).toMatchObject([{ text: "www.example.co.jp" }, { text: "example.co.jp" }]);
    clock.advance({ minutes: 5 });
    const full = await browser.post(`/certificates/${certificateId}/downloads/fullchain.pem`);
    expect(readPem(full.text)).toHaveLength(2);
    expect((await stored())[0]?.firstDownloadedAt).toEqual(NOW);
    const show = await browser.get(`/requests/${requestId}`);
    expect(show.text.match(/証明書がダウンロードされました/g)).toHaveLength(1);
    expect(show.text).toContain("有効期間満了前の更新");
  });

  test("every format answers, and a bundle holds its files and the steps", async () => {
    const { certificateId } = await issued();
    await browser.get(`/certificates/${certificateId}`);
    for (const format of [
      "leaf.der",
      "chain.pem",
      "chain.p7b",
      "root.pem",
      "apache.zip",
      "iis.zip",
      "tomcat.zip",
      "haproxy.zip",
    ]) {
      const answer = await browser.post(`/certificates/${certificateId}/downloads/${format}`);
      expect([format, answer.status, answer.text.length > 300]).toEqual([format, 200, true]);
    }
    const zip = await raw(`/certificates/${certificateId}/downloads/nginx.zip`);
    expect(Object.keys(unzipSync(zip)).sort()).toEqual([
      "README.txt",
      "www.example.co.jp.chain.pem",
      "www.example.co.jp.fullchain.pem",
    ]);
    expect((await browser.post(`/certificates/${certificateId}/downloads/key.pem`)).status).toBe(404);
  });
});

test("every page is valid HTML in both languages", async () => {
  const { requestId, certificateId } = await issued();
  const pending = await asked(cast.hanako, "shop.example.co.jp");
  const rejected = await asked(cast.hanako, "old.example.co.jp");
  await rejectRequest(deps(), cast.taro, { id: rejected, reason: "設置先が分かりません" });
  const html = new HtmlValidate(HTML_RULES);
  const faults: string[] = [];
  const judge = async (name: string, page: Visit) => {
    const report = await html.validateString(page.text);
    for (const { messages } of report.results)
      faults.push(...messages.map(({ ruleId, message, line }) => `${name}:${line} ${ruleId} ${message}`));
  };
  for (const language of ["ja", "en"]) {
    await browser.get("/requests/new");
    await browser.post("/language", { language, return: "/" });
    const check = (await draft()).location;
    const paths = ["/", "/requests", "/requests?q=nothing", `/requests/${requestId}`, `/requests/${pending}`];
    paths.push(`/requests/${rejected}`, `/requests/${pending}/receipt`, "/requests/new", check);
    paths.push(`/requests/new?renew=${certificateId}`, "/certificates", `/certificates/${certificateId}`);
    paths.push(...["nginx", "iis"].map((server) => `/certificates/${certificateId}/installation/${server}`));
    for (const path of paths) {
      const page = await browser.get(path);
      expect([path, page.status, page.text.includes(`<html lang="${language}"`)]).toEqual([path, 200, true]);
      await judge(`${language} ${path}`, page);
    }
    await judge(`${language} errors`, await draft({ csr: "", commonName: "" }));
    await judge(`${language} preview`, await browser.post("/csr-preview", form()));
  }
  expect(faults).toEqual([]);
});

/** A multipart form with a file, as a browser without JavaScript sends it. */
async function upload(path: string, fields: Record<string, string>, file: Uint8Array) {
  const boundary = "----inkan-test";
  const part = (head: string, body: Uint8Array) =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; ${head}\r\n\r\n`),
      body,
      Buffer.from("\r\n"),
    ]);
  const all = { _csrf: await csrfToken(), ...fields };
  const body = Buffer.concat([
    ...Object.entries(all).map(([name, value]) => part(`name="${name}"`, Buffer.from(value))),
    part('name="csrFile"; filename="request.csr"', file),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  const answer = await plain(path, body, `multipart/form-data; boundary=${boundary}`);
  return { ...answer, text: answer.bytes.toString("utf8") };
}

/** A download's bytes. */
async function raw(path: string): Promise<Uint8Array> {
  const body = new URLSearchParams({ _csrf: await csrfToken() }).toString();
  return (await plain(path, Buffer.from(body), "application/x-www-form-urlencoded")).bytes;
}

async function csrfToken(): Promise<string> {
  return /name="_csrf" value="([^"]+)"/.exec((await browser.get("/requests/new")).text)?.[1] ?? "";
}

function plain(path: string, body: Buffer, type: string) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const headers = { cookie, "content-type": type, origin: url, "sec-fetch-site": "same-origin" };
  return new Promise<{ status: number; location: string; bytes: Buffer }>((resolve, reject) => {
    const asking = httpsRequest(new URL(path, url), { method: "POST", ca: trusted, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () => {
        const { statusCode: status = 0, headers: got } = answer;
        resolve({ status, location: got.location ?? "", bytes: Buffer.concat(chunks) });
      });
    });
    asking.on("error", reject);
    asking.end(body);
  });
}
