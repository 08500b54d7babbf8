import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { verifyAudit } from "../../server/audit/index.ts";
import { authorityTables, isKeyCompromised, reportCompromisedKey } from "../../server/authority/index.ts";
import type { StaffActor } from "../../server/kernel/actor.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { addStaff, operatorTables } from "../../server/operators/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import {
  deadlineOf,
  executeDueRevocations,
  orderRevocations,
  type RevocationOrder,
  revocationTables,
} from "../../server/revocation/index.ts";
import { settleReport } from "../../server/revocation/reports/answer-report.ts";
import {
  dismissReport,
  fileReport,
  reportTables,
  runningReports,
  sendPreliminaryReport,
  upholdReport,
  warnOfDeadlines,
} from "../../server/revocation/reports/index.ts";
import { registerKeys } from "../../server/revocation/reports/register-keys.ts";
import {
  attachCertificate,
  noteOnReport,
  takeReport,
} from "../../server/revocation/reports/work-on-report.ts";
import { writeSetting } from "../../server/settings/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { NOW } from "../support/issuing.ts";
import { newKey, newSubmission, proofOf, type Reporting, reportingOn, told } from "../support/reporting.ts";

const STRANGER = "203.0.113.7";
const hours = (count: number) => NOW.add({ hours: count });

async function codeOf(work: () => Promise<unknown>): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
  return "none";
}

