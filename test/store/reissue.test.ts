import { and, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { verifyAudit } from "../../server/audit/index.ts";
import { authorityTables, isKeyCompromised } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { type IssuanceDeps, issuanceTables, issueApproved } from "../../server/issuance/index.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { parseCertificate, parseCsr, printName } from "../../server/pki/index.ts";
import {
  approveRequest,
  requestTables,
  type SubmitOutcome,
  submitRequest,
} from "../../server/requests/index.ts";
import { showCertificate } from "../../server/requests/pages/show-certificate.ts";
import { executeDueRevocations, orderRevocations, revocationTables } from "../../server/revocation/index.ts";
import { orderOrHasten } from "../../server/revocation/order-or-hasten.ts";
import { askReissue, type ReissueAsk } from "../../server/revocation/replacement/ask-reissue.ts";
import { replaceIssued } from "../../server/revocation/replacement/index.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { csrDer, csrPem, keyPair } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
  type TestClock,
} from "../support/issuing.ts";

const DAY = { hours: 24 };

onBothEngines("reissue", (open) => {
  interface Scene {
    readonly db: Database;
    readonly clock: TestClock;
    readonly cast: Cast;
    readonly deps: IssuanceDeps;
    /** The certificate to be reissued, and its key. */
    readonly old: Id;
    readonly keys: ReturnType<typeof keyPair>;
    ask(changes?: Partial<ReissueAsk>): Promise<SubmitOutcome>;
    /** Approves and issues; gives the new certificate. */
    finish(outcome: SubmitOutcome): Promise<Id>;
    certificate(id: Id): Promise<ReturnType<typeof authorityTables>["certificates"]["$inferSelect"]>;
    orders(): Promise<ReturnType<typeof revocationTables>["revocationOrders"]["$inferSelect"][]>;
  }

  async function scene(changes: Parameters<typeof approvedRequests>[3] = {}): Promise<Scene> {
    const db = await open();
    const clock = clockAt(NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const cast = await aobaTrading(db, NOW);
    const bare = issuanceDeps(db, clock, signers);
    const deps = { ...bare, alsoStored: replaceIssued(bare) };
    const keys = keyPair();
    const csr = parseCsr(csrDer({ keys }));
    const names = ["www.example.co.jp", "example.co.jp"];
    const [requestId = ""] = await approvedRequests(db, cast, 1, {
      names,
      commonName: names[0] ?? "",
      csrDer: csr.der,
      spkiSha256: csr.publicKey.spkiSha256,
      ...changes,
    });
    const { issued } = await issueApproved(deps, [requestId]);
    const old = issued[0]?.certificate.id ?? "";
    clock.advance({ hours: 24 * 10 });
    const certificate = async (id: Id) => {
      const { certificates: c } = authorityTables(db.read.columns);
      const [row] = await db.read.select().from(c).where(eq(c.id, id));
      if (!row) throw new Error("no such certificate");
      return row;
    };
    return {
      db,
      clock,
      cast,
      deps,
      old,
      keys,
      certificate,
      ask: (asked = {}) =>
        askReissue(
          deps,
          cast.hanako,
          old,
          {
            csr: csrPem(),
            reissueReason: "SERVER_CHANGE",
            reissueNote: null,
            graceDays: 7,
            issueNoticeEmail: "hanako@aoba.example",
            place: null,
            ...asked,
          },
          newId(),
        ),
      async finish(outcome) {
        if (!outcome.ok) throw new Error(outcome.problems.map(({ problem }) => problem.code).join());
        await approveRequest(deps, cast.taro, { id: outcome.id });
        const { issued: again } = await issueApproved(deps, [outcome.id]);
        return again[0]?.certificate.id ?? "";
      },
      orders: async () => db.read.select().from(revocationTables(db.read.columns).revocationOrders),
    };
  }
  const codes = (outcome: SubmitOutcome) =>
    outcome.ok ? [] : outcome.problems.map(({ field, problem }) => `${field}: ${problem.code}`);

  test("the same names, subject and end with another key; the old one goes after the grace period", async () => {
    const { db, clock, cast, old, ask, finish, certificate, orders, deps } = await scene();
    const id = await finish(await ask());
    const [before, after] = [await certificate(old), await certificate(id)];
    expect(after.notAfter).toEqual(before.notAfter);
    expect(after.spkiSha256).not.toBe(before.spkiSha256);
    const [was, is] = [parseCertificate(before.der), parseCertificate(after.der)];
    expect(printName(is.subject)).toBe(printName(was.subject));
    expect(is.names).toEqual(was.names);
    // notBefore lies five minutes back, within a day of now.
    expect(is.notBefore.until(clock.now()).total("minutes")).toBe(5);
    expect([before.state, after.state]).toEqual(["REPLACED", "ACTIVE"]);

    const issuedAt = clock.now();
    expect(await orders()).toMatchObject([
      {
        certificateId: old,
        state: "PLANNED",
        ground: "SUBSCRIBER_REQUEST",
        reason: "superseded",
        executeAt: issuedAt.add({ hours: 24 * 7 }),
        origin: "replacement",
      },
    ]);
    const { meteringEvents: m } = issuanceTables(db.read.columns);
    const metered = await db.read.select({ kind: m.kind, charged: m.charged }).from(m).orderBy(m.id);
    expect(metered).toEqual([
      { kind: "NEW", charged: true },
      { kind: "REISSUE", charged: false },
    ]);
    expect(await showCertificate(db.read, cast.tenant, old, clock.now())).toMatchObject({
      reissuable: false,
      after: [{ kind: "REISSUE", certificate: { id } }],
    });
    expect(await showCertificate(db.read, cast.tenant, id, clock.now())).toMatchObject({
      reissuable: true,
      before: { id: old, kind: "REISSUE", state: "REPLACED" },
    });

    clock.advance({ hours: 24 * 7 - 1 });
    expect(await executeDueRevocations(deps)).toBe(0);
    clock.advance({ hours: 1 });
    expect(await executeDueRevocations(deps)).toBe(1);
    expect(await certificate(old)).toMatchObject({ state: "REVOKED", revocationReason: 4 });
    expect(await certificate(id)).toMatchObject({ state: "ACTIVE" });
    expect((await verifyAudit(db.read)).broken).toBeNull();
  });

  test("without grace the old one is revoked with the new one's issuance", async () => {
    const { ask, finish, certificate, old, clock } = await scene();
    await finish(await ask({ graceDays: 0 }));
    expect(await certificate(old)).toMatchObject({ state: "REVOKED", revokedAt: clock.now() });
  });

  test("a compromised key has 24 hours from the request, whatever the approval does", async () => {
    const { db, ask, finish, certificate, orders, old, clock, deps } = await scene();
    const askedAt = clock.now();
    const outcome = await ask({ reissueReason: "KEY_COMPROMISED", graceDays: 30 });
    expect(await orders()).toMatchObject([
      { certificateId: old, ground: "KEY_COMPROMISE", reason: "keyCompromise", executeAt: askedAt.add(DAY) },
    ]);
    clock.advance({ hours: 5 });
    const id = await finish(outcome);
    expect(await certificate(old)).toMatchObject({ state: "REPLACED" });
    // Still one order, and not a minute later.
    expect(await orders()).toMatchObject([{ state: "PLANNED", executeAt: askedAt.add(DAY) }]);
    clock.advance({ hours: 19 });
    expect(await executeDueRevocations(deps)).toBe(1);
    const { revocationReason, spkiSha256 } = await certificate(old);
    expect(revocationReason).toBe(1);
    expect(await isKeyCompromised(db.read, spkiSha256)).toBe(true);
    expect(await certificate(id)).toMatchObject({ state: "ACTIVE" });
  });

  test("a compromised key is revoked within 24 hours when nobody ever approves", async () => {
    const { ask, certificate, old, clock, deps } = await scene();
    await ask({ reissueReason: "KEY_COMPROMISED", graceDays: 30 });
    clock.advance(DAY);
    expect(await executeDueRevocations(deps)).toBe(1);
    expect(await certificate(old)).toMatchObject({ state: "REVOKED", revocationReason: 1 });
  });

  test("a compromise becomes the reason of a plan that comes earlier anyway, and blocks the key at once", async () => {
    const { db, ask, certificate, orders, old, clock, deps } = await scene();
    const soon = clock.now().add({ hours: 10 });
    const actor = { kind: "system", name: "test" } as const;
    const plan = {
      certificateId: old,
      ground: "NON_COMPLIANCE",
      reason: "superseded",
      explanation: "-",
      executeAt: soon,
      dueAt: soon,
      origin: { kind: "desk", id: null },
    } as const;
    await db.transact((tx) => orderRevocations(tx, deps, actor, [plan], clock.now()));
    expect(await ask({ reissueReason: "KEY_COMPROMISED" })).toMatchObject({ ok: true });
    expect(await orders()).toMatchObject([
      { ground: "KEY_COMPROMISE", reason: "keyCompromise", executeAt: soon, version: 2 },
    ]);
    expect(await isKeyCompromised(db.read, (await certificate(old)).spkiSha256)).toBe(true);

    const sooner = { ...plan, executeAt: clock.now().add({ hours: 5 }) };
    await db.transact((tx) => orderOrHasten(tx, deps, actor, [sooner], clock.now()));
    expect(await orders()).toMatchObject([
      { ground: "KEY_COMPROMISE", reason: "keyCompromise", executeAt: sooner.executeAt },
    ]);
    expect((await verifyAudit(db.read)).broken).toBeNull();
  });

  test("a compromise brings an earlier plan forward", async () => {
    const { db, ask, orders, old, clock, deps } = await scene();
    const later = clock.now().add({ hours: 100 });
    await db.transact((tx) =>
      orderRevocations(
        tx,
        deps,
        { kind: "system", name: "test" },
        [
          {
            certificateId: old,
            ground: "NON_COMPLIANCE",
            reason: "superseded",
            explanation: "-",
            executeAt: later,
            dueAt: later,
            origin: { kind: "desk", id: null },
          },
        ],
        clock.now(),
      ),
    );
    const outcome = await ask({ reissueReason: "KEY_COMPROMISED" });
    expect(outcome.ok).toBe(true);
    expect(await orders()).toMatchObject([
      { ground: "KEY_COMPROMISE", reason: "keyCompromise", executeAt: clock.now().add(DAY), version: 2 },
    ]);
    expect((await verifyAudit(db.read)).broken).toBeNull();
  });

  test("the old key, a second reissue, a certificate of somebody else", async () => {
    const { db, ask, finish, keys, deps, old } = await scene();
    expect(codes(await ask({ csr: csrPem({ keys }) }))).toEqual(["csr: reissue-same-key"]);
    const first = await ask();
    expect(codes(await ask())).toEqual([": reissue-under-way"]);
    await finish(first);
    expect(codes(await ask())).toEqual([": certificate-not-replaceable"]);

    const stranger = await aobaTrading(db, NOW, { domain: "example.ac.jp" });
    const asked = askReissue(
      deps,
      stranger.hanako,
      old,
      {
        csr: csrPem(),
        reissueReason: "OTHER",
        reissueNote: null,
        graceDays: 0,
        issueNoticeEmail: "x@example.ac.jp",
        place: null,
      },
      newId(),
    );
    await expect(asked).rejects.toMatchObject({ code: "not-found" });
  });

  test("two reissues that were approved both: one certificate takes the place", async () => {
    const { db, cast, ask, deps, old } = await scene();
    const first = await ask();
    // A second one that slipped past the look at what is under way.
    const { certificateRequests: r } = requestTables(db.read.columns);
    if (!first.ok) throw new Error("refused");
    const [row] = await db.read.select().from(r).where(eq(r.id, first.id));
    if (!row) throw new Error("no request");
    const second = { ...row, id: newId(), receiptNumber: "R-2", submissionKey: newId() };
    await db.transact(async (tx) => {
      await tx.insert(requestTables(tx.columns).certificateRequests).values(second);
    });
    await approveRequest(deps, cast.taro, { id: first.id });
    await approveRequest(deps, cast.taro, { id: second.id });
    await issueApproved(deps, [first.id]);
    const { refused } = await issueApproved(deps, [second.id]);
    expect(refused.map(({ problem }) => problem.code)).toEqual(["certificate-not-replaceable"]);
    const issued = await db.read
      .select({ id: r.id })
      .from(r)
      .where(and(eq(r.replacesCertificateId, old), eq(r.state, "ISSUED")));
    expect(issued).toHaveLength(1);
  });

  test("EV rests on its old request when the record's age has run out; OV does not", async () => {
    for (const [product, expected] of [
      ["EV", []],
      ["OV", ["organizationId: organization-not-vetted"]],
    ] as const) {
      const { db, ask, clock } = await scene({ product });
      await db.transact(async (tx) => {
        const { applicantOrganizations: o } = organizationTables(tx.columns);
        await tx.update(o).set({ vettedUntil: clock.now() });
      });
      expect(codes(await ask())).toEqual(expected);
    }
  });

  test("a record that changed is no reissue", async () => {
    const { db, ask } = await scene();
    await db.transact(async (tx) => {
      const { applicantOrganizations: o } = organizationTables(tx.columns);
      await tx.update(o).set({ localityJa: "港区" });
    });
    expect(codes(await ask())).toEqual([": reissue-differs"]);
  });

  test("a renewal leaves the old one alone unless it is told otherwise", async () => {
    for (const [graceDays, expected] of [
      [null, "ACTIVE"],
      [3, "REPLACED"],
    ] as const) {
      const { cast, deps, old, finish, certificate, orders, clock } = await scene();
      const outcome = await submitRequest(
        deps,
        cast.hanako,
        {
          organizationId: cast.organizationId,
          product: "OV",
          shape: "SINGLE",
          subjectLanguage: "ja",
          csr: csrPem(),
          commonName: "www.example.co.jp",
          additionalNames: "",
          termDays: 199,
          licences: 1,
          issueNoticeEmail: "hanako@aoba.example",
          place: null,
          orderNumber: null,
          memo: null,
          kind: "RENEWAL",
          replacesCertificateId: old,
          endsAt: null,
          reissueReason: null,
          reissueNote: null,
          graceDays,
        },
        newId(),
      );
      await finish(outcome);
      expect(await certificate(old)).toMatchObject({ state: expected });
      const planned = (await orders()).map(({ executeAt }) => executeAt);
      expect(planned).toEqual(graceDays === null ? [] : [clock.now().add({ hours: 24 * graceDays })]);
    }
  });
});
