import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import { authorityTables, isKeyCompromised, reportCompromisedKey } from "../../server/authority/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { approveRequest, requestTables } from "../../server/requests/index.ts";
import {
  deadlineOf,
  executeDueRevocations,
  orderRevocations,
  revocationTables,
  sweepBlockedKeys,
} from "../../server/revocation/index.ts";
import { showOrder } from "../../server/revocation/pages/orders.ts";
import { plannedRevocations } from "../../server/revocation/pages/planned.ts";
import { revocationOf } from "../../server/revocation/pages/revocation-of.ts";
import { onBothEngines } from "../support/databases.ts";
import { NOW } from "../support/issuing.ts";
import { codeOf, sharedKey, staff } from "../support/shared-key.ts";

onBothEngines("a compromise that an applicant declared alone", (open) => {
  test("is mailed to the operators at once, shown to them, and called off with all that rests on it", async () => {
    const on = await sharedKey(await open());
    const { db, aoba, kita, one, other, theirs, clock, deps } = on;
    const asked = await on.declare();
    if (!asked.ok) throw new Error("the reissue was refused");
    expect(await on.orders()).toEqual({
      [one]: "replacement PLANNED",
      [other]: "shared-key PLANNED",
      [theirs]: "shared-key PLANNED",
    });
    expect(await isKeyCompromised(db.read, on.key)).toBe(true);
    const { messages } = outboxTables(db.read.columns);
    const mails = async (kind: string) => db.read.select().from(messages).where(eq(messages.kind, kind));
    const told = (await mails("revocation-planned")).find(({ text }) => text.includes(one));
    expect(told?.cc).toContain("taro@aoba.example");
    expect(told?.text).toContain(`https://localhost:8442/certificates/${one}/revocation/cancellation`);
    const { rows: planned } = await plannedRevocations(db.read, aoba.tenant, clock.now());
    expect(planned.map(({ certificateId, mayCallOff }) => [certificateId, mayCallOff]).sort()).toEqual(
      [
        [one, true],
        [other, false],
      ].sort(),
    );
    expect(await revocationOf(db.read, one, clock.now())).toMatchObject({ planned: true, mayCallOff: true });

    // Neither the operators of another subscriber, nor an applicant.
    expect(await codeOf(on.callOff(kita.taro, one))).toBe("not-found");
    expect(await codeOf(on.callOff(kita.taro, theirs))).toBe("not-allowed");
    expect(await codeOf(on.callOff(aoba.hanako, one))).toBe("not-allowed");
    const shared = await on.planOf(theirs);
    expect(await showOrder(db.read, shared?.id ?? "", NOW)).toMatchObject({ keyThen: "RELEASED" });

    clock.advance({ hours: 23, minutes: 59, seconds: 59 });
    await on.callOff(aoba.taro, one);
    expect(await on.orders()).toEqual({
      [one]: "replacement CANCELLED",
      [other]: "shared-key CANCELLED",
      [theirs]: "shared-key CANCELLED",
    });
    expect(await isKeyCompromised(db.read, on.key)).toBe(false);
    clock.advance({ seconds: 2 });
    expect(await executeDueRevocations(deps)).toBe(0);
    const { auditEntries: a } = auditTables(db.read.columns);
    const entries = await db.read.select().from(a).where(eq(a.subjectId, one));
    expect(entries.map(({ action, actorName }) => [action, actorName])).toEqual([
      ["revocation.planned", "reissue"],
      ["revocation.cancelled", aoba.taro.name],
    ]);
    expect((await verifyAudit(db.read)).broken).toBeNull();
    expect(await mails("revocation-cancelled")).toHaveLength(3);

    // The request goes on, and its certificate does not say again what was taken back.
    await approveRequest(deps, aoba.taro, { id: asked.id });
    await issueApproved(deps, [asked.id]);
    const { revocationOrders: o } = revocationTables(db.read.columns);
    const again = await db.read.select().from(o).where(eq(o.openFor, one));
    expect(again).toMatchObject([{ ground: "SUBSCRIBER_REQUEST", reason: "superseded" }]);
    expect(await isKeyCompromised(db.read, on.key)).toBe(false);
    const { certificateRequests: r } = requestTables(db.read.columns);
    expect(await db.read.select({ state: r.state }).from(r).where(eq(r.id, asked.id))).toEqual([
      { state: "ISSUED" },
    ]);
  });

  test("is carried out when nobody calls it off, and cannot be taken back any more", async () => {
    const on = await sharedKey(await open());
    await on.declare();
    on.clock.advance({ hours: 24 });
    expect(await executeDueRevocations(on.deps)).toBe(3);
    expect(await codeOf(on.callOff(on.aoba.taro, on.one))).toBe("revocation-not-cancellable");
    expect(await isKeyCompromised(on.db.read, on.key)).toBe(true);
  });

  test("is proven once somebody proves it: then nobody calls it off", async () => {
    const on = await sharedKey(await open());
    await on.declare();
    const proof = { spkiSha256: on.key, evidence: "a private key", reportedAt: NOW, declaredIn: null };
    await on.db.transact((tx) => reportCompromisedKey(tx, proof));
    expect(await on.declaredIn()).toBeNull();
    for (const [actor, id] of [
      [on.aoba.taro, on.one],
      [staff, on.one],
      [staff, on.theirs],
    ] as const) {
      expect(await codeOf(on.callOff(actor, id))).toBe("revocation-not-cancellable");
    }
    expect(await revocationOf(on.db.read, on.one, NOW)).toMatchObject({ mayCallOff: false });
    // And a later word of a subscriber makes nothing of it less.
    await on.db.transact((tx) => reportCompromisedKey(tx, { ...proof, declaredIn: newId() }));
    expect(await on.declaredIn()).toBeNull();
  });

  test("leaves what the desk had ordered before to the desk", async () => {
    const on = await sharedKey(await open());
    const misuse = {
      certificateId: on.one,
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      explanation: "",
      executeAt: NOW.add({ hours: 100 }),
      dueAt: deadlineOf("MISUSE", NOW),
      origin: { kind: "desk", id: null },
    } as const;
    await on.db.transact((tx) => orderRevocations(tx, on.deps, staff, [misuse], NOW));
    await on.declare();
    expect(await on.orders()).toMatchObject({ [on.one]: "desk PLANNED" });
    expect(await codeOf(on.callOff(on.aoba.taro, on.one))).toBe("not-allowed");
    expect(await on.orders()).toMatchObject({ [on.one]: "desk PLANNED" });
  });
});