onBothEngines("problem reports", (open) => {
  const scene = async (): Promise<Reporting> => reportingOn(await open(), temporaryFolder());

  async function vetter({ db, clock }: Reporting): Promise<StaffActor> {
    const entry = { name: "審査 一郎", email: "vetter@ca.example.jp", roles: ["VETTER"] } as const;
    const staffId = await addStaff({ db, clock }, { kind: "system", name: "test" }, entry);
    return { kind: "staff", staffId, name: entry.name, roles: entry.roles, fingerprint: "1".repeat(64) };
  }

  const plan = ({ db, deps }: Reporting, order: Omit<RevocationOrder, "explanation">) =>
    db.transact((tx) =>
      orderRevocations(tx, deps, { kind: "system", name: "test" }, [{ ...order, explanation: "" }], NOW),
    );

  const file = ({ deps }: Reporting, changes: Parameters<typeof told>[0] = {}) =>
    fileReport(deps, told(changes), newSubmission(), STRANGER);
  const reports = ({ db }: Reporting) =>
    db.read
      .select()
      .from(reportTables(db.read.columns).problemReports)
      .orderBy(reportTables(db.read.columns).problemReports.id);
  const orders = ({ db }: Reporting) =>
    db.read.select().from(revocationTables(db.read.columns).revocationOrders);
  const attached = async ({ db }: Reporting) =>
    (await db.read.select().from(reportTables(db.read.columns).reportedCertificates)).map(
      ({ certificateId, foundBy }) => ({ certificateId, foundBy }),
    );
  const mails = async ({ db }: Reporting, kind: string) =>
    db.read
      .select()
      .from(outboxTables(db.read.columns).messages)
      .where(eq(outboxTables(db.read.columns).messages.kind, kind));
  const stateOf = async ({ db }: Reporting, id: Id) => {
    const { certificates: c } = authorityTables(db.read.columns);
    const [row] = await db.read.select().from(c).where(eq(c.id, id));
    return { state: row?.state, reason: row?.revocationReason };
  };

  test("a proven compromise blocks the key and plans every certificate of it, in every tenant", async () => {
    const on = await scene();
    const other = await aobaTrading(on.db, NOW, { domain: "example.jp" });
    const key = newKey();
    const untouched = await on.issue(newKey(), "safe.example.co.jp");
    const planned = await on.issue(key, "planned.example.co.jp");
    const revoked = await on.issue(key, "revoked.example.co.jp");
    const ours = await on.issue(key, "www.example.co.jp");
    // From before nobody got a certificate for another subscriber's key.
    const theirs = await on.issue(newKey(), "www.example.jp", other);
    await on.db.transact(async (tx) => {
      const { certificates: c } = authorityTables(tx.columns);
      const [one] = await tx.select({ key: c.spkiSha256 }).from(c).where(eq(c.id, ours));
      await tx
        .update(c)
        .set({ spkiSha256: one?.key ?? "" })
        .where(eq(c.id, theirs));
    });
    await on.db.transact((tx) =>
      orderRevocations(
        tx,
        on.deps,
        { kind: "system", name: "test" },
        [
          {
            certificateId: revoked,
            ground: "SUBSCRIBER_REQUEST",
            reason: "superseded",
            explanation: "",
            executeAt: NOW,
            dueAt: hours(24),
            origin: { kind: "desk", id: null },
          },
          {
            certificateId: planned,
            ground: "MISUSE",
            reason: "privilegeWithdrawn",
            explanation: "",
            executeAt: hours(100),
            dueAt: deadlineOf("MISUSE", NOW),
            origin: { kind: "desk", id: null },
          },
        ],
        NOW,
      ),
    );
    const proof = await proofOf(key);
    const filed = await file(on, { proof });
    expect(filed.proven).toMatchObject({ certificates: 4 });
    expect(filed.proven?.executeAt.equals(hours(4))).toBe(true);
    expect(filed.mailed).toBe(true);

    expect(await isKeyCompromised(on.db.read, proof.spkiSha256)).toBe(true);
    expect(await stateOf(on, untouched)).toEqual({ state: "ACTIVE", reason: null });
    // Revoked already: its reason becomes what it is. About to be: now, since its subscriber knew.
    expect(await stateOf(on, revoked)).toEqual({ state: "REVOKED", reason: 1 });
    expect(await stateOf(on, planned)).toEqual({ state: "REVOKED", reason: 1 });
    for (const id of [ours, theirs]) {
      expect(await stateOf(on, id)).toEqual({ state: "ACTIVE", reason: null });
      const order = (await orders(on)).find(({ openFor }) => openFor === id);
      expect(order).toMatchObject({
        ground: "KEY_COMPROMISE",
        reason: "keyCompromise",
        origin: "problem-report",
      });
      expect(order?.executeAt.equals(hours(4))).toBe(true);
      expect(order?.dueAt.equals(hours(24))).toBe(true);
      expect(order?.explanation).toContain(filed.receiptNumber);
    }
    // Both subscribers have their notice, and with it the report is answered and decided.
    const notices = (await mails(on, "revocation-planned")).filter(({ text }) =>
      text.includes(filed.receiptNumber),
    );
    expect(notices).toHaveLength(2);
    const [report] = await reports(on);
    expect(report).toMatchObject({ state: "REVOCATION_ORDERED", ground: "KEY_COMPROMISE", nextDueAt: null });
    expect(report?.preliminarySentAt?.equals(NOW)).toBe(true);

    on.clock.advance({ seconds: 4 * 3600 - 1 });
    await executeDueRevocations(on.deps);
    expect(await stateOf(on, theirs)).toEqual({ state: "ACTIVE", reason: null });
    on.clock.advance({ seconds: 1 });
    await executeDueRevocations(on.deps);
    for (const id of [ours, theirs]) expect(await stateOf(on, id)).toEqual({ state: "REVOKED", reason: 1 });
    expect((await verifyAudit(on.db.read)).broken).toBeNull();
  });

  test("the notice is a setting, and never more than the 24 hours", async () => {
    const on = await scene();
    await on.db.transact((tx) => writeSetting(tx, "compromiseNoticeHours", 0, NOW));
    const key = newKey();
    const id = await on.issue(key, "www.example.co.jp");
    await file(on, { proof: await proofOf(key) });
    expect(await stateOf(on, id)).toEqual({ state: "REVOKED", reason: 1 });
  });

  test("a key that nobody uses yet is blocked all the same, and nothing is left to do", async () => {
    const on = await scene();
    const proof = await proofOf(newKey());
    expect((await file(on, { proof })).proven).toMatchObject({ certificates: 0 });
    expect(await isKeyCompromised(on.db.read, proof.spkiSha256)).toBe(true);
    expect(await reports(on)).toMatchObject([{ state: "DISMISSED" }]);
    // With a certificate named beside it, somebody looks.
    await file(on, { proof: await proofOf(newKey()), domain: "www.example.co.jp" });
    expect((await reports(on))[1]).toMatchObject({ state: "OPEN", proof: "PROVEN" });
  });

  test("fifty reports of one key at once order each revocation once", async () => {
    const on = await scene();
    const key = newKey();
    await on.issue(key, "www.example.co.jp");
    const proof = await proofOf(key);
    const filed = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        fileReport(on.deps, told({ proof }), newSubmission(), `198.51.100.${index}`),
      ),
    );
    expect(filed.filter(({ proven }) => proven?.certificates === 1)).toHaveLength(1);
    expect(await orders(on)).toHaveLength(1);
    // One mailbox, one receipt an hour, besides that of the report that brought the certificate down.
    expect((await mails(on, "problem-report-received")).length).toBeLessThanOrEqual(2);
  });

  test("a CSR without the phrase names the key: nothing is blocked or revoked by it", async () => {
    const on = await scene();
    const key = newKey();
    const id = await on.issue(key, "www.example.co.jp");
    const proof = { ...(await proofOf(key)), result: "NAMED", kind: "CSR" } as const;
    const filed = await file(on, { proof });
    expect(filed.proven).toBeNull();
    expect(await isKeyCompromised(on.db.read, proof.spkiSha256)).toBe(false);
    expect(await stateOf(on, id)).toEqual({ state: "ACTIVE", reason: null });
    expect(await attached(on)).toEqual([{ certificateId: id, foundBy: "KEY" }]);
    const [report] = await reports(on);
    expect(report).toMatchObject({ state: "OPEN", proof: "NAMED" });
    expect(report?.nextDueAt?.equals(hours(24))).toBe(true);
  });

  test("certificates are found by serial, certificate, name and wildcard, each once", async () => {
    const on = await scene();
    const exact = await on.issue(newKey(), "www.example.co.jp");
    const wildcard = await on.issue(newKey(), "*.example.co.jp");
    await on.issue(newKey(), "mail.example.co.jp");
    const { certificates: c } = authorityTables(on.db.read.columns);
    const [row] = await on.db.read.select().from(c).where(eq(c.id, exact));
    if (!row) throw new Error("no certificate");
    await file(on, { domain: "www.example.co.jp" });
    expect((await attached(on)).sort((a, b) => (a.certificateId < b.certificateId ? -1 : 1))).toEqual([
      { certificateId: exact, foundBy: "NAME" },
      { certificateId: wildcard, foundBy: "NAME" },
    ]);
    await file(on, { serial: row.serial, domain: "www.example.co.jp" });
    await file(on, { certificateDer: row.der });
    await file(on, { fingerprint: row.fingerprint });
    const found = (await attached(on)).slice(2).map(({ foundBy }) => foundBy);
    expect(found).toEqual(["SERIAL", "NAME", "KEY", "FINGERPRINT"]);
  });

  test("the desk is warned 6 hours and 1 hour before a deadline and after it, once each", async () => {
    const on = await scene();
    await vetter(on);
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const stages: string[] = [];
    const look = async (passed: Temporal.DurationLike) => {
      const target = NOW.add(passed);
      on.clock.advance(on.clock.now().until(target));
      for (const { which, urgency } of await warnOfDeadlines(on.deps)) stages.push(`${which}:${urgency}`);
    };
    await look({ seconds: 18 * 3600 - 1 });
    expect(stages).toEqual([]);
    await look({ hours: 18 });
    await look({ hours: 18, seconds: 1 });
    await look({ seconds: 23 * 3600 - 1 });
    expect(stages).toEqual(["preliminary:SOON"]);
    await look({ hours: 23 });
    await look({ hours: 24 });
    expect(stages).toEqual(["preliminary:SOON", "preliminary:URGENT"]);
    await look({ hours: 24, seconds: 1 });
    await look({ hours: 30 });
    expect(stages.slice(2)).toEqual(["preliminary:OVERDUE"]);
    await look({ hours: 120, seconds: 1 });
    expect(stages.slice(3)).toEqual(["decision:OVERDUE"]);
    const sent = await mails(on, "problem-report-warning");
    expect(sent).toHaveLength(4);
    expect(sent[0]?.to).toEqual(["vetter@ca.example.jp"]);
    const { first } = await runningReports(on.db.read, 5, on.clock.now());
    expect(first).toMatchObject([{ urgency: "OVERDUE" }]);
  });

  test("the desk answers, decides, and the deadline of a revocation runs from the receipt", async () => {
    const on = await scene();
    const actor = await vetter(on);
    const id = await on.issue(newKey(), "www.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp", reporterName: "佐々木 透" });
    const [report] = await reports(on);
    const reportId = report?.id ?? "";
    await takeReport(on.deps, actor, reportId);
    await noteOnReport(on.deps, actor, reportId, "画面を確認した");
    on.clock.advance({ hours: 2 });
    await sendPreliminaryReport(on.deps, actor, reportId, "調査しています。");
    const sent = await mails(on, "problem-report-preliminary");
    expect(sent.map(({ to }) => to)).toEqual([["toru@example.org"], ["notice@aoba.example"]]);
    // The subscriber never learns who reported.
    expect(sent[1]?.text).not.toContain("佐々木");
    expect(sent[1]?.text).not.toContain("toru@example.org");
    expect((await reports(on))[0]?.nextDueAt?.equals(hours(120))).toBe(true);

    const uphold = (executeAt: Temporal.Instant) =>
      upholdReport(on.deps, actor, reportId, {
        certificateIds: [id],
        ground: "MISUSE",
        reason: "privilegeWithdrawn",
        explanation: "フィッシングに使われていました。",
        executeAt,
      });
    expect(await codeOf(() => uphold(hours(120).add({ seconds: 1 })))).toBe("revocation-too-late");
    expect((await reports(on))[0]).toMatchObject({ state: "OPEN" });
    expect(await uphold(hours(120))).toMatchObject({ ordered: 1, refused: [] });
    const [order] = await orders(on);
    expect(order?.dueAt.equals(hours(120))).toBe(true);
    expect((await reports(on))[0]).toMatchObject({
      state: "REVOCATION_ORDERED",
      decidedBy: "審査 一郎",
      nextDueAt: null,
    });
    expect(await mails(on, "problem-report-upheld")).toHaveLength(1);
    expect(await codeOf(() => dismissReport(on.deps, actor, reportId, "違いました"))).toBe("report-not-open");
    expect((await verifyAudit(on.db.read)).broken).toBeNull();
  });

  test("a dismissal is told to both sides, and answers a report that had no answer yet", async () => {
    const on = await scene();
    const actor = await vetter(on);
    await on.issue(newKey(), "www.example.co.jp");
    await file(on, { category: "WRONG_CONTENT", domain: "www.example.co.jp", language: "en" });
    const [report] = await reports(on);
    await dismissReport(on.deps, actor, report?.id ?? "", "The address is right.");
    const sent = await mails(on, "problem-report-dismissed");
    expect(sent.map(({ to, language }) => [to[0], language])).toEqual([
      ["toru@example.org", "en"],
      ["notice@aoba.example", "ja"],
    ]);
    expect((await reports(on))[0]).toMatchObject({ state: "DISMISSED", nextDueAt: null });
    expect((await reports(on))[0]?.preliminarySentAt).not.toBeNull();
  });

  test("only certificates on the report are revoked by it", async () => {
    const on = await scene();
    const actor = await vetter(on);
    const on1 = await on.issue(newKey(), "www.example.co.jp");
    const off = await on.issue(newKey(), "mail.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const [report] = await reports(on);
    const id = report?.id ?? "";
    await upholdReport(on.deps, actor, id, {
      certificateIds: [on1, off],
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      explanation: "x",
      executeAt: NOW,
    });
    expect(await stateOf(on, on1)).toMatchObject({ state: "REVOKED" });
    expect(await stateOf(on, off)).toMatchObject({ state: "ACTIVE" });
    expect(
      await codeOf(() => attachCertificate(on.deps, actor, id, { certificateId: off, serial: "00" })),
    ).toBe("report-not-open");
  });

  test("a report is not decided by certificates that are not on it", async () => {
    const on = await scene();
    const actor = await vetter(on);
    await on.issue(newKey(), "www.example.co.jp");
    const off = await on.issue(newKey(), "mail.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const id = (await reports(on))[0]?.id ?? "";
    const upholding = {
      certificateIds: [off],
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      explanation: "x",
      executeAt: NOW,
    } as const;
    expect(await codeOf(() => upholdReport(on.deps, actor, id, upholding))).toBe("not-found");
    expect((await reports(on))[0]).toMatchObject({ state: "OPEN" });
    expect(await mails(on, "problem-report-upheld")).toEqual([]);
  });

  test("a report is settled by what stays planned in time, and by no plan that a subscriber can call off", async () => {
    const on = await scene();
    const actor = await vetter(on);
    const id = await on.issue(newKey(), "www.example.co.jp");
    await file(on, { category: "OTHER", domain: "www.example.co.jp" });
    const reportId = (await reports(on))[0]?.id ?? "";
    const settled = () => codeOf(() => settleReport(on.deps, actor, reportId, "予定があります。"));
    const subscribers = { kind: "operator", id: null } as const;
    const wished = { ground: "SUBSCRIBER_REQUEST", reason: "superseded", origin: subscribers } as const;
    await plan(on, { ...wished, certificateId: id, executeAt: hours(2), dueAt: hours(24) });
    expect(await settled()).toBe("report-not-settled");
    const { revocationOrders: o } = revocationTables(on.db.read.columns);
    const change = (to: Partial<typeof o.$inferInsert>) =>
      on.db.transact(async (tx) => {
        await tx.update(o).set(to).where(eq(o.openFor, id));
      });
    // The desk's own, but an hour after the report must be decided.
    await change({ ground: "MISUSE", reason: "privilegeWithdrawn", origin: "desk", executeAt: hours(25) });
    expect(await settled()).toBe("report-not-settled");
    await change({ executeAt: hours(24) });
    expect(await settled()).toBe("none");
  });

  test("what its subscriber only declared compromised settles nothing until it is proven", async () => {
    const on = await scene();
    const actor = await vetter(on);
    const key = newKey();
    const id = await on.issue(key, "www.example.co.jp");
    await file(on, { category: "OTHER", domain: "www.example.co.jp" });
    const reportId = (await reports(on))[0]?.id ?? "";
    const settled = () => codeOf(() => settleReport(on.deps, actor, reportId, "予定があります。"));
    const declared = { ground: "KEY_COMPROMISE", reason: "keyCompromise" } as const;
    const origin = { kind: "replacement", id: null } as const;
    await plan(on, { ...declared, origin, certificateId: id, executeAt: hours(2), dueAt: hours(24) });
    expect(await settled()).toBe("report-not-settled");
    const { spkiSha256 } = await proofOf(key);
    const proof = { spkiSha256, evidence: "proven", reportedAt: NOW, declaredIn: null };
    await on.db.transact((tx) => reportCompromisedKey(tx, proof));
    expect(await settled()).toBe("none");
  });

  test("what is upheld over another plan is revoked no later, and nothing is closed over a later one", async () => {
    const on = await scene();
    const actor = await vetter(on);
    const late = await on.issue(newKey(), "www.example.co.jp");
    const early = await on.issue(newKey(), "www.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const reportId = (await reports(on))[0]?.id ?? "";
    const desk = {
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      origin: { kind: "desk", id: null },
    } as const;
    await plan(on, { ...desk, certificateId: late, executeAt: hours(110), dueAt: hours(120) });
    await plan(on, { ...desk, certificateId: early, executeAt: hours(3), dueAt: hours(120) });
    const upheld = await upholdReport(on.deps, actor, reportId, {
      certificateIds: [late, early],
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      explanation: "フィッシングに使われていました。",
      executeAt: hours(48),
    });
    expect(upheld).toEqual({ ordered: 2, refused: [] });
    const times = new Map((await orders(on)).map(({ openFor, executeAt }) => [openFor, executeAt]));
    expect(times.get(late)?.equals(hours(48))).toBe(true);
    expect(times.get(early)?.equals(hours(3))).toBe(true);
    expect((await reports(on))[0]).toMatchObject({ state: "REVOCATION_ORDERED" });
  });

  test("finance neither answers reports nor blocks keys", async () => {
    const on = await scene();
    const actor = { ...(await vetter(on)), roles: ["FINANCE"] as const };
    await on.issue(newKey(), "www.example.co.jp");
    await file(on, { category: "MISUSE", domain: "www.example.co.jp" });
    const id = (await reports(on))[0]?.id ?? "";
    const { spkiSha256 } = await proofOf(newKey());
    const tries = [
      () => sendPreliminaryReport(on.deps, actor, id, "x"),
      () => dismissReport(on.deps, actor, id, "x"),
      () => registerKeys(on.deps, actor, { spkiSha256s: [spkiSha256], evidence: "x" }),
    ];
    for (const each of tries) expect(await codeOf(each)).toBe("not-allowed");
    expect((await reports(on))[0]).toMatchObject({ state: "OPEN", preliminarySentAt: null });
    expect(await isKeyCompromised(on.db.read, spkiSha256)).toBe(false);
  });

  test("a list of leaked keys is blocked, and what carries them is ordered within 24 hours", async () => {
    const on = await scene();
    const actor = await vetter(on);
    const key = newKey();
    const id = await on.issue(key, "www.example.co.jp");
    const { spkiSha256 } = await proofOf(key);
    const list = [spkiSha256, "ab".repeat(32), "cd".repeat(32)];
    const done = await registerKeys(on.deps, actor, { spkiSha256s: list, evidence: "公開された一覧" });
    expect(done).toMatchObject({ added: 3, ordered: [id], settled: [], others: [] });
    const again = await registerKeys(on.deps, actor, { spkiSha256s: list, evidence: "公開された一覧" });
    expect(again).toMatchObject({ added: 0, ordered: [], settled: [id] });
  });

  test("a mailbox gets one receipt an hour, with nothing in it that the reporter wrote", async () => {
    const on = await scene();
    const entry = { domain: "www.example.co.jp", description: "BUY NOW", reporterName: "SPAM INC" } as const;
    expect((await file(on, entry)).mailed).toBe(true);
    expect((await file(on, { ...entry, reporterEmail: "Toru@Example.org" })).mailed).toBe(false);
    on.clock.advance({ minutes: 59 });
    expect((await file(on, entry)).mailed).toBe(false);
    on.clock.advance({ minutes: 61 });
    expect((await file(on, entry)).mailed).toBe(true);
    const sent = await mails(on, "problem-report-received");
    expect(sent).toHaveLength(2);
    for (const { text, subject } of sent) expect(`${subject}${text}`).not.toMatch(/BUY NOW|SPAM INC/);
  });

  test("one address waits after twenty reports an hour; others do not", async () => {
    const on = await scene();
    const from = (address: string) =>
      fileReport(on.deps, told({ domain: "www.example.co.jp" }), newSubmission(), address);
    for (let count = 0; count < 20; count += 1) await from(STRANGER);
    expect(await codeOf(() => from(STRANGER))).toBe("too-many-attempts");
    expect(await codeOf(() => from("203.0.113.8"))).toBe("none");
    on.clock.advance({ minutes: 1 });
    expect(await codeOf(() => from(STRANGER))).toBe("none");
  });

  test("the same check page sent twice is one report", async () => {
    const on = await scene();
    const submission = newSubmission();
    const entry = told({ domain: "www.example.co.jp" });
    const both = await Promise.all([1, 2].map(() => fileReport(on.deps, entry, submission, STRANGER)));
    const again = await fileReport(on.deps, entry, submission, STRANGER);
    expect(new Set([...both, again].map(({ receiptNumber }) => receiptNumber)).size).toBe(1);
    expect(await reports(on)).toHaveLength(1);
  });

  test("without an address in the settings all staff hear of a report, with one that address", async () => {
    const on = await scene();
    await vetter(on);
    const { staff } = operatorTables(on.db.read.columns);
    expect(await on.db.read.select().from(staff)).toHaveLength(1);
    await file(on, { domain: "www.example.co.jp" });
    await on.db.transact((tx) => writeSetting(tx, "reportAddress", "report@ca.example.jp", NOW));
    await file(on, { domain: "www.example.co.jp" });
    const sent = await mails(on, "problem-report-arrived");
    expect(sent.map(({ to }) => to)).toEqual([["vetter@ca.example.jp"], ["report@ca.example.jp"]]);
  });
});
