import { X509Certificate } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import {
  authorityTables,
  chainOf,
  currentCrl,
  publishCrl,
  reportCompromisedKey,
} from "../../server/authority/index.ts";
import { contractTables } from "../../server/contracts/index.ts";
import type { Database } from "../../server/db/index.ts";
import { domainTables } from "../../server/domains/index.ts";
import {
  drain,
  ISSUANCE_STEPS,
  type IssuanceDeps,
  issuanceTables,
  issuanceWorker,
  issueApproved,
  recoverIssuance,
} from "../../server/issuance/index.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { parseCertificate, parseCrl } from "../../server/pki/index.ts";
import { requestTables } from "../../server/requests/index.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
  type TestClock,
} from "../support/issuing.ts";

onBothEngines("issuing approved requests", (open) => {
  interface Scene {
    readonly db: Database;
    readonly clock: TestClock;
    readonly cast: Cast;
    readonly deps: IssuanceDeps;
    /** The same installation as another process sees it. */
    readonly other: (changes?: Partial<IssuanceDeps>) => IssuanceDeps;
  }
  async function scene(): Promise<Scene> {
    const db = await open();
    const clock = clockAt(NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const cast = await aobaTrading(db, NOW);
    const other = (changes: Partial<IssuanceDeps> = {}) => issuanceDeps(db, clock, signers, changes);
    return { db, clock, cast, deps: other(), other };
  }

  const requestOf = async (db: Database, id: Id) => {
    const { certificateRequests: r } = requestTables(db.read.columns);
    const [row] = await db.read.select().from(r).where(eq(r.id, id));
    if (!row) throw new Error("no such request");
    return row;
  };
  const everything = async (db: Database) => {
    const { certificates, intents } = authorityTables(db.read.columns);
    const all = await db.read.select().from(certificates);
    return {
      certificates: all.filter(({ purpose }) => purpose.startsWith("request:")),
      intents: await db.read.select().from(intents),
      metering: await db.read.select().from(issuanceTables(db.read.columns).meteringEvents),
      events: await db.read.select().from(requestTables(db.read.columns).requestEvents),
      mails: await db.read.select().from(outboxTables(db.read.columns).messages),
    };
  };

  test("a request becomes a certificate with its receipt, metering, mail and audit", async () => {
    const { db, cast, deps } = await scene();
    const names = ["www.example.co.jp", "example.co.jp"];
    const [id = ""] = await approvedRequests(db, cast, 1, { names, commonName: names[0] ?? "" });
    const { issued } = await issueApproved(deps, [id]);
    expect(issued).toHaveLength(1);

    const request = await requestOf(db, id);
    expect(request).toMatchObject({ state: "ISSUED", certificateId: issued[0]?.certificate.id });
    expect(
      request.coverage?.map(({ name, authorizationDomainName }) => [name, authorizationDomainName]),
    ).toEqual(names.map((name) => [name, "example.co.jp"]));
    const { certificates, intents, metering, events, mails } = await everything(db);
    expect(certificates).toHaveLength(1);
    const [stored] = certificates;
    if (!stored) throw new Error("no certificate");
    expect(intents).toMatchObject([{ state: "COMPLETED", serial: stored.serial, id: request.intentId }]);
    expect(metering).toMatchObject([{ requestId: id, certificateId: stored.id, licences: 1, names: 2 }]);
    expect(events.map(({ kind }) => kind)).toEqual(["ISSUING", "ISSUED"]);
    expect(mails).toMatchObject([{ kind: "request-issued", to: ["hanako@aoba.example"], state: "QUEUED" }]);

    const certificate = parseCertificate(stored.der);
    expect(certificate.subject.map(({ type, value }) => `${type}=${value}`)).toEqual([
      "C=JP",
      "ST=東京都",
      "L=千代田区",
      "O=株式会社青葉商事",
      "CN=www.example.co.jp",
    ]);
    expect(certificate.names.map((name) => "text" in name && name.text)).toEqual(names);
    expect(certificate.serial).toBe(stored.serial);
    // BR 6.3.2: the last second counts.
    expect(certificate.notBefore.until(certificate.notAfter).total("seconds") + 1).toBe(199 * 86_400);
    const [issuer, root] = (await chainOf(db.read, stored.issuerId)).map((der) => new X509Certificate(der));
    if (!issuer || !root) throw new Error("the chain is too short");
    const leaf = new X509Certificate(stored.der);
    expect(leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)).toBe(true);
    expect(issuer.checkIssued(root) && issuer.verify(root.publicKey)).toBe(true);

    const { auditEntries } = auditTables(db.read.columns);
    const entries = await db.read.select().from(auditEntries).where(eq(auditEntries.tenant, cast.tenant));
    expect(entries.map(({ action }) => action)).toContain("certificate.issued");
    expect((await verifyAudit(db.read)).broken).toBeNull();
  });

  test("50 at once on one request make one certificate", async () => {
    const { db, cast, deps, other } = await scene();
    const [id = ""] = await approvedRequests(db, cast, 1);
    const processes = [deps, other(), other()];
    const groups = await Promise.all(
      Array.from({ length: 50 }, (_, index) => issueApproved(processes[index % 3] ?? deps, [id])),
    );
    expect(groups.flatMap(({ issued }) => issued)).toHaveLength(1);
    const { certificates, intents, metering, mails } = await everything(db);
    expect([certificates.length, intents.length, metering.length, mails.length]).toEqual([1, 1, 1, 1]);
  });

  test("two processes share 300 requests, each issued once", async () => {
    const { db, cast, deps, other } = await scene();
    const ids = await approvedRequests(db, cast, 300);
    await Promise.all([drain(deps), drain(other())]);
    const { certificates, metering } = await everything(db);
    expect(new Set(metering.map(({ requestId }) => requestId))).toEqual(new Set(ids));
    expect(new Set(certificates.map(({ serial }) => serial)).size).toBe(300);
    expect((await verifyAudit(db.read)).broken).toBeNull();
  });

  const obstacles: [string, (scene: Scene) => Promise<unknown>, Parameters<typeof approvedRequests>[3]?][] = [
    [
      "contract-not-in-force",
      ({ db }) =>
        db.transact(async (tx) => {
          await tx
            .update(contractTables(tx.columns).contracts)
            .set({ endsOn: Temporal.PlainDate.from("2026-11-20") });
        }),
    ],
    [
      "organization-not-vetted",
      ({ db }) =>
        db.transact(async (tx) => {
          await tx.update(organizationTables(tx.columns).applicantOrganizations).set({ state: "UNVETTED" });
        }),
    ],
    [
      "domain-not-validated",
      ({ db }) =>
        db.transact(async (tx) => {
          await tx
            .update(domainTables(tx.columns).domainValidations)
            .set({ startedAt: NOW.subtract({ hours: 24 * 201 }) });
        }),
    ],
    ["domain-not-registered", async () => undefined, { names: ["www.example.ne.jp"] }],
    [
      "key-compromised",
      ({ db }) =>
        db.transact(async (tx) => {
          const { certificateRequests: r } = requestTables(tx.columns);
          const [row] = await tx.select({ spkiSha256: r.spkiSha256 }).from(r);
          await tx
            .insert(authorityTables(tx.columns).compromisedKeys)
            .values({ spkiSha256: row?.spkiSha256 ?? "", reportedAt: NOW, evidence: "test" });
        }),
    ],
    ["term-too-long", async () => undefined, { termDays: 201 }],
    ["lint-failed", async () => undefined, { names: ["www.example.co.jp", "www.example.co.jp"] }],
  ];
  test.each(obstacles)("asked again at the claim: %s", async (code, arrange, changes) => {
    const all = await scene();
    const { db, cast, deps } = all;
    const [id = ""] = await approvedRequests(db, cast, 1, changes);
    await arrange(all);
    const { issued, refused } = await issueApproved(deps, [id]);
    expect([issued.length, refused.length]).toEqual([0, 1]);
    expect(await requestOf(db, id)).toMatchObject({ state: "ISSUE_FAILED", failure: { code } });
    const { certificates, metering, events, mails, intents } = await everything(db);
    expect([certificates.length, metering.length]).toEqual([0, 0]);
    expect(intents.every(({ state }) => state === "ABANDONED")).toBe(true);
    expect(events.map(({ kind }) => kind)).toEqual(["ISSUING", "ISSUE_FAILED"]);
    expect(mails.map(({ kind }) => kind)).toEqual(["request-failed"]);
  });

  test("one request that fails does not hold up its group", async () => {
    const { db, cast, deps } = await scene();
    const good = await approvedRequests(db, cast, 3);
    const [bad = ""] = await approvedRequests(db, cast, 1, { names: ["www.example.ne.jp"] });
    await drain(deps);
    for (const id of good) expect(await requestOf(db, id)).toMatchObject({ state: "ISSUED" });
    expect(await requestOf(db, bad)).toMatchObject({ state: "ISSUE_FAILED" });
  });

  test("a request that cannot be prepared fails alone, and its defect is reported", async () => {
    const { db, cast, other } = await scene();
    const { applicantOrganizations: o } = organizationTables(db.read.columns);
    const second = await aobaTrading(db, NOW);
    // Beyond the 64 characters of organizationName (RFC 5280 appendix A.1): the name cannot be encoded.
    await db.transact((tx) =>
      tx
        .update(o)
        .set({ nameJa: "長".repeat(65) })
        .where(eq(o.id, second.organizationId)),
    );
    const good = await approvedRequests(db, cast, 2);
    const [bad = ""] = await approvedRequests(db, second, 1);
    const defects: unknown[] = [];
    await drain(other({ onDefect: (...defect) => void defects.push(defect) }));
    for (const id of good) expect(await requestOf(db, id)).toMatchObject({ state: "ISSUED" });
    expect(await requestOf(db, bad)).toMatchObject({
      state: "ISSUE_FAILED",
      failure: { code: "issue-defect", params: {} },
    });
    expect(defects).toEqual([[expect.any(RangeError), bad]]);
  });

  test("a request whose signing fails every time is given up after five attempts, and not before", async () => {
    const { db, clock, cast, deps, other } = await scene();
    const [id = "", mended = ""] = await approvedRequests(db, cast, 2);
    const silent = { ...deps.signers.CUSTOMER_OV, sign: () => Promise.reject(new Error("no answer")) };
    const broken = other({ signers: { ...deps.signers, CUSTOMER_OV: silent } });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const ids = attempt < 5 ? [id, mended] : [id];
      await expect(issueApproved(broken, ids)).rejects.toThrow("no answer");
      expect(await requestOf(db, id)).toMatchObject({ state: "ISSUING", issueAttempts: attempt });
      clock.advance({ minutes: 2 });
      await recoverIssuance(deps);
      expect(await requestOf(db, id)).toMatchObject({ state: "APPROVED" });
    }
    await drain(deps);
    expect(await requestOf(db, mended)).toMatchObject({ state: "ISSUED", issueAttempts: 5 });
    expect(await requestOf(db, id)).toMatchObject({
      state: "ISSUE_FAILED",
      failure: { code: "issue-defect" },
    });
    const { intents, mails } = await everything(db);
    expect(intents.filter(({ state }) => state === "ABANDONED")).toHaveLength(9);
    expect(mails.map(({ kind }) => kind).toSorted()).toEqual(["request-failed", "request-issued"]);
  });

  test("a lease that still runs is left alone; after it the request is issued under another serial", async () => {
    const { db, clock, cast, deps, other } = await scene();
    const [id = ""] = await approvedRequests(db, cast, 1);
    const dead = other({ step: dieAt("claim.committed") });
    await expect(issueApproved(dead, [id])).rejects.toThrow("died");
    expect(await recoverIssuance(deps)).toEqual({ abandoned: 0, released: [] });
    clock.advance({ seconds: 59 });
    expect(await recoverIssuance(deps)).toEqual({ abandoned: 0, released: [] });
    clock.advance({ seconds: 1 });
    expect(await recoverIssuance(deps)).toEqual({ abandoned: 1, released: [id] });
    expect(await requestOf(db, id)).toMatchObject({ state: "APPROVED", intentId: null });
    await drain(deps);
    const { certificates, intents, events } = await everything(db);
    expect(certificates).toHaveLength(1);
    const abandoned = intents.find(({ state }) => state === "ABANDONED");
    expect(certificates[0]?.serial).not.toBe(abandoned?.serial);
    expect(events.map(({ kind }) => kind)).toEqual(["ISSUING", "RECOVERED", "ISSUING", "ISSUED"]);
    await publishCrl(deps, "CUSTOMER_OV");
    const crl = await currentCrl(db.read, "CUSTOMER_OV");
    expect(crl && parseCrl(crl.der).entries.map(({ serial }) => serial)).toEqual([abandoned?.serial]);
  });

  test("a process that slept past its lease stores nothing", async () => {
    const { db, clock, cast, deps, other } = await scene();
    const [id = ""] = await approvedRequests(db, cast, 1);
    const slow = other({
      step: async (name) => {
        if (name !== "group.signed") return;
        clock.advance({ minutes: 2 });
        await recoverIssuance(deps);
      },
    });
    expect((await issueApproved(slow, [id])).issued).toEqual([]);
    expect((await everything(db)).certificates).toEqual([]);
    expect(await requestOf(db, id)).toMatchObject({ state: "APPROVED" });
    await drain(deps);
    const { certificates, metering } = await everything(db);
    expect([certificates.length, metering.length]).toEqual([1, 1]);
  });

  test("a key that is blocked between claim and storing gets no certificate", async () => {
    const { db, cast, other } = await scene();
    const [id = ""] = await approvedRequests(db, cast, 1);
    const { spkiSha256 } = await requestOf(db, id);
    const late = other({
      step: async (name) => {
        if (name !== "group.signed") return;
        await db.transact((tx) =>
          reportCompromisedKey(tx, { spkiSha256, evidence: "a test", reportedAt: NOW, declaredIn: null }),
        );
      },
    });
    const { issued, refused } = await issueApproved(late, [id]);
    expect(issued).toEqual([]);
    expect(refused).toMatchObject([{ problem: { code: "key-compromised" } }]);
    expect(await requestOf(db, id)).toMatchObject({
      state: "ISSUE_FAILED",
      failure: { code: "key-compromised" },
    });
    const { certificates, intents } = await everything(db);
    expect(certificates).toEqual([]);
    expect(intents).toMatchObject([{ state: "ABANDONED" }]);
  });

  test("an intent whose lease ran out before the signature is not signed", async () => {
    const { cast, clock, db, other } = await scene();
    await approvedRequests(db, cast, 1);
    let signatures = 0;
    const slow = other({
      step: async (name) => {
        if (name === "claim.committed") clock.advance({ minutes: 2 });
        if (name === "certificate.signed") signatures += 1;
      },
    });
    expect((await issueApproved(slow, null)).issued).toEqual([]);
    expect(signatures).toBe(0);
  });

  test("the worker issues at a kick, at a call, and comes back for what a crash left", async () => {
    const { db, clock, cast, deps, other } = await scene();
    const failures: unknown[] = [];
    const worker = issuanceWorker(deps, {
      sweepEvery: Temporal.Duration.from({ milliseconds: 20 }),
      onError: (error) => failures.push(error),
    });
    const [first = ""] = await approvedRequests(db, cast, 1);
    worker.kick();
    await worker.settled();
    expect(await requestOf(db, first)).toMatchObject({ state: "ISSUED" });
    const [second = ""] = await approvedRequests(db, cast, 1);
    expect(await worker.issueNow(second)).toMatchObject({ state: "ISSUED", failure: null });
    await expect(worker.issueNow("0")).rejects.toMatchObject({ code: "not-found" });
    await worker.stop();

    const [third = ""] = await approvedRequests(db, cast, 1);
    await expect(issueApproved(other({ step: dieAt("group.signed") }), [third])).rejects.toThrow("died");
    clock.advance({ minutes: 2 });
    const later = issuanceWorker(other(), {
      sweepEvery: Temporal.Duration.from({ milliseconds: 10 }),
      onError: (error) => failures.push(error),
    });
    await expect.poll(async () => (await requestOf(db, third)).state).toBe("ISSUED");
    await later.stop();
    expect(failures).toEqual([]);
  });

  test("every named step is passed", async () => {
    const { db, cast, other } = await scene();
    await approvedRequests(db, cast, 1);
    const passed = new Set<string>();
    await drain(other({ step: async (name) => void passed.add(name) }));
    expect([...passed]).toEqual([...ISSUANCE_STEPS]);
  });
});

/** As far as the database sees, a step that throws is a process that ended there. */
const dieAt = (point: string) => async (name: string) => {
  if (name === point) throw new Error("died");
};
