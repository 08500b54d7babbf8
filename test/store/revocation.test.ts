import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import {
  authorityTables,
  currentCrl,
  isKeyCompromised,
  publishDueCrls,
} from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { domainTables } from "../../server/domains/index.ts";
import { type IssuanceDeps, issueApproved } from "../../server/issuance/index.ts";
import type { Actor, StaffActor } from "../../server/kernel/actor.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { parseCrl, parseCsr } from "../../server/pki/index.ts";
import { requestTables } from "../../server/requests/index.ts";
import { executeNow } from "../../server/revocation/desk-orders.ts";
import {
  cancelPlanned,
  deadlineOf,
  executeDueRevocations,
  type Ground,
  orderRevocations,
  type RevocationOrder,
  revocationTables,
} from "../../server/revocation/index.ts";
import type { RevocationDeps } from "../../server/revocation/revoke-certificates.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { csrDer } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
  type TestClock,
} from "../support/issuing.ts";

const staff: StaffActor = {
  kind: "staff",
  staffId: newId(),
  name: "審査 一郎",
  roles: ["VETTER"],
  fingerprint: "1".repeat(64),
};

onBothEngines("revocation orders", (open) => {
  interface Scene {
    readonly db: Database;
    readonly clock: TestClock;
    readonly cast: Cast;
    readonly deps: IssuanceDeps;
    issue(count: number, changes?: { of?: Cast; sameKey?: boolean; name?: string }): Promise<Id[]>;
    order(actor: Actor, orders: readonly RevocationOrder[]): ReturnType<typeof orderRevocations>;
    certificate(id: Id): Promise<{ state: string; revocationReason: number | null; revokedAt: unknown }>;
    orders(): Promise<ReturnType<typeof revocationTables>["revocationOrders"]["$inferSelect"][]>;
  }

  async function scene(): Promise<Scene> {
    const db = await open();
    const clock = clockAt(NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const cast = await aobaTrading(db, NOW);
    const deps = issuanceDeps(db, clock, signers);
    return {
      db,
      clock,
      cast,
      deps,
      async issue(count, changes = {}) {
        const { of = cast, sameKey = false, name = null } = changes;
        const names = name === null ? {} : { names: [name], commonName: name };
        const ids: Id[] = [];
        if (sameKey) ids.push(...(await approvedRequests(db, of, count, names)));
        else
          for (let each = 0; each < count; each += 1)
            ids.push(...(await approvedRequests(db, of, 1, { ...names, ...keyOfItsOwn() })));
        const { issued } = await issueApproved(deps, ids);
        expect(issued).toHaveLength(count);
        return issued.map(({ certificate }) => certificate.id);
      },
      order: (actor, orders) => db.transact((tx) => orderRevocations(tx, deps, actor, orders, clock.now())),
      async certificate(id) {
        const { certificates: c } = authorityTables(db.read.columns);
        const [row] = await db.read.select().from(c).where(eq(c.id, id));
        if (!row) throw new Error("no such certificate");
        return row;
      },
      orders: async () => db.read.select().from(revocationTables(db.read.columns).revocationOrders),
    };
  }

  const now = (certificateId: Id, changes: Partial<RevocationOrder> = {}): RevocationOrder => ({
    certificateId,
    ground: "SUBSCRIBER_REQUEST",
    reason: "superseded",
    explanation: "入れ替えが済んだため",
    executeAt: NOW,
    dueAt: NOW.add({ hours: 24 }),
    origin: { kind: "operator", id: null },
    ...changes,
  });
  const planned = (certificateId: Id, at: Temporal.Instant, ground: Ground = "MISUSE"): RevocationOrder =>
    now(certificateId, {
      ground,
      reason: ground === "MISUSE" ? "privilegeWithdrawn" : "keyCompromise",
      executeAt: at,
      dueAt: deadlineOf(ground, NOW),
      origin: { kind: "desk", id: null },
    });
  const mailsOf = async (db: Database, kind: string) => {
    const { messages: m } = outboxTables(db.read.columns);
    return db.read.select().from(m).where(eq(m.kind, kind));
  };

  test("an operator revokes at once: row, timeline, mail 15, audit and CRL", async () => {
    const { db, cast, deps, issue, order, certificate } = await scene();
    const [id = "", other = ""] = await issue(2);
    const { ordered, refused } = await order(cast.taro, [now(id)]);
    expect(refused).toEqual([]);
    expect(ordered.map(({ certificateId }) => certificateId)).toEqual([id]);
    expect(await certificate(id)).toMatchObject({ state: "REVOKED", revocationReason: 4, revokedAt: NOW });
    expect(await certificate(other)).toMatchObject({ state: "ACTIVE", revokedAt: null });

    const { requestEvents: e } = requestTables(db.read.columns);
    const [event] = await db.read.select().from(e).where(eq(e.kind, "REVOKED"));
    expect(event).toMatchObject({ actorName: "山田 太郎", reason: "入れ替えが済んだため" });
    const [mail] = await mailsOf(db, "request-revoked");
    expect(mail).toMatchObject({ to: ["hanako@aoba.example"], cc: ["notice@aoba.example"] });
    expect(mail?.text).toContain("新しい証明書への差し替え：入れ替えが済んだため");
    const { auditEntries: a } = auditTables(db.read.columns);
    const [entry] = await db.read.select().from(a).where(eq(a.action, "certificate.revoked"));
    expect(entry).toMatchObject({ subjectId: id, details: { ground: "SUBSCRIBER_REQUEST" } });
    expect(await verifyAudit(db.read)).toMatchObject({ broken: null });

    await publishDueCrls(deps);
    const { certificates: c } = authorityTables(db.read.columns);
    const [row] = await db.read.select({ serial: c.serial }).from(c).where(eq(c.id, id));
    const crl = await currentCrl(db.read, "CUSTOMER_OV");
    const listed = crl ? parseCrl(crl.der).entries : [];
    expect(listed).toContainEqual(expect.objectContaining({ serial: row?.serial, reason: 4 }));
  });

  test("another subscriber's certificate is not found, and each row is told by itself", async () => {
    const { db, cast, clock, issue, order, certificate } = await scene();
    const stranger = await aobaTrading(db, NOW, { domain: "example.ac.jp" });
    const [mine = "", revoked = ""] = await issue(2);
    const [foreign = ""] = await issue(1, { of: stranger, name: "www.example.ac.jp" });
    await order(cast.taro, [now(revoked)]);
    const answer = await order(cast.taro, [now(mine), now(revoked), now(foreign), now(newId())]);
    expect(answer.ordered.map(({ certificateId }) => certificateId)).toEqual([mine]);
    expect(answer.refused.map(({ problem }) => problem.code).sort()).toEqual([
      "certificate-not-revocable",
      "not-found",
      "not-found",
    ]);
    expect((await certificate(foreign)).state).toBe("ACTIVE");
    clock.advance({ hours: 24 * 200 });
    const late = clock.now();
    const expired = await order(stranger.taro, [
      now(foreign, { executeAt: late, dueAt: deadlineOf("SUBSCRIBER_REQUEST", late) }),
    ]);
    expect(expired.refused[0]?.problem).toMatchObject({ params: { state: "EXPIRED" } });
  });

  test.each(["VALIDATION_UNRELIABLE", "NO_RIGHT_TO_NAME"] as const)(
    "%s withdraws the validation behind the names from the order on, and what is validated later stands",
    async (ground) => {
      const { db, clock, cast, deps, issue, order } = await scene();
      const [id = ""] = await issue(1);
      const { domains: d, domainValidations: v } = domainTables(db.read.columns);
      const ofDomain = async () => {
        const [domain] = await db.read.select().from(d).where(eq(d.id, cast.domainId));
        const states = await db.read.select({ state: v.state }).from(v).orderBy(v.id);
        return { domain: domain?.state, validations: states.map(({ state }) => state) };
      };
      const due = deadlineOf(ground, NOW);
      const reason = ground === "NO_RIGHT_TO_NAME" ? "cessationOfOperation" : "superseded";
      const { refused } = await order(staff, [
        now(id, { ground, reason, executeAt: due, dueAt: due, origin: { kind: "desk", id: null } }),
      ]);
      expect(refused).toEqual([]);
      expect(await ofDomain()).toEqual({ domain: "REGISTERED", validations: ["WITHDRAWN"] });
      const asked = await approvedRequests(db, cast, 1, keyOfItsOwn());
      const refusal = await issueApproved(deps, asked);
      expect(refusal.issued).toEqual([]);
      const { auditEntries: a } = auditTables(db.read.columns);
      const told = await db.read.select().from(a).where(eq(a.action, "validation.withdrawn"));
      expect(told).toMatchObject([{ subjectId: cast.domainId, details: { name: "example.co.jp" } }]);
      expect(await verifyAudit(db.read)).toMatchObject({ broken: null });

      clock.advance({ hours: 1 });
      const [old] = await db.read.select().from(v);
      if (!old) throw new Error("no validation");
      const at = clock.now();
      const again = { ...old, id: newId(), state: "VALIDATED" as const, startedAt: at, validatedAt: at };
      await db.transact(async (tx) => {
        await tx.insert(v).values(again);
      });
      const [late = ""] = await issue(1);
      await order(staff, [now(late, { ground, reason, dueAt: due, origin: { kind: "desk", id: null } })]);
      expect((await ofDomain()).validations).toEqual(["WITHDRAWN", "VALIDATED"]);
    },
  );

  test.each([50])("of %i parallel revocations of one certificate one wins", async (many) => {
    const { cast, issue, order, orders } = await scene();
    const [id = ""] = await issue(1);
    const answers = await Promise.all(Array.from({ length: many }, () => order(cast.taro, [now(id)])));
    expect(answers.filter(({ ordered }) => ordered.length === 1)).toHaveLength(1);
    expect(answers.flatMap(({ refused }) => refused)).toHaveLength(many - 1);
    expect(await orders()).toHaveLength(1);
  });

  test("a planned revocation is told beforehand, done when its time comes, and only once", async () => {
    const { db, clock, deps, issue, order, orders, certificate } = await scene();
    const [id = ""] = await issue(1);
    await order(staff, [planned(id, NOW.add({ hours: 48 }))]);
    expect((await certificate(id)).state).toBe("ACTIVE");
    const [notice] = await mailsOf(db, "revocation-planned");
    expect(notice?.cc).toEqual(["notice@aoba.example", "taro@aoba.example"]);
    expect(notice?.text).toContain("2026-11-23 12:00 JST");
    clock.advance({ hours: 47, minutes: 59, seconds: 59 });
    expect(await executeDueRevocations(deps)).toBe(0);
    clock.advance({ seconds: 1 });
    const counts = await Promise.all([executeDueRevocations(deps), executeDueRevocations(deps)]);
    expect(counts.toSorted()).toEqual([0, 1]);
    expect(await certificate(id)).toMatchObject({ state: "REVOKED", revocationReason: 9 });
    expect(await orders()).toMatchObject([{ state: "DONE", openFor: null, doneAt: clock.now() }]);
    expect(await mailsOf(db, "request-revoked")).toHaveLength(1);
  });

  test("a certificate that expires before its planned revocation is not revoked", async () => {
    const { db, cast, clock, deps, order, orders, certificate } = await scene();
    const [request = ""] = await approvedRequests(db, cast, 1, { termDays: 1, ...keyOfItsOwn() });
    const { issued } = await issueApproved(deps, [request]);
    const id = issued[0]?.certificate.id ?? "";
    await order(staff, [planned(id, NOW.add({ hours: 48 }))]);
    clock.advance({ hours: 49 });
    expect(await executeDueRevocations(deps)).toBe(0);
    expect((await certificate(id)).state).toBe("ACTIVE");
    expect(await orders()).toMatchObject([{ state: "CANCELLED", cancelReason: "EXPIRED", doneAt: null }]);
    expect(await mailsOf(db, "request-revoked")).toEqual([]);
  });

  test("a second plan is refused; revoking at once fulfils the first, and keeps its compromise", async () => {
    const { clock, cast, deps, issue, order, orders, certificate } = await scene();
    const [id = ""] = await issue(1);
    await order(staff, [planned(id, NOW.add({ hours: 20 }), "KEY_COMPROMISE")]);
    const second = await order(staff, [planned(id, NOW.add({ hours: 10 }))]);
    expect(second.refused[0]?.problem.code).toBe("revocation-planned-already");
    expect((await order(cast.taro, [now(id)])).ordered).toHaveLength(1);
    expect((await certificate(id)).revocationReason).toBe(1);
    expect((await orders()).map(({ state }) => state)).toEqual(["DONE", "DONE"]);
    clock.advance({ hours: 30 });
    expect(await executeDueRevocations(deps)).toBe(0);
  });

  test("later proof of compromise changes the reason to keyCompromise and nothing else", async () => {
    const { db, clock, cast, issue, order, certificate } = await scene();
    const [id = ""] = await issue(1);
    await order(cast.taro, [now(id)]);
    const before = await certificate(id);
    clock.advance({ hours: 1 });
    const proof = { ...planned(id, clock.now(), "KEY_COMPROMISE"), executeAt: clock.now() };
    expect((await order(staff, [proof])).ordered).toHaveLength(1);
    expect(await certificate(id)).toEqual({ ...before, revocationReason: 1, statusChangedAt: clock.now() });
    expect((await order(staff, [proof])).refused).toHaveLength(1);
    expect(await mailsOf(db, "request-revoked")).toHaveLength(2);
  });

  test("a compromised key is blocked at once, and its other certificates are planned", async () => {
    const { db, cast, issue, order, orders } = await scene();
    const [first = "", second = ""] = await issue(2, { sameKey: true });
    const [unrelated = ""] = await issue(1);
    await order(cast.taro, [now(first, { ground: "KEY_COMPROMISE", reason: "keyCompromise" })]);
    const all = await orders();
    expect(all).toHaveLength(2);
    expect(all.find(({ certificateId }) => certificateId === second)).toMatchObject({
      state: "PLANNED",
      origin: "shared-key",
      dueAt: NOW.add({ hours: 24 }),
      executeAt: NOW.add({ hours: 24 }),
    });
    expect(all.some(({ certificateId }) => certificateId === unrelated)).toBe(false);
    const { certificates: c } = authorityTables(db.read.columns);
    const [row] = await db.read.select({ key: c.spkiSha256 }).from(c).where(eq(c.id, first));
    expect(await isKeyCompromised(db.read, row?.key ?? "")).toBe(true);
  });

  test("other certificates of the key are due when the order that they follow from is", async () => {
    const { clock, issue, order, orders } = await scene();
    const [first = "", second = ""] = await issue(2, { sameKey: true });
    clock.advance({ hours: 20 });
    await order(staff, [{ ...planned(first, NOW, "KEY_COMPROMISE"), executeAt: clock.now() }]);
    expect((await orders()).find(({ certificateId }) => certificateId === second)).toMatchObject({
      state: "PLANNED",
      dueAt: NOW.add({ hours: 24 }),
      executeAt: NOW.add({ hours: 24 }),
    });
  });

  test("an order that cannot be carried out holds up no other", async () => {
    const { db, clock, deps, issue, order, certificate } = await scene();
    const other = await aobaTrading(db, NOW, { domain: "example.jp" });
    const [broken = ""] = await issue(1, { of: other, name: "www.example.jp" });
    const good = await issue(3);
    await order(
      staff,
      [broken, ...good].map((id) => planned(id, NOW.add({ hours: 1 }))),
    );
    const { subscribers: s } = organizationTables(db.read.columns);
    const speak = (language: string) =>
      db.transact(async (tx) => {
        const changed = { language: language as "ja" };
        await tx.update(s).set(changed).where(eq(s.id, other.taro.tenant));
      });
    await speak("none");
    clock.advance({ hours: 1 });
    await expect(executeDueRevocations(deps)).rejects.toThrow();
    for (const id of good) expect(await certificate(id)).toMatchObject({ state: "REVOKED" });
    expect(await certificate(broken)).toMatchObject({ state: "ACTIVE" });
    // Nor what the desk carries out ahead of its time.
    const [urgent = ""] = await issue(1);
    await order(staff, [planned(urgent, clock.now().add({ hours: 1 }))]);
    const { revocationOrders: o } = revocationTables(db.read.columns);
    const [waiting] = await db.read.select().from(o).where(eq(o.openFor, urgent));
    if (!waiting) throw new Error("nothing is planned");
    await executeNow({ ...deps, publishSoon: () => undefined } as RevocationDeps, staff, waiting);
    expect(await certificate(urgent)).toMatchObject({ state: "REVOKED" });
    expect(await certificate(broken)).toMatchObject({ state: "ACTIVE" });
    await speak("ja");
    expect(await executeDueRevocations(deps)).toBe(1);
    expect(await certificate(broken)).toMatchObject({ state: "REVOKED" });
  });

  test("a plan is called off with a reason, where its ground may turn out unfounded", async () => {
    const { db, clock, deps, issue, order, orders, certificate } = await scene();
    const [misused = "", leaked = ""] = await issue(2);
    await order(staff, [
      planned(misused, NOW.add({ hours: 90 })),
      planned(leaked, NOW.add({ hours: 20 }), "KEY_COMPROMISE"),
    ]);
    const cancel = (certificateId: Id) =>
      db.transact((tx) =>
        cancelPlanned(tx, deps, staff, { certificateId, reason: "調査の結果、事実がなかった" }, clock.now()),
      );
    await cancel(misused);
    await expect(cancel(leaked)).rejects.toSatisfy((error) => isProblem(error, "revocation-not-cancellable"));
    await expect(cancel(misused)).rejects.toSatisfy((error) =>
      isProblem(error, "revocation-not-cancellable"),
    );
    const [mail] = await mailsOf(db, "revocation-cancelled");
    expect(mail?.text).toContain("調査の結果、事実がなかった");
    clock.advance({ hours: 100 });
    await executeDueRevocations(deps);
    expect((await certificate(misused)).state).toBe("ACTIVE");
    expect((await certificate(leaked)).state).toBe("REVOKED");
    expect((await orders()).map(({ state }) => state).toSorted()).toEqual(["CANCELLED", "DONE"]);
    // Called off once, it may be planned again.
    const again = planned(misused, clock.now().add({ hours: 1 }));
    const dueAt = deadlineOf("MISUSE", clock.now());
    expect((await order(staff, [{ ...again, dueAt }])).ordered).toHaveLength(1);
  });
});

/** A key that no other request of the test has. */
function keyOfItsOwn() {
  const csr = parseCsr(csrDer());
  return { csrDer: csr.der, spkiSha256: csr.publicKey.spkiSha256 };
}
