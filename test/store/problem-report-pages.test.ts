import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { authorityTables } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { LANGUAGES } from "../../server/kernel/languages.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { operatorTables } from "../../server/operators/index.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { executeDueRevocations, orderRevocations } from "../../server/revocation/index.ts";
import { fileReport, reportTables } from "../../server/revocation/reports/index.ts";
import { readSetting } from "../../server/settings/index.ts";
import type { DeskHome } from "../../server/sites/desk-home.ts";
import { aobaTrading } from "../support/aoba.ts";
import { makeRoot } from "../support/certificates.ts";
import { csrPem } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { type DeskVisitor, deskVisitor } from "../support/desk.ts";
import {
  keyFile,
  newKey,
  newSubmission,
  proofOf,
  type Reporting,
  reportingOn,
  told,
} from "../support/reporting.ts";

const root = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root", key: "RSA-2048", days: 3000 });

async function desk(db: Database) {
  const on = await reportingOn(db, temporaryFolder());
  const visitor = deskVisitor(db, on.clock, root);
  const { staffId: id, name, roles } = visitor.actor;
  const { staff } = operatorTables(db.read.columns);
  const row = { id, name, email: "kanri@ca.example.jp", state: "ACTIVE", version: 1 } as const;
  await db.transact(async (tx) => {
    await tx.insert(staff).values({ ...row, roles: [...roles], createdAt: on.clock.now() });
  });
  return { on, visitor };
}

const file = (on: Reporting, changes: Parameters<typeof told>[0]) =>
  fileReport(on.deps, told(changes), newSubmission(), "203.0.113.7");

async function idsOf(on: Reporting): Promise<string[]> {
  const { problemReports: r } = reportTables(on.db.read.columns);
  return (await on.db.read.select({ id: r.id }).from(r).orderBy(r.id)).map(({ id }) => id);
}

const draftOf = (to: string | null): string => to?.split("/").at(-1) ?? "";

/** 入力 → 確認 → 完了 */
async function answer(visitor: DeskVisitor, at: string, form: Readonly<Record<string, string>>) {
  const { to } = await visitor.post(`${at}/drafts`, form);
  const check = await visitor.get(to ?? "?");
  const draft = draftOf(to);
  const sent = await visitor.post(at, { draft, confirmed: "on" });
  return { check, draft, receipt: await visitor.get(sent.to ?? "?") };
}

async function executeIn(on: Reporting, passed: Temporal.DurationLike): Promise<void> {
  on.clock.advance(passed);
  await executeDueRevocations(on.deps);
}

/** Plans a revocation in the name of the desk. */
async function plan(on: Reporting, certificateId: string, executeAt: Temporal.Instant): Promise<string> {
  const now = on.clock.now();
  const { ordered } = await on.db.transact((tx) =>
    orderRevocations(
      tx,
      on.deps,
      { kind: "system", name: "test" },
      [
        {
          certificateId,
          ground: "MISUSE",
          reason: "privilegeWithdrawn",
          explanation: "",
          executeAt,
          dueAt: now.add({ hours: 120 }),
          origin: { kind: "desk", id: null },
        },
      ],
      now,
    ),
  );
  return ordered[0]?.id ?? "";
}

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
  return "none";
}

