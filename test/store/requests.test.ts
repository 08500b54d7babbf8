import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import { authorityTables } from "../../server/authority/tables.ts";
import type { Database } from "../../server/db/index.ts";
import { domainTables } from "../../server/domains/index.ts";
import type { ApplicantActor } from "../../server/kernel/actor.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { parseCsr } from "../../server/pki/index.ts";
import {
  approveRequest,
  approveRequests,
  cancelRequest,
  rejectRequest,
  requestStore,
  requestTables,
  type Submission,
  submitRequest,
} from "../../server/requests/index.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { csrDer, csrPem, privateKeyPem } from "../support/csr.ts";
import { onBothEngines } from "../support/databases.ts";

const NOW = Temporal.Instant.from("2026-11-21T03:00:00Z");
const depsOf = (db: Database, now = NOW) => ({
  db,
  clock: { now: () => now },
  mailFrom: "Inkan <no-reply@ca.example>",
  siteUrls: { applicant: "https://localhost:8441", operator: "https://localhost:8442" },
});

const submissionOf = (cast: Cast, changes: Partial<Submission> = {}): Submission => ({
  organizationId: cast.organizationId,
  product: "OV",
  shape: "SINGLE",
  subjectLanguage: "ja",
  csr: csrPem(),
  commonName: "www.example.co.jp",
  additionalNames: "",
  termDays: 199,
  licences: 1,
  issueNoticeEmail: "web@aoba.example",
  place: "本社DMZ",
  orderNumber: null,
  memo: null,
  kind: "NEW",
  replacesCertificateId: null,
  endsAt: null,
  reissueReason: null,
  reissueNote: null,
  graceDays: null,
  ...changes,
});

let keys = 0;
async function submit(db: Database, actor: ApplicantActor, submission: Submission, key = `key-${++keys}`) {
  return submitRequest(depsOf(db), actor, submission, key);
}
async function submitted(db: Database, actor: ApplicantActor, submission: Submission) {
  const outcome = await submit(db, actor, submission);
  if (!outcome.ok) throw new Error(outcome.problems.map(({ problem }) => problem.code).join());
  return outcome;
}
async function problemsOf(db: Database, actor: ApplicantActor, submission: Submission): Promise<string[]> {
  const outcome = await submit(db, actor, submission);
  return outcome.ok ? [] : outcome.problems.map(({ field, problem }) => `${field}: ${problem.code}`);
}
const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return "done";
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
};

