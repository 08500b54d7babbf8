import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import { authorityTables, isKeyCompromised, reportCompromisedKey } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import type { Actor, StaffActor } from "../../server/kernel/actor.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { parseCsr } from "../../server/pki/index.ts";
import { approveRequest, requestTables } from "../../server/requests/index.ts";
import {
  cancelPlanned,
  deadlineOf,
  executeDueRevocations,
  orderRevocations,
  revocationTables,
} from "../../server/revocation/index.ts";
import { plannedRevocations } from "../../server/revocation/pages/planned.ts";
import { revocationOf } from "../../server/revocation/pages/revocation-of.ts";
import { askReissue } from "../../server/revocation/replacement/ask-reissue.ts";
import { replaceIssued } from "../../server/revocation/replacement/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { csrDer, csrPem } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

const staff: StaffActor = {
  kind: "staff",
  staffId: newId(),
  name: "検証 太郎",
  roles: ["VETTER"],
  fingerprint: "f",
};

async function stage(db: Database) {
  const clock = clockAt(NOW);
  const signers = await establishTestHierarchies(db, clock, temporaryFolder());
  const bare = issuanceDeps(db, clock, signers);
  const deps = { ...bare, alsoStored: replaceIssued(bare) };
  const aoba = await aobaTrading(db, NOW);
  const kita = await aobaTrading(db, NOW, { domain: "example.ac.jp" });
  const csr = parseCsr(csrDer());
  const key = csr.publicKey.spkiSha256;
  const { certificates: c, compromisedKeys: k } = authorityTables(db.read.columns);
  const { revocationOrders: o } = revocationTables(db.read.columns);
  const issue = async (of: typeof aoba, names: readonly string[]) => {
    const ids = await approvedRequests(db, of, names.length, (index) => ({
      csrDer: csr.der,
      commonName: names[index] ?? "",
      names: [names[index] ?? ""],
      ...(of === aoba ? { spkiSha256: key } : {}),
    }));
    const { issued } = await issueApproved(deps, ids);
    return issued.map(({ certificate }) => certificate.id);
  };
  const [one = "", other = ""] = await issue(aoba, ["a.example.co.jp", "b.example.co.jp"]);
  // Of another subscriber, from before nobody got a certificate for a stranger's key.
  const [theirs = ""] = await issue(kita, ["a.example.ac.jp"]);
  await db.transact(async (tx) => {
    await tx.update(c).set({ spkiSha256: key }).where(eq(c.id, theirs));
  });
  return {
    db,
    clock,
    deps,
    aoba,
    kita,
    key,
    one,
    other,
    theirs,
    /** An applicant alone, without any operator. */
    declare: () =>
      askReissue(
        deps,
        aoba.hanako,
        one,
        {
          csr: csrPem(),
          reissueReason: "KEY_COMPROMISED",
          reissueNote: null,
          graceDays: 7,
          issueNoticeEmail: "hanako@aoba.example",
          place: null,
        },
        newId(),
      ),
    callOff: (actor: Actor, certificateId: Id, reason = "申請者の誤り") =>
      db.transact((tx) => cancelPlanned(tx, deps, actor, { certificateId, reason }, clock.now())),
    orders: async () => {
      const rows = await db.read.select().from(o).orderBy(o.id);
      return Object.fromEntries(rows.map((row) => [row.certificateId, `${row.origin} ${row.state}`]));
    },
    statesOf: async () => {
      const rows = await db.read.select().from(c).where(eq(c.spkiSha256, key));
      return Object.fromEntries(rows.map(({ id, state }) => [id, state]));
    },
    declaredIn: async () => (await db.read.select().from(k).where(eq(k.spkiSha256, key)))[0]?.declaredIn,
  };
}
const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};

onBothEngines("a compromise that an applicant declared alone", (open) => {
  test("is mailed to the operators at once, shown to them, and called off with all that rests on it", async () => {
    const on = await stage(await open());
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
    const on = await stage(await open());
    await on.declare();
    on.clock.advance({ hours: 24 });
    expect(await executeDueRevocations(on.deps)).toBe(3);
    expect(await codeOf(on.callOff(on.aoba.taro, on.one))).toBe("revocation-not-cancellable");
    expect(await isKeyCompromised(on.db.read, on.key)).toBe(true);
  });

  test("is proven once somebody proves it: then nobody calls it off", async () => {
    const on = await stage(await open());
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
    const on = await stage(await open());
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
    const on = await stage(await open());
    const order = {
      certificateId: on.one,
      ground: "KEY_COMPROMISE",
      reason: "keyCompromise",
      explanation: "",
      executeAt: NOW,
      dueAt: deadlineOf("KEY_COMPROMISE", NOW),
      origin: { kind: "operator", id: null },
    } as const;
    await on.db.transact((tx) => orderRevocations(tx, on.deps, on.aoba.taro, [order], NOW));
    expect(await on.orders()).toMatchObject({ [on.one]: "operator DONE", [on.theirs]: "shared-key PLANNED" });
    expect(await codeOf(on.callOff(on.kita.taro, on.theirs))).toBe("not-allowed");

    await on.callOff(staff, on.theirs, "鍵の持ち主ではない加入者の申告だった");
    expect(await on.orders()).toMatchObject({
      [on.other]: "shared-key CANCELLED",
      [on.theirs]: "shared-key CANCELLED",
    });
    expect(await isKeyCompromised(on.db.read, on.key)).toBe(false);
    const { revocationOrders: o } = revocationTables(on.db.read.columns);
    const [called] = await on.db.read.select().from(o).where(eq(o.certificateId, on.theirs));
    expect(called).toMatchObject({
      cancelledBy: "検証 太郎",
      cancelReason: "鍵の持ち主ではない加入者の申告だった",
    });
    on.clock.advance({ hours: 25 });
    await executeDueRevocations(on.deps);
    expect(await on.statesOf()).toMatchObject({ [on.one]: "REVOKED", [on.theirs]: "ACTIVE" });
  });
});