onBothEngines("the desk's problem reports", (open) => {
  test("stand in the order of their deadlines, with the time that is left", async () => {
    const { on, visitor } = await desk(await open());
    expect((await visitor.get("/problem-reports")).html).toContain("対応中の問題報告はありません");
    await file(on, { category: "MISUSE", domain: "late.example.co.jp" });
    on.clock.advance({ hours: 3 });
    await file(on, { category: "OTHER", domain: "www.example.co.jp" });
    on.clock.advance({ hours: 16 });
    const { html } = await visitor.get("/problem-reports");
    expect(html).toContain("あと5時間0分");
    expect(html).toContain("あと8時間0分");
    expect(html.indexOf("late.example.co.jp")).toBeLessThan(html.indexOf("www.example.co.jp"));
    on.clock.advance({ hours: 6 });
    expect((await visitor.get("/problem-reports")).html).toContain("1時間0分超過");
    const home = (await visitor.get("/")).model as unknown as DeskHome;
    expect(home.quiet).toBe(false);
    expect(home.reports.total).toBe(2);
    expect(home.reports.first.map(({ urgency }) => urgency)).toEqual(["OVERDUE", "SOON"]);
    const [id] = await idsOf(on);
    const { html: shown } = await visitor.get(`/problem-reports/${id}`);
    const number = /<h1[^>]*>(P-[^<]+)</.exec(shown)?.[1] ?? "";
    for (const q of [number.toLowerCase(), number.slice(0, 12)])
      expect((await visitor.get(`/problem-reports?q=${q}&state=ALL`)).html).toContain(number);
    expect((await visitor.get("/problem-reports?q=%25")).html).toContain(number);
    expect((await visitor.get("/problem-reports?q=Z")).html).toContain("該当する問題報告はありません");
  });

  test("page through what is decided", async () => {
    const { on, visitor } = await desk(await open());
    for (let count = 0; count < 27; count += 1) {
      on.clock.advance({ minutes: 10 });
      await file(on, { proof: await proofOf(newKey()) });
    }
    const first = await visitor.get("/problem-reports?state=DISMISSED");
    const older = /href="([^"]*after=[^"]+)"/.exec(first.html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    expect((first.model["list"] as { rows: unknown[] }).rows).toHaveLength(25);
    expect(((await visitor.get(older)).model["list"] as { rows: unknown[] }).rows).toHaveLength(2);
  });

  test("are worked on: taken, noted, certificates put on and taken off, answered", async () => {
    const { on, visitor } = await desk(await open());
    const certificateId = await on.issue(newKey(), "www.example.co.jp");
    await on.issue(newKey(), "mail.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const [id] = await idsOf(on);
    const at = `/problem-reports/${id}`;
    expect((await visitor.post(`${at}/assignment`)).to).toBe(at);
    expect((await visitor.get(at)).html).toContain("あなたが担当しています");
    expect(Object.keys((await visitor.post(`${at}/notes`, { note: " " })).errors)).toEqual(["note"]);
    await visitor.post(`${at}/notes`, { note: "画面を確認した" });
    expect((await visitor.get(at)).html).toContain("画面を確認した");

    expect((await visitor.post(`${at}/certificates/${certificateId}/detachment`)).to).toBe(
      `${at}#certificates`,
    );
    expect(await codeOf(() => visitor.post(`${at}/certificates/${certificateId}/detachment`))).toBe(
      "not-found",
    );
    expect((await visitor.get(at)).html).toContain("この報告に一致する証明書は、まだありません");
    const none = await visitor.get(`${at}/revocation`);
    expect(none.html).toContain("失効できる証明書がありません");
    expect((await visitor.post(`${at}/certificates`, { certificate: "00:11" })).html).toContain(
      "当社では発行していません",
    );
    expect(Object.keys((await visitor.post(`${at}/certificates`, { certificate: "xyz" })).errors)).toEqual([
      "certificate",
    ]);
    const { fingerprint } = await certificateOf(on, certificateId);
    const typed = (fingerprint.match(/../g) ?? []).join(":").toUpperCase();
    expect((await visitor.post(`${at}/certificates`, { certificate: typed })).to).toBe(`${at}#certificates`);
    expect((await visitor.post(`${at}/certificates`, { certificate: typed })).html).toContain(
      "すでに追加されています",
    );

    const form = await visitor.get(`${at}/preliminary`);
    expect(form.html).toContain("株式会社青葉商事");
    expect(Object.keys((await visitor.post(`${at}/preliminary/drafts`, {})).errors)).toEqual(["words"]);
    expect((await visitor.get(`${at}/receipt`)).to).toBe(at);
    const sent = await answer(visitor, `${at}/preliminary`, { words: "調査しています。" });
    expect(sent.check.html).toContain("調査しています。");
    expect((await visitor.get(at)).html).toContain("送付済み");
    expect(sent.receipt.model).toMatchObject({ answer: "PRELIMINARY" });
    // Sent twice: the draft is gone.
    expect((await visitor.post(`${at}/preliminary`, { draft: sent.draft })).to).toBe(`${at}/preliminary`);

    const drafts = `${at}/revocation/drafts`;
    const chosen = { certificates: certificateId, when: "later" };
    const wrong = await visitor.post(drafts, { ...chosen, executeAt: "soon" });
    expect(Object.keys(wrong.errors).sort()).toEqual(["ground", "words"]);
    const filled = { ...chosen, ground: "MISUSE", words: "偽の画面に使われていました。" };
    for (const executeAt of ["2027-01-01 00:00", "2020-01-01 00:00"])
      expect((await visitor.post(drafts, { ...filled, executeAt })).model).toHaveProperty("errors.executeAt");
    const never = await visitor.post(drafts, { ...filled, executeAt: "soon" });
    expect(Object.keys(never.errors)).toEqual(["executeAt"]);
    const ordered = { ...filled, executeAt: "２０２６/11/23 09:00" };
    const unsure = await visitor.post(drafts, ordered);
    const again = await visitor.post(`${at}/revocation`, { draft: draftOf(unsure.to) });
    expect(again.model).toHaveProperty("errors.confirmed");
    const { check, receipt } = await answer(visitor, `${at}/revocation`, ordered);
    expect(check.html).toContain("2026/11/23 09:00 JST");
    expect(receipt.html).toContain("2026/11/23 09:00 JST");
    expect(receipt.model).toMatchObject({ answer: "REVOCATION_ORDERED", revoked: 0, next: null });
    const decided = (await visitor.get(at)).html;
    expect(decided).toContain("失効予定");
    expect(decided).toContain("2026/11/23 09:00 JST");
    expect(decided).toContain("偽の画面に使われていました");
    for (const form of ["preliminary", "revocation", "settlement", "dismissal"])
      expect(await codeOf(() => visitor.get(`${at}/${form}`))).toBe("report-not-open");
  });

  test("are dismissed with a reason", async () => {
    const { on, visitor } = await desk(await open());
    await file(on, { category: "WRONG_CONTENT", domain: "www.example.co.jp", reporterEmail: null });
    await file(on, { category: "OTHER", domain: "mail.example.co.jp" });
    const [id, other] = await idsOf(on);
    const at = `/problem-reports/${id}`;
    expect((await visitor.get(`${at}/dismissal`)).html).toContain("送りません");
    const empty = await visitor.post(`${at}/dismissal/drafts`, { words: "" });
    expect(Object.keys(empty.errors)).toEqual(["words"]);
    const { receipt } = await answer(visitor, `${at}/dismissal`, { words: "登記と一致しました。" });
    expect(receipt.model).toMatchObject({ answer: "DISMISSED", next: { id: other } });
    expect((await visitor.get(at)).html).toContain("登記と一致しました。");
  });

  test("are closed as dealt with, once everything on them is revoked or planned", async () => {
    const { on, visitor } = await desk(await open());
    const certificateId = await on.issue(newKey(), "www.example.co.jp");
    for (const category of ["MISUSE", "OTHER"] as const)
      await file(on, { category, domain: "www.example.co.jp" });
    const [first, second] = await idsOf(on);
    const at = `/problem-reports/${second}`;
    const words = "失効の予定が決まっています。";
    expect((await visitor.get(at)).model).toMatchObject({ settled: false });
    expect((await visitor.get(`${at}/settlement`)).model).toMatchObject({ tooEarly: true });
    expect(await codeOf(() => answer(visitor, `${at}/settlement`, { words }))).toBe("report-not-settled");
    await answer(visitor, `/problem-reports/${first}/revocation`, {
      certificates: certificateId,
      ground: "MISUSE",
      words: "偽の画面",
      when: "now",
    });
    expect((await visitor.get(at)).html).toContain("対応済みとして終了する");
    const { receipt } = await answer(visitor, `${at}/settlement`, { words });
    expect(receipt.model).toMatchObject({ answer: "SETTLED", revoked: 1, next: null });
    expect((await visitor.get("/problem-reports?state=SETTLED")).html).toContain(second);
  });

  test("are answered once, and only as somebody saw them", async () => {
    const { on, visitor } = await desk(await open());
    await on.issue(newKey(), "www.example.co.jp");
    const late = await on.issue(newKey(), "mail.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const [id] = await idsOf(on);
    const at = `/problem-reports/${id}`;
    const draft = async (noun: string) =>
      draftOf((await visitor.post(`${at}/${noun}/drafts`, { words: "調査しています。" })).to);
    const first = await draft("preliminary");
    const second = await draft("preliminary");
    expect((await visitor.post(`${at}/preliminary`, { draft: first })).to).toBe(`${at}/receipt`);
    const again = await visitor.post(`${at}/preliminary`, { draft: second });
    expect(Object.keys(again.errors)).toEqual(["words"]);
    expect(again.html).toContain("調査しています。");
    expect(await eventsOf(on, "PRELIMINARY_SENT")).toBe(1);
    // A certificate is put on the report after its dismissal was looked at: it was meant for the others.
    const dismissal = await draft("dismissal");
    const { fingerprint } = await certificateOf(on, late);
    await visitor.post(`${at}/certificates`, { certificate: fingerprint });
    expect(Object.keys((await visitor.post(`${at}/dismissal`, { draft: dismissal })).errors)).toEqual([
      "words",
    ]);
    const detached = await draft("dismissal");
    await visitor.post(`${at}/certificates/${late}/detachment`);
    expect(Object.keys((await visitor.post(`${at}/dismissal`, { draft: detached })).errors)).toEqual([
      "words",
    ]);
    const { receipt } = await answer(visitor, `${at}/dismissal`, { words: "登記と一致しました。" });
    expect(receipt.model).toMatchObject({ answer: "DISMISSED" });
  });

  test("take no answer that was written for another report, or as another answer", async () => {
    const { on, visitor } = await desk(await open());
    for (const domain of ["www.example.co.jp", "mail.example.co.jp"]) await file(on, { domain });
    const [one, other] = await idsOf(on);
    const { to } = await visitor.post(`/problem-reports/${one}/dismissal/drafts`, { words: "別の報告" });
    const draft = draftOf(to);
    for (const at of [`/problem-reports/${other}/dismissal`, `/problem-reports/${one}/preliminary`]) {
      expect((await visitor.get(`${at}/drafts/${draft}`)).to).toBe(at);
      expect((await visitor.post(at, { draft })).to).toBe(at);
      expect((await visitor.get(`${at}?draft=${draft}`)).html).not.toContain("別の報告");
    }
    expect(await eventsOf(on, "DISMISSED")).toBe(0);
  });

  test("are decided with a receipt of what that decision revokes, and of nothing else", async () => {
    const { on, visitor } = await desk(await open());
    const other = await aobaTrading(on.db, on.clock.now(), { domain: "example.jp" });
    const before = await on.issue(newKey(), "www.example.co.jp");
    const now = await on.issue(newKey(), "www.example.co.jp");
    const spared = await on.issue(newKey(), "www.example.jp", other);
    await on.db.transact(async (tx) => {
      const { subscribers: s } = organizationTables(tx.columns);
      await tx.update(s).set({ name: "緑工業株式会社" }).where(eq(s.id, other.tenant));
    });
    await plan(on, before, on.clock.now());
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const [id] = await idsOf(on);
    const at = `/problem-reports/${id}`;
    const { fingerprint } = await certificateOf(on, spared);
    await visitor.post(`${at}/certificates`, { certificate: fingerprint });
    const sent = await answer(visitor, `${at}/preliminary`, { words: "調査しています。" });
    expect(sent.receipt.model).toMatchObject({ revoked: 0, planned: [] });
    expect(sent.receipt.html).toContain("緑工業株式会社");
    const chosen = { certificates: now, ground: "MISUSE", words: "偽の画面", when: "now" };
    const { receipt } = await answer(visitor, `${at}/revocation`, chosen);
    expect(receipt.model).toMatchObject({
      answer: "REVOCATION_ORDERED",
      revoked: 1,
      planned: [],
      subscribers: ["株式会社青葉商事"],
    });
    expect(receipt.html).not.toContain("緑工業株式会社");
  });

  test("offer no draft with an item that says nothing", () => {
    for (const language of LANGUAGES) {
      const { preliminary, settlement, dismissal } = catalogue(language).problemReports.answer;
      for (const { draft } of [preliminary, settlement, dismissal])
        expect(draft).not.toMatch(/^\s*[・-]\s*$/m);
    }
  });

  test("have settings", async () => {
    const { on, visitor } = await desk(await open());
    expect((await visitor.get("/problem-reports/settings")).html).toContain("kanri@ca.example.jp");
    const wrong = await visitor.post("/problem-reports/settings", {
      reportAddress: "x",
      compromiseNoticeHours: "24",
    });
    expect(Object.keys(wrong.errors)).toEqual(["reportAddress", "compromiseNoticeHours"]);
    await visitor.post("/problem-reports/settings", {
      reportAddress: "report@ca.example.jp",
      compromiseNoticeHours: "１２",
    });
    expect(await readSetting(on.db.read, "compromiseNoticeHours")).toBe(12);
    expect((await visitor.get("/problem-reports/settings")).html).toContain("report@ca.example.jp");
  });
});

onBothEngines("the desk's revocations", (open) => {
  test("are carried out early and called off only where that was confirmed", async () => {
    const { on, visitor } = await desk(await open());
    const inTwoDays = on.clock.now().add({ hours: 48 });
    const early = await plan(on, await on.issue(newKey(), "www.example.co.jp"), inTwoDays);
    const off = await plan(on, await on.issue(newKey(), "mail.example.co.jp"), inTwoDays);
    const reason = "事実がないことを確認しました。";
    expect((await visitor.get(`/revocations/${early}/execution`)).html).toContain('name="confirmed"');
    for (const [at, form] of [
      [`/revocations/${early}/execution`, {}],
      [`/revocations/${off}/cancellation`, { reason }],
    ] as const) {
      const unsure = await visitor.post(at, form);
      expect(unsure.model).toHaveProperty("errors.confirmed");
      expect((await visitor.get(`/revocations/${at.split("/")[2]}`)).model).toMatchObject({
        order: { state: "PLANNED" },
      });
      expect((await visitor.post(at, { ...form, confirmed: "on" })).to).toBe(
        `/revocations/${at.split("/")[2]}`,
      );
    }
    expect((await visitor.get(`/revocations/${early}`)).model).toMatchObject({ order: { state: "DONE" } });
    expect((await visitor.get(`/revocations/${off}`)).model).toMatchObject({ order: { state: "CANCELLED" } });
  });

  test("take no draft that was written for another certificate, and promise only what may be", async () => {
    const { on, visitor } = await desk(await open());
    const certificateId = await on.issue(newKey(), "www.example.co.jp");
    const other = await on.issue(newKey(), "mail.example.co.jp");
    const form = {
      ground: "KEY_COMPROMISE",
      knownAt: "2026/11/21 12:00",
      when: "now",
      explanation: "別のもの",
    };
    const at = `/certificates/${certificateId}/revocation`;
    const { to } = await visitor.post(`${at}/drafts`, form);
    const draft = draftOf(to);
    const elsewhere = `/certificates/${other}/revocation`;
    expect((await visitor.get(`${elsewhere}/drafts/${draft}`)).to).toBe(elsewhere);
    expect((await visitor.post(elsewhere, { draft, confirmed: "on" })).to).toBe(elsewhere);
    expect((await visitor.get(`${elsewhere}?draft=${draft}`)).html).not.toContain("別のもの");
    const sent = await visitor.post(at, { draft, confirmed: "on" });
    const receipt = await visitor.get(sent.to ?? "?");
    // No other certificate has this key.
    expect(receipt.html).toContain("同じ鍵を使う有効な証明書がほかにあれば");
  });
});

onBothEngines("the register of compromised keys", (open) => {
  test("is searched, and shows what carries a key and who reported it", async () => {
    const { on, visitor } = await desk(await open());
    expect((await visitor.get("/compromised-keys")).html).toContain("該当する鍵はありません");
    const key = newKey();
    await on.issue(key, "www.example.co.jp");
    const proof = await proofOf(key);
    const { receiptNumber } = await file(on, { proof });
    const { html } = await visitor.get(`/compromised-keys?q=${proof.spkiSha256.slice(0, 8).toUpperCase()}`);
    expect(html).toContain(proof.spkiSha256);
    expect(html).toContain(`問題報告 ${receiptNumber}`);
    const shown = await visitor.get(`/compromised-keys/${proof.spkiSha256}`);
    expect(shown.html).toContain("www.example.co.jp");
    expect(shown.html).toContain(receiptNumber);
    expect(await codeOf(() => visitor.get(`/compromised-keys/${"0".repeat(64)}`))).toBe("not-found");
  });

  test("takes keys by way of a check page that names what they bring down", async () => {
    const { on, visitor } = await desk(await open());
    const key = newKey();
    await on.issue(key, "www.example.co.jp");
    await visitor.get("/compromised-keys/new");
    const add = (form: Readonly<Record<string, string>>) => visitor.post("/compromised-keys/new", form);
    expect(Object.keys((await add({ step: "check" })).errors).sort()).toEqual(["evidence", "keys"]);
    const evidence = "公開された一覧";
    expect((await add({ keys: "hello", evidence })).html).toContain("「hello」を鍵として読み取れません");
    expect((await add({ keys: "# nothing", evidence })).html).toContain("鍵が1つも見つかりません");
    const secret = keyFile(key);
    for (const refused of [
      await add({ keys: secret, evidence }),
      await add({ keys: secret, evidence: "" }),
    ]) {
      expect(Object.keys(refused.errors).length).toBeGreaterThan(0);
      expect(refused.html).not.toContain(secret.split("\n")[1]);
    }
    const keys = `${"ab".repeat(32)}\n${csrPem({ keys: key })}`;
    const check = await add({ step: "check", keys, evidence });
    expect(check.html).toContain("この鍵を使う有効な証明書が1枚あります");
    const unsure = await add({ step: "register", keys, evidence });
    expect(unsure.model).toHaveProperty("errors.confirmed");
    expect((await add({ step: "change", keys, evidence })).html).toContain("ab".repeat(32));
    expect((await visitor.get("/compromised-keys")).html).toContain("該当する鍵はありません");
    const { to } = await add({ step: "register", keys, evidence, confirmed: "on" });
    const receipt = await visitor.get(to ?? "?");
    expect(receipt.model).toMatchObject({ total: 2, added: 2, ordered: 1, orMore: false, hash: null });
    expect(receipt.html).toContain("2026/11/21 16:00 JST");
    expect((await visitor.get(`/compromised-keys/receipts/${newId()}`)).to).toBe("/compromised-keys");
    // What is revoked already is brought down by no key.
    await executeIn(on, { hours: 4 });
    expect((await add({ step: "check", keys, evidence })).model).toMatchObject({
      known: 2,
      certificates: [],
    });
    const again = await add({ step: "register", keys: csrPem({ keys: key }), evidence, confirmed: "on" });
    expect((await visitor.get(again.to ?? "?")).model).toMatchObject({ total: 1, added: 0, ordered: 0 });
    expect((await visitor.get("/compromised-keys")).model).toMatchObject({ total: 2 });
  });

  test("is paged through, also within one moment", async () => {
    const { visitor } = await desk(await open());
    const keys = Array.from({ length: 120 }, (_, index) => index.toString(16).padStart(64, "0")).join("\n");
    await visitor.post("/compromised-keys/new", {
      step: "register",
      keys,
      evidence: "一覧",
      confirmed: "on",
    });
    const seen: string[] = [];
    let address = "/compromised-keys";
    for (let page = 0; page < 3; page += 1) {
      const { html, model } = await visitor.get(address);
      seen.push(...(model["rows"] as { spkiSha256: string }[]).map(({ spkiSha256 }) => spkiSha256));
      address = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";
    }
    expect(address).toBe("");
    expect(new Set(seen).size).toBe(120);
  });
});

async function eventsOf(on: Reporting, kind: "PRELIMINARY_SENT" | "DISMISSED"): Promise<number> {
  const { reportEvents: e } = reportTables(on.db.read.columns);
  return (await on.db.read.select({ id: e.id }).from(e).where(eq(e.kind, kind))).length;
}

async function certificateOf(on: Reporting, id: string): Promise<{ fingerprint: string }> {
  const { certificates: c } = authorityTables(on.db.read.columns);
  const [row] = await on.db.read.select({ fingerprint: c.fingerprint }).from(c).where(eq(c.id, id));
  if (!row) throw new Error("no such certificate");
  return row;
}
