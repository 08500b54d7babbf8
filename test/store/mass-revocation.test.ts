import { eq, inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import { authorityTables } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { domainTables } from "../../server/domains/index.ts";
import { drain, type IssuanceDeps, issuanceTables, issueApproved } from "../../server/issuance/index.ts";
import type { StaffActor } from "../../server/kernel/actor.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { requestTables } from "../../server/requests/index.ts";
import {
  executeDueRevocations,
  type Ground,
  orderRevocations,
  revocationTables,
} from "../../server/revocation/index.ts";
import {
  abandonMassRevocation,
  closeMassRevocation,
  draftMassRevocation,
  startMassRevocation,
} from "../../server/revocation/mass/draft-mass-revocation.ts";
import { executeMassRevocation } from "../../server/revocation/mass/execute-mass-revocation.ts";
import { gatherSet } from "../../server/revocation/mass/gather-set.ts";
import { settleMassRevocations } from "../../server/revocation/mass/index.ts";
import { massRevocationJob } from "../../server/revocation/mass/mass-revocation-job.ts";
import { membersOf } from "../../server/revocation/mass/members.ts";
import { ownMassRevocation, ownMassRevocations } from "../../server/revocation/mass/own-pages.ts";
import { showMass } from "../../server/revocation/mass/pages.ts";
import type { Selector } from "../../server/revocation/mass/selector.ts";
import { replaceIssued } from "../../server/revocation/replacement/index.ts";
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

const staff = (name: string): StaffActor => ({
  kind: "staff",
  staffId: newId(),
  name,
  roles: ["ADMINISTRATOR"],
  fingerprint: "1".repeat(64),
});
const maker = staff("登録 太郎");
const checker = staff("確認 花子");

onBothEngines("mass revocation", (open) => {
  interface Scene {
    readonly db: Database;
    readonly clock: TestClock;
    readonly deps: IssuanceDeps;
    readonly aoba: Cast;
    readonly kita: Cast;
    /** Certificates of both subscribers: three and two. */
    readonly ids: readonly Id[];
    readonly serials: readonly string[];
    draft(changes?: {
      ground?: Ground;
      drill?: boolean;
      selector?: Selector;
      timing?: "AT_ONCE";
    }): Promise<Id>;
    start(id: Id, who?: StaffActor): Promise<Id>;
    /** Runs the job, broken off at the nth sign of life where that is given. */
    work(id: Id, breakAt?: number): Promise<void>;
    states(of?: readonly Id[]): Promise<string[]>;
  }

  async function scene(): Promise<Scene> {
    const db = await open();
    const clock = clockAt(NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const aoba = await aobaTrading(db, NOW);
    const kita = await aobaTrading(db, NOW, { domain: "example.ac.jp" });
    const bare = issuanceDeps(db, clock, signers);
    const deps = { ...bare, alsoStored: replaceIssued(bare) };
    const one = { commonName: "www.example.ac.jp", names: ["www.example.ac.jp"] };
    const requests = [
      ...(await approvedRequests(db, aoba, 3)),
      ...(await approvedRequests(db, kita, 2, one)),
    ];
    // In the order of the requests, not in that of the signatures.
    const issued = (await issueApproved(deps, requests)).issued.toSorted(
      (a, b) => requests.indexOf(a.request.id) - requests.indexOf(b.request.id),
    );
    const ids = issued.map(({ certificate }) => certificate.id);
    const serials = issued.map(({ certificate }) => certificate.serial);
    clock.advance({ hours: 24 });
    const version = async (id: Id) => (await showMass(db.read, id, clock.now()))?.mass.version ?? 0;
    return {
      db,
      clock,
      deps,
      aoba,
      kita,
      ids,
      serials,
      draft: ({ ground = "NON_COMPLIANCE", drill = false, selector, timing } = {}) =>
        draftMassRevocation(deps, maker, {
          name: "2026年11月の不適合",
          ground,
          explanation: "発行基準に合わない記載がありました。",
          drill,
          knownAt: clock.now().subtract({ hours: 2 }),
          timing: timing ?? "DEADLINE",
          selector: selector ?? { kind: "SERIALS", serials },
        }),
      start: async (id, who = checker) => startMassRevocation(deps, who, { id, version: await version(id) }),
      async work(id, breakAt = Number.POSITIVE_INFINITY) {
        let signs = 0;
        const handler = massRevocationJob({
          ...deps,
          issuance: { kick: () => undefined },
          publishSoon: () => undefined,
        });
        const job = { id: newId(), kind: "x", tenant: null, createdBy: null, attempt: 1 };
        const progress = async () => {
          signs += 1;
          if (signs >= breakAt) throw new Error("killed");
        };
        const run = { signal: new AbortController().signal, progress };
        const done = handler({ ...job, payload: { massRevocationId: id } }, run);
        await (breakAt === Number.POSITIVE_INFINITY ? done : expect(done).rejects.toThrow("killed"));
      },
      async states(of = ids) {
        const { certificates: c } = authorityTables(db.read.columns);
        const rows = await db.read
          .select({ id: c.id, state: c.state })
          .from(c)
          .where(inArray(c.id, [...of]));
        return of.map((id) => rows.find((row) => row.id === id)?.state ?? "gone");
      },
    };
  }
  const planned = async (db: Database) => {
    const { revocationOrders: o } = revocationTables(db.read.columns);
    return db.read.select().from(o).where(eq(o.state, "PLANNED"));
  };
  const mails = async (db: Database, kind: string) => {
    const { messages: m } = outboxTables(db.read.columns);
    return db.read.select().from(m).where(eq(m.kind, kind));
  };

  test("from the draft to the closing report", async () => {
    const { db, clock, deps, aoba, kita, ids, draft, start, work, states } = await scene();
    const id = await draft();
    expect(await showMass(db.read, id, clock.now())).toMatchObject({
      mass: { state: "DRAFT", size: 5 },
      shares: [{ total: 3 }, { total: 2 }],
      totals: { total: 5, alive: 5, pending: 5 },
    });
    expect(await ownMassRevocations(db.read, aoba.tenant, clock.now())).toEqual([]);
    expect(await ownMassRevocation(db.read, aoba.tenant, id, clock.now())).toBeNull();

    await expect(start(id, maker)).rejects.toMatchObject({ code: "mass-revocation-four-eyes" });
    await start(id);
    await expect(start(id)).rejects.toMatchObject({ code: "mass-revocation-state" });
    await work(id);

    // 5 days from the moment of knowledge, half an hour ahead of the deadline.
    const knownAt = clock.now().subtract({ hours: 2 });
    const orders = await planned(db);
    expect(orders).toHaveLength(5);
    for (const order of orders) {
      expect(order).toMatchObject({
        origin: "mass-revocation",
        originId: id,
        dueAt: knownAt.add({ hours: 120 }),
        executeAt: knownAt.add({ hours: 119, minutes: 30 }),
      });
    }
    // One mail to each subscriber's operators, one to each address that hears of issuance.
    const told = await mails(db, "mass-revocation-planned");
    expect(told.map(({ tenant }) => tenant).sort()).toEqual(
      [aoba.tenant, aoba.tenant, kita.tenant, kita.tenant].sort(),
    );
    expect(told.every(({ text }) => text.includes("発行基準に合わない記載がありました。"))).toBe(true);
    expect(await mails(db, "revocation-planned")).toEqual([]);

    // The replacements: approved under the case, with the same key, names and end.
    await drain(deps);
    expect(await states()).toEqual(["REPLACED", "REPLACED", "REPLACED", "REPLACED", "REPLACED"]);
    expect(await planned(db)).toHaveLength(5);
    const { certificateRequests: r } = requestTables(db.read.columns);
    const made = await db.read.select().from(r).where(eq(r.massRevocationId, id));
    const { certificates: c } = authorityTables(db.read.columns);
    for (const request of made) {
      const [before] = await db.read
        .select()
        .from(c)
        .where(eq(c.id, request.replacesCertificateId ?? ""));
      const [after] = await db.read
        .select()
        .from(c)
        .where(eq(c.id, request.certificateId ?? ""));
      expect(request).toMatchObject({ state: "ISSUED", kind: "REISSUE", decidedBy: "確認 花子" });
      expect(after).toMatchObject({
        spkiSha256: before?.spkiSha256,
        notAfter: before?.notAfter,
        state: "ACTIVE",
      });
      // Nothing without a validation behind each name.
      expect(request.coverage?.map(({ name }) => name)).toEqual(request.names);
    }
    const { requestNames: n } = requestTables(db.read.columns);
    const searched = await db.read.select({ requestId: n.requestId }).from(n);
    expect(searched.map(({ requestId }) => requestId)).toEqual(
      expect.arrayContaining(made.map(({ id }) => id)),
    );
    const { meteringEvents: metering } = issuanceTables(db.read.columns);
    const charged = await db.read.select({ charged: metering.charged }).from(metering);
    expect(charged.filter((each) => each.charged)).toHaveLength(5);

    const own = await ownMassRevocation(db.read, aoba.tenant, id, clock.now());
    expect(own).toMatchObject({ counts: { total: 3, replaced: 3, automatic: 3, open: 0 } });
    // Whom it does not concern does not find it.
    const stranger = await aobaTrading(db, NOW, { domain: "example.or.jp" });
    expect(await ownMassRevocation(db.read, stranger.tenant, id, clock.now())).toBeNull();
    expect(await ownMassRevocations(db.read, stranger.tenant, clock.now())).toEqual([]);
    const lines = await membersOf(db.read, id, { tenant: aoba.tenant, limit: 50 });
    expect(lines.map(({ standing }) => standing)).toEqual(["REPLACED", "REPLACED", "REPLACED"]);

    // Not yet over while anything is valid; over when the orders have been carried out.
    expect(await settleMassRevocations(deps)).toBe(0);
    clock.advance({ hours: 118 });
    expect(await executeDueRevocations(deps)).toBe(5);
    expect(await states()).toEqual(ids.map(() => "REVOKED"));
    expect(await settleMassRevocations(deps)).toBe(1);
    expect(await settleMassRevocations(deps)).toBe(0);
    expect(await mails(db, "mass-revocation-done")).toHaveLength(4);
    expect(await mails(db, "request-revoked")).toEqual([]);

    const over = await showMass(db.read, id, clock.now());
    expect(over).toMatchObject({
      mass: { state: "REVOKED", revokedAt: clock.now() },
      totals: { total: 5, revoked: 5, replaced: 5, downloaded: 0, lastRevokedAt: clock.now() },
    });
    await closeMassRevocation(deps, checker, {
      id,
      version: over?.mass.version ?? 0,
      remark: "期限内に完了した。",
    });
    expect((await showMass(db.read, id, clock.now()))?.mass).toMatchObject({ state: "CLOSED" });

    const { auditEntries } = auditTables(db.read.columns);
    const actions = (await db.read.select().from(auditEntries)).map(({ action }) => action);
    for (const step of ["drafted", "started", "revoked", "closed"]) {
      expect(actions).toContain(`mass-revocation.${step}`);
    }
    expect(actions.filter((action) => action === "request.made-by-issuer")).toHaveLength(5);
    expect((await verifyAudit(db.read)).broken).toBeNull();
  });

  test("killed after each sign of life and begun again, it does everything once", async () => {
    for (let breakAt = 1; breakAt <= 3; breakAt += 1) {
      const { db, deps, draft, start, work, states } = await scene();
      const id = await draft();
      await start(id);
      await work(id, breakAt);
      await work(id);
      await work(id);
      await drain(deps);
      expect(await planned(db)).toHaveLength(5);
      expect(await mails(db, "mass-revocation-planned")).toHaveLength(4);
      const { certificateRequests: r } = requestTables(db.read.columns);
      expect(await db.read.select().from(r).where(eq(r.massRevocationId, id))).toHaveLength(5);
      expect(new Set(await states())).toEqual(new Set(["REPLACED"]));
    }
  });

  test("where the key is the cause nothing is issued: the subscriber is asked", async () => {
    const { db, clock, deps, draft, start, work, states, aoba } = await scene();
    const id = await draft({ ground: "KEY_COMPROMISE" });
    await start(id);
    await work(id);
    await drain(deps);
    expect(new Set(await states())).toEqual(new Set(["ACTIVE"]));
    const own = await ownMassRevocation(db.read, aoba.tenant, id, clock.now());
    expect(own).toMatchObject({ plan: "NEW_KEY", counts: { open: 3, replaced: 0 } });
    const [order] = await planned(db);
    expect(order).toMatchObject({ reason: "keyCompromise", ground: "KEY_COMPROMISE" });
  });

  test("what cannot be issued again is left to its subscriber, with the reason", async () => {
    const { db, clock, deps, draft, start, work, kita, aoba } = await scene();
    await db.transact(async (tx) => {
      const { domainValidations: v } = domainTables(tx.columns);
      await tx.update(v).set({ state: "FAILED" }).where(eq(v.subscriberId, kita.tenant));
    });
    const id = await draft();
    await start(id);
    await work(id);
    await drain(deps);
    const lines = await membersOf(db.read, id, { tenant: kita.tenant, limit: 50 });
    expect(lines.map(({ standing, problem }) => [standing, problem?.code])).toEqual([
      ["SUBSCRIBER", "domain-not-validated"],
      ["SUBSCRIBER", "domain-not-validated"],
    ]);
    expect(await ownMassRevocation(db.read, aoba.tenant, id, clock.now())).toMatchObject({
      counts: { replaced: 3, open: 0 },
    });
  });

  test("a drill goes the whole way and touches nothing", async () => {
    const { db, clock, deps, draft, start, work, states, aoba } = await scene();
    const before = await db.read.select().from(requestTables(db.read.columns).certificateRequests);
    const id = await draft({ drill: true });
    await start(id);
    await work(id);
    await drain(deps);
    expect(await settleMassRevocations(deps)).toBe(1);
    expect(await showMass(db.read, id, clock.now())).toMatchObject({
      mass: { state: "REVOKED" },
      totals: { underWay: 5, revoked: 0, alive: 5 },
    });
    expect(new Set(await states())).toEqual(new Set(["ACTIVE"]));
    expect(await planned(db)).toEqual([]);
    expect(await mails(db, "mass-revocation-planned")).toEqual([]);
    expect(await ownMassRevocations(db.read, aoba.tenant, clock.now())).toEqual([]);
    const after = await db.read.select().from(requestTables(db.read.columns).certificateRequests);
    expect(after).toHaveLength(before.length);
  });

  test("at once means with the order", async () => {
    const { db, clock, draft, start, work, states, deps } = await scene();
    const id = await draft({ timing: "AT_ONCE" });
    await start(id);
    await work(id);
    expect(new Set(await states())).toEqual(new Set(["REVOKED"]));
    expect(await planned(db)).toEqual([]);
    // Revoked without fault: the replacements are issued all the same.
    await drain(deps);
    expect(await showMass(db.read, id, clock.now())).toMatchObject({ totals: { revoked: 5, replaced: 5 } });
  });

  test("brought forward, everything of the set is revoked, also what was planned for another reason", async () => {
    const { db, clock, deps, ids, draft, start, work, states } = await scene();
    const other = clock.now().add({ hours: 20 });
    await db.transact((tx) =>
      orderRevocations(
        tx,
        deps,
        { kind: "system", name: "test" },
        [
          {
            certificateId: ids[0] ?? "",
            ground: "KEY_COMPROMISE",
            reason: "keyCompromise",
            explanation: "-",
            executeAt: other,
            dueAt: other,
            origin: { kind: "desk", id: null },
          },
        ],
        clock.now(),
      ),
    );
    const id = await draft();
    await start(id);
    await work(id);
    // The earlier plan stands, with its own ground.
    expect((await planned(db)).filter(({ certificateId }) => certificateId === ids[0])).toMatchObject([
      { executeAt: other, origin: "desk", reason: "keyCompromise" },
    ]);
    const version = (await showMass(db.read, id, clock.now()))?.mass.version ?? 0;
    await executeMassRevocation(deps, checker, { id, version });
    expect(await executeDueRevocations(deps)).toBe(5);
    expect(new Set(await states())).toEqual(new Set(["REVOKED"]));
    await expect(executeMassRevocation(deps, checker, { id, version })).rejects.toMatchObject({
      code: "stale-version",
    });
  });

  test("an abandoned draft leaves everything as it was", async () => {
    const { db, deps, draft, start, states } = await scene();
    const id = await draft();
    await abandonMassRevocation(deps, maker, { id, version: 1 });
    await expect(start(id)).rejects.toMatchObject({ code: "mass-revocation-state" });
    expect(new Set(await states())).toEqual(new Set(["ACTIVE"]));
    expect(await planned(db)).toEqual([]);
  });

  test("sets by key, subscriber, issuer and days; unknown serials and empty sets are told", async () => {
    const { db, clock, serials, aoba, ids } = await scene();
    const gather = async (selector: Selector) =>
      (await gatherSet(db.read, selector, clock.now())).map(({ certificateId }) => certificateId).toSorted();
    const { certificates: c } = authorityTables(db.read.columns);
    const [first] = await db.read
      .select()
      .from(c)
      .where(eq(c.id, ids[0] ?? ""));
    // approvedRequests makes one key a call.
    expect(await gather({ kind: "KEY", spkiSha256: first?.spkiSha256 ?? "" })).toEqual(
      ids.slice(0, 3).toSorted(),
    );
    const days = { from: NOW.subtract({ hours: 1 }).toString(), until: NOW.add({ hours: 1 }).toString() };
    expect(await gather({ kind: "ISSUER", role: "CUSTOMER_OV", ...days })).toEqual(ids.toSorted());
    await expect(
      gather({ kind: "ISSUER", role: "CUSTOMER_OV", from: days.until, until: days.until }),
    ).rejects.toMatchObject({ code: "mass-revocation-empty" });
    await expect(gather({ kind: "SUBSCRIBER", siteId: "NOBODY" })).rejects.toMatchObject({
      code: "mass-revocation-empty",
    });
    await expect(gather({ kind: "SERIALS", serials: [...serials, "40ff"] })).rejects.toMatchObject({
      code: "mass-revocation-unknown",
      params: { serials: "40FF", count: 1 },
    });
    expect(aoba.tenant).not.toBe("");
  });
});
