import { and, eq, inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import { verifyAudit } from "../../server/audit/index.ts";
import { isKeyCompromised, reportCompromisedKey } from "../../server/authority/index.ts";
import { domainTables } from "../../server/domains/index.ts";
import { system } from "../../server/kernel/actor.ts";
import { newId } from "../../server/kernel/ids.ts";
import { deadlineOf, executeDueRevocations, sweepBlockedKeys } from "../../server/revocation/index.ts";
import { onBothEngines } from "../support/databases.ts";
import { NOW } from "../support/issuing.ts";
import { codeOf, sharedKey, staff } from "../support/shared-key.ts";

const MASS = system("mass-revocation");
const at = (hours: number) => String(NOW.add({ hours }));

/** The old certificate of a reissue, planned by its subscriber. */
const retirement = (hours: number) => ({
  ground: "SUBSCRIBER_REQUEST" as const,
  reason: "superseded" as const,
  executeAt: NOW.add({ hours }),
  dueAt: deadlineOf("SUBSCRIBER_REQUEST", NOW.add({ hours })),
  origin: { kind: "replacement" as const, id: newId() },
});
const nonCompliance = (hours: number, massId: string) => ({
  ground: "NON_COMPLIANCE" as const,
  reason: "superseded" as const,
  executeAt: NOW.add({ hours }),
  dueAt: deadlineOf("NON_COMPLIANCE", NOW),
  origin: { kind: "mass-revocation" as const, id: massId },
});

onBothEngines("a plan and a further order", (open) => {
  test("become the issuer's, and the subscriber cannot call off what was its own", async () => {
    const on = await sharedKey(await open());
    const massId = newId();
    await on.order(system("replacement"), { certificateId: on.one, ...retirement(48) });
    await on.hasten(MASS, { certificateId: on.one, ...nonCompliance(96, massId) });
    expect(await on.planOf(on.one)).toMatchObject({
      origin: "mass-revocation",
      originId: massId,
      ground: "NON_COMPLIANCE",
      executeAt: at(48),
    });
    expect(await codeOf(on.callOff(on.aoba.taro, on.one))).toBe("not-allowed");
    on.clock.advance({ hours: 48 });
    expect(await executeDueRevocations(on.deps)).toBe(1);
  });

  test("name the declared compromise still, which nobody takes back any more, and prove nothing", async () => {
    const on = await sharedKey(await open());
    const massId = newId();
    await on.declare();
    const declared = await on.declaredIn();
    expect(declared).toEqual(expect.any(String));
    await on.hasten(MASS, { certificateId: on.one, ...nonCompliance(4, massId) });
    expect(await on.planOf(on.one)).toMatchObject({
      origin: "mass-revocation",
      originId: massId,
      reason: "keyCompromise",
      executeAt: at(4),
    });
    expect(await codeOf(on.callOff(on.aoba.taro, on.one))).toBe("not-allowed");
    await on.callOff(staff, on.theirs);
    expect(await on.orders()).toEqual({
      [on.one]: "mass-revocation PLANNED",
      [on.other]: "shared-key PLANNED",
      [on.theirs]: "shared-key CANCELLED",
    });
    expect(await isKeyCompromised(on.db.read, on.key)).toBe(true);
    on.clock.advance({ hours: 4 });
    expect(await executeDueRevocations(on.deps)).toBe(1);
    expect(await on.declaredIn()).toBe(declared);
  });

  test("outlast a declaration of another certificate that the plan rested on", async () => {
    const on = await sharedKey(await open());
    const massId = newId();
    await on.declare();
    await on.hasten(MASS, { certificateId: on.other, ...nonCompliance(96, massId) });
    await on.callOff(on.aoba.taro, on.one);
    expect(await on.planOf(on.other)).toMatchObject({ origin: "mass-revocation", originId: massId });
  });

  test("bring what carries a compromised key forward, whoever planned it for later", async () => {
    const on = await sharedKey(await open());
    const misuse = {
      ground: "MISUSE",
      reason: "privilegeWithdrawn",
      executeAt: NOW.add({ hours: 100 }),
      dueAt: deadlineOf("MISUSE", NOW),
      origin: { kind: "desk", id: null },
    } as const;
    await on.order(system("replacement"), { certificateId: on.other, ...retirement(30 * 24) });
    await on.order(staff, { certificateId: on.theirs, ...misuse });
    await on.order(on.aoba.taro, { certificateId: on.one });
    const hastened = { reason: "keyCompromise", ground: "KEY_COMPROMISE", executeAt: at(24), dueAt: at(24) };
    expect(await on.planOf(on.other)).toMatchObject({ ...hastened, origin: "shared-key" });
    // The desk's stays the desk's.
    expect(await on.planOf(on.theirs)).toMatchObject({ ...hastened, origin: "desk" });
    expect((await verifyAudit(on.db.read)).broken).toBeNull();
  });

  test("are found by the sweep, where nobody looked at them when the key was blocked", async () => {
    const on = await sharedKey(await open());
    await on.order(system("replacement"), { certificateId: on.other, ...retirement(30 * 24) });
    const proof = { spkiSha256: on.key, evidence: "a private key", reportedAt: NOW, declaredIn: null };
    await on.db.transact((tx) => reportCompromisedKey(tx, proof));
    expect(await sweepBlockedKeys(on.deps)).toBe(3);
    expect(await on.planOf(on.other)).toMatchObject({ reason: "keyCompromise", executeAt: at(4) });
    expect(await sweepBlockedKeys(on.deps)).toBe(0);
    on.clock.advance({ hours: 24 });
    expect(await executeDueRevocations(on.deps)).toBe(3);
  });

  test("withdraw the validations that the order doubts, though the plan comes earlier", async () => {
    const on = await sharedKey(await open());
    const { domainValidations: v } = domainTables(on.db.read.columns);
    const standing = () =>
      on.db.read
        .select({ id: v.id })
        .from(v)
        .where(and(eq(v.subscriberId, on.aoba.tenant), inArray(v.state, ["VALIDATED"])));
    const before = (await standing()).length;
    await on.order(system("replacement"), { certificateId: on.one, ...retirement(1) });
    await on.hasten(staff, {
      certificateId: on.one,
      ground: "VALIDATION_UNRELIABLE",
      reason: "superseded",
      executeAt: NOW.add({ hours: 20 }),
      dueAt: deadlineOf("VALIDATION_UNRELIABLE", NOW),
      origin: { kind: "desk", id: null },
    });
    expect(await on.planOf(on.one)).toMatchObject({ origin: "desk", executeAt: at(1) });
    expect((await standing()).length).toBeLessThan(before);
  });
});