onBothEngines("a compromise that an operator declared", (open) => {
  test("can be called off by the desk for the certificates of others that carry the key", async () => {
    const on = await sharedKey(await open());
    await on.order(on.aoba.taro, { certificateId: on.one });
    expect(await on.orders()).toMatchObject({ [on.one]: "operator DONE", [on.theirs]: "shared-key PLANNED" });
    expect(await codeOf(on.callOff(on.kita.taro, on.theirs))).toBe("not-allowed");
    const plan = await on.planOf(on.theirs);
    expect(await showOrder(on.db.read, plan?.id ?? "", NOW)).toMatchObject({
      mayCancel: true,
      keyThen: "KEPT",
    });

    await on.callOff(staff, on.theirs, "鍵の持ち主ではない加入者の申告だった");
    // The declaration is published, so that it stands: this one alone is called off.
    expect(await on.orders()).toMatchObject({
      [on.other]: "shared-key PLANNED",
      [on.theirs]: "shared-key CANCELLED",
    });
    expect(await isKeyCompromised(on.db.read, on.key)).toBe(true);
    expect(await on.declaredIn()).not.toBeNull();
    expect(await sweepBlockedKeys(on.deps)).toBe(0);
    const { revocationOrders: o } = revocationTables(on.db.read.columns);
    const [called] = await on.db.read.select().from(o).where(eq(o.certificateId, on.theirs));
    expect(called).toMatchObject({
      cancelledBy: "検証 太郎",
      cancelReason: "鍵の持ち主ではない加入者の申告だった",
    });
    on.clock.advance({ hours: 25 });
    await executeDueRevocations(on.deps);
    expect(await on.statesOf()).toMatchObject({
      [on.one]: "REVOKED",
      [on.other]: "REVOKED",
      [on.theirs]: "ACTIVE",
    });
    expect(await sweepBlockedKeys(on.deps)).toBe(0);
  });

  test("keeps the key blocked when an earlier declaration of the same key is taken back", async () => {
    const on = await sharedKey(await open());
    await on.declare();
    await on.order(on.aoba.taro, { certificateId: on.other });
    await on.callOff(on.aoba.taro, on.one);
    expect(await on.orders()).toMatchObject({
      [on.one]: "replacement CANCELLED",
      [on.theirs]: "shared-key PLANNED",
    });
    expect(await isKeyCompromised(on.db.read, on.key)).toBe(true);
    const rests = await on.declaredIn();
    expect(rests).not.toBeNull();
    expect(await on.planOf(on.theirs)).toMatchObject({ originId: rests });
    // It carries the key still, and so it goes with the others.
    expect(await sweepBlockedKeys(on.deps)).toBe(1);
    expect(await on.planOf(on.one)).toMatchObject({ origin: "shared-key", originId: rests });
  });

  test("stays a declaration when the certificate is revoked on another ground", async () => {
    const on = await sharedKey(await open());
    await on.declare();
    const declared = await on.declaredIn();
    expect(declared).toEqual(expect.any(String));
    await on.order(staff, {
      certificateId: on.one,
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      origin: { kind: "desk", id: null },
    });
    const { certificates: c } = authorityTables(on.db.read.columns);
    expect(await on.db.read.select().from(c).where(eq(c.id, on.one))).toMatchObject([
      { state: "REVOKED", revocationReason: 1 },
    ]);
    expect(await on.declaredIn()).toBe(declared);
  });
});