onBothEngines("certificate requests", (open) => {
  test("submitting stores the request, its timeline, two mails and an audit entry together", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const csr = csrDer({ subject: [{ type: "O", value: "Somebody Else" }] });
    const { id, receiptNumber } = await submitted(db, cast.hanako, submissionOf(cast, { csr }));

    const { certificateRequests, requestEvents } = requestTables(db.read.columns);
    const [row] = await db.read.select().from(certificateRequests);
    expect(row).toMatchObject({
      id,
      receiptNumber,
      state: "PENDING_APPROVAL",
      commonName: "www.example.co.jp",
      names: ["www.example.co.jp", "example.co.jp"],
      requesterPersonId: cast.hanako.personId,
      keyDescription: "ECDSA P-256",
      spkiSha256: parseCsr(csr).publicKey.spkiSha256,
      version: 1,
    });
    expect(row?.csrDer).toEqual(csr);
    expect(await db.read.select().from(requestEvents)).toMatchObject([{ requestId: id, kind: "SUBMITTED" }]);
    const mails = await db.read.select().from(outboxTables(db.read.columns).messages);
    expect(mails.map(({ to, cc, replyTo }) => ({ to, cc, replyTo }))).toEqual([
      { to: ["web@aoba.example"], cc: ["notice@aoba.example"], replyTo: ["notice@aoba.example"] },
      { to: ["taro@aoba.example"], cc: [], replyTo: ["notice@aoba.example"] },
    ]);
    expect(mails[0]?.text).toContain(receiptNumber);
    expect(mails[1]?.text).toContain(`https://localhost:8442/requests/${id}`);
    const audit = await db.read.select().from(auditTables(db.read.columns).auditEntries);
    expect(audit.map(({ action, subjectId }) => [action, subjectId])).toEqual([["request.submitted", id]]);
    expect(await verifyAudit(db.read)).toMatchObject({ broken: null });
  });

  test("the same page sent twice, also at once, is one request; a new page for the same key within seconds too", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const submission = submissionOf(cast);
    const both = await Promise.all([
      submit(db, cast.hanako, submission, "one-page"),
      submit(db, cast.hanako, submission, "one-page"),
    ]);
    const again = await submit(db, cast.hanako, submission, "another-page");
    expect(new Set([...both, again].map((outcome) => (outcome.ok ? outcome.id : "refused"))).size).toBe(1);
    expect([...both, again].filter((outcome) => outcome.ok && !outcome.repeated)).toHaveLength(1);

    const later = depsOf(db, NOW.add({ minutes: 5 }));
    const anew = await submitRequest(later, cast.hanako, submission, "five-minutes-later");
    expect(anew).toMatchObject({ ok: true, repeated: false });
  });

  test("what is wrong with a CSR has its name, and nothing but the attempt is stored", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const secret = privateKeyPem();
    const marker = secret.split("\n")[1] ?? "";
    const good = csrPem();
    const wrong: [string, string | Uint8Array][] = [
      ["csr-private-key", `${good}${secret}`],
      ["csr-not-pem", "hello"],
      ["csr-malformed", csrDer().slice(0, -3)],
      ["csr-too-large", `${good}${" ".repeat(17_000)}`],
      ["csr-other-type", good.replaceAll("CERTIFICATE REQUEST", "PUBLIC KEY")],
      ["csr-signature-broken", csrPem({ brokenSignature: true })],
      ["key-weak", csrPem({ kind: "RSA-1024" })],
    ];
    for (const [code, csr] of wrong) {
      expect(await problemsOf(db, cast.hanako, submissionOf(cast, { csr }))).toEqual([`csr: ${code}`]);
    }
    const { certificateRequests } = requestTables(db.read.columns);
    expect(await db.read.select().from(certificateRequests)).toEqual([]);
    const entries = await db.read.select().from(auditTables(db.read.columns).auditEntries);
    expect(entries.map(({ action, details }) => [action, details])).toEqual(
      wrong.map(([code]) => ["request.refused", { problems: [`csr: ${code}`] }]),
    );
    expect(JSON.stringify(entries)).not.toContain(marker);
  });

  test("everything that is wrong is told at once, each at its field", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW, { english: false, evEnabled: false });
    const problems = await problemsOf(
      db,
      cast.hanako,
      submissionOf(cast, {
        csr: csrPem({ brokenSignature: true }),
        product: "EV",
        shape: "MULTI",
        subjectLanguage: "en",
        commonName: "www.other.jp",
        additionalNames: "localhost",
        termDays: 398,
      }),
    );
    expect(problems.sort()).toEqual([
      "additionalNames: name-invalid",
      "commonName: domain-not-registered",
      "csr: csr-signature-broken",
      "product: ev-not-enabled",
      "subjectLanguage: english-fields-missing",
      "termDays: term-too-long",
    ]);
  });

  test("each name has to be covered, at submission and again at approval", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const { domainValidations } = domainTables(db.read.columns);
    const { id } = await submitted(db, cast.hanako, submissionOf(cast));
    await db.transact(async (tx) => {
      await tx.update(domainValidations).set({ state: "SUPERSEDED" });
    });
    expect(await problemsOf(db, cast.hanako, submissionOf(cast))).toEqual([
      "commonName: domain-not-validated",
    ]);
    expect(await codeOf(approveRequest(depsOf(db), cast.taro, { id }))).toBe("domain-not-validated");
  });

  test("no contract, lapsed vetting, a compromised key: refused at submission and at approval", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const csr = csrPem();
    const { id } = await submitted(db, cast.hanako, submissionOf(cast, { csr }));
    const yearLater = depsOf(db, NOW.add({ hours: 24 * 350 }));
    const late = await submitRequest(yearLater, cast.hanako, submissionOf(cast, { termDays: 30 }), "late");
    expect(late.ok ? [] : late.problems.map(({ problem }) => problem.code)).toEqual([
      "domain-not-validated",
      "contract-not-in-force",
      "organization-not-vetted",
    ]);
    await db.transact(async (tx) => {
      const spkiSha256 = parseCsr(csr).publicKey.spkiSha256;
      const { compromisedKeys } = authorityTables(tx.columns);
      await tx
        .insert(compromisedKeys)
        .values({ spkiSha256, reportedAt: NOW, evidence: "found on a paste site" });
    });
    expect(await problemsOf(db, cast.hanako, submissionOf(cast, { csr }))).toEqual(["csr: key-compromised"]);
    expect(await codeOf(approveRequest(depsOf(db), cast.taro, { id }))).toBe("key-compromised");
  });

  test("another tenant's organisation, request and certificate are not found", async () => {
    const db = await open();
    const aoba = await aobaTrading(db, NOW);
    const other = await aobaTrading(db, NOW, { domain: "other.co.jp" });
    const { id } = await submitted(db, aoba.hanako, submissionOf(aoba));
    const deps = depsOf(db);
    expect(await codeOf(submit(db, other.hanako, submissionOf(aoba)))).toBe("not-found");
    const replacesCertificateId = id;
    expect(await codeOf(submit(db, aoba.hanako, submissionOf(aoba, { replacesCertificateId })))).toBe(
      "not-found",
    );
    expect(await codeOf(approveRequest(deps, other.taro, { id }))).toBe("not-found");
    expect(await codeOf(rejectRequest(deps, other.taro, { id, reason: "?" }))).toBe("not-found");
    expect(await codeOf(cancelRequest(deps, other.hanako, { id, reason: null }))).toBe("not-found");
    // The other company's validation covers nothing here.
    const stolen = submissionOf(aoba, { commonName: "www.other.co.jp" });
    expect(await problemsOf(db, aoba.hanako, stolen)).toEqual(["commonName: domain-not-registered"]);
  });

  test("the requester does not approve, an operator's applicant login included; the policy may waive it", async () => {
    const db = await open();
    const strict = await aobaTrading(db, NOW);
    const lenient = await aobaTrading(db, NOW, {
      policy: { samePersonMayApprove: true, secondFactorForApproval: true },
    });
    const own = await submitted(db, strict.taroAsApplicant, submissionOf(strict));
    expect(await codeOf(approveRequest(depsOf(db), strict.taro, own))).toBe("approver-is-requester");
    const waived = await submitted(db, lenient.taroAsApplicant, submissionOf(lenient));
    expect(await codeOf(approveRequest(depsOf(db), lenient.taro, waived))).toBe("done");
  });

  test("fifty parallel approvals of one request approve it once", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const { id } = await submitted(db, cast.hanako, submissionOf(cast));
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, () => codeOf(approveRequest(depsOf(db), cast.taro, { id }))),
    );
    expect(outcomes.filter((outcome) => outcome === "done")).toHaveLength(1);
    expect(
      outcomes.filter((outcome) => outcome === "request-not-pending" || outcome === "stale-version"),
    ).toHaveLength(49);
    const { requestEvents } = requestTables(db.read.columns);
    const events = await db.read.select().from(requestEvents).where(eq(requestEvents.requestId, id));
    expect(events.map(({ kind }) => kind)).toEqual(["SUBMITTED", "APPROVED"]);
  });

  test("a bulk approval decides each row by itself", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const other = await aobaTrading(db, NOW, { domain: "other.co.jp" });
    const good = await submitted(db, cast.hanako, submissionOf(cast));
    const own = await submitted(db, cast.taroAsApplicant, submissionOf(cast));
    const gone = await submitted(db, cast.hanako, submissionOf(cast));
    await cancelRequest(depsOf(db), cast.hanako, { id: gone.id, reason: null });
    const foreign = await submitted(db, other.hanako, submissionOf(other, { commonName: "www.other.co.jp" }));
    const ids = [foreign.id, gone.id, own.id, good.id, good.id];
    const results = await approveRequests(depsOf(db), cast.taro, { ids });
    expect(results.map(({ id, problem }) => [id, problem?.code ?? "approved"])).toEqual([
      [foreign.id, "not-found"],
      [gone.id, "request-not-pending"],
      [own.id, "approver-is-requester"],
      [good.id, "approved"],
    ]);
    expect(await verifyAudit(db.read)).toMatchObject({ broken: null });
  });

  test("rejecting and cancelling: reason, timeline, mail, and never twice", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const deps = depsOf(db);
    const rejected = await submitted(db, cast.hanako, submissionOf(cast));
    await rejectRequest(deps, cast.taro, { id: rejected.id, reason: "設置先が分かりません" });
    expect(await codeOf(rejectRequest(deps, cast.taro, { id: rejected.id, reason: "again" }))).toBe(
      "request-not-pending",
    );
    const cancelled = await submitted(db, cast.hanako, submissionOf(cast));
    expect(await codeOf(cancelRequest(deps, cast.taroAsApplicant, { id: cancelled.id, reason: null }))).toBe(
      "not-allowed",
    );
    await approveRequest(deps, cast.taro, cancelled);
    expect(await codeOf(cancelRequest(deps, cast.hanako, { id: cancelled.id, reason: null }))).toBe(
      "request-not-cancellable",
    );
    await cancelRequest(deps, cast.taro, { id: cancelled.id, reason: "二重申請" });

    const { certificateRequests, requestEvents } = requestTables(db.read.columns);
    const rows = await db.read.select().from(certificateRequests).orderBy(certificateRequests.id);
    expect(rows.map(({ state, decisionReason, version }) => [state, decisionReason, version])).toEqual([
      ["REJECTED", "設置先が分かりません", 2],
      ["CANCELLED", "二重申請", 3],
    ]);
    const events = await db.read.select().from(requestEvents).orderBy(requestEvents.id);
    expect(events.map(({ kind, actorName, reason }) => [kind, actorName, reason])).toEqual([
      ["SUBMITTED", "佐藤 花子", null],
      ["REJECTED", "山田 太郎", "設置先が分かりません"],
      ["SUBMITTED", "佐藤 花子", null],
      ["APPROVED", "山田 太郎", null],
      ["CANCELLED", "山田 太郎", "二重申請"],
    ]);
    const { messages } = outboxTables(db.read.columns);
    const mails = await db.read.select().from(messages).orderBy(messages.id);
    const endings = mails.filter(({ kind }) => kind === "request-rejected" || kind === "request-cancelled");
    expect(endings.map(({ to, cc, text }) => [to, cc, text.includes("理由")])).toEqual([
      [["web@aoba.example"], ["notice@aoba.example"], true],
      [["web@aoba.example"], ["notice@aoba.example"], true],
    ]);
  });

  describe("the store", () => {
    test("moves a request only from what was read, and only along the table of transitions", async () => {
      const db = await open();
      const cast = await aobaTrading(db, NOW);
      const { id } = await submitted(db, cast.hanako, submissionOf(cast));
      const moved = (transition: "approve" | "claim" | "complete", version?: number) =>
        codeOf(
          db.transact(async (tx) => {
            const store = requestStore(tx, cast.tenant);
            const request = await store.byId(id);
            await store.move({ ...request, version: version ?? request.version }, transition);
          }),
        );
      expect(await moved("claim")).toBe("stale-version");
      expect(await moved("approve", 0)).toBe("stale-version");
      expect(await moved("approve")).toBe("done");
      expect(await moved("complete")).toBe("stale-version");
      expect(await moved("claim")).toBe("done");
    });

    test("a suspended subscriber asks for nothing", async () => {
      const db = await open();
      const cast = await aobaTrading(db, NOW);
      const { subscribers } = organizationTables(db.read.columns);
      await db.transact(async (tx) => {
        await tx.update(subscribers).set({ state: "SUSPENDED" }).where(eq(subscribers.id, cast.tenant));
      });
      expect(await problemsOf(db, cast.hanako, submissionOf(cast))).toEqual([": contract-not-in-force"]);
    });
  });
});
