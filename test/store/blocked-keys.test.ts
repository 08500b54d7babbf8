import { eq, inArray } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  authorityTables,
  declarationOfKey,
  isKeyCompromised,
  releaseDeclaredKey,
  reportCompromisedKey,
} from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { parseCsr } from "../../server/pki/index.ts";
import { orderRevocations, revocationTables, sweepBlockedKeys } from "../../server/revocation/index.ts";
import { evidenceOfReport } from "../../server/revocation/notice.ts";
import { blockKeys } from "../../server/revocation/reports/block-keys.ts";
import { matchCertificates } from "../../server/revocation/reports/match-certificates.ts";
import { aobaTrading } from "../support/aoba.ts";
import { csrDer } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

const system = { kind: "system", name: "test" } as const;

async function stage(db: Database, count: number) {
  const clock = clockAt(NOW);
  const signers = await establishTestHierarchies(db, clock, temporaryFolder());
  const deps = issuanceDeps(db, clock, signers);
  const aoba = await aobaTrading(db, NOW);
  const csr = parseCsr(csrDer());
  const { spkiSha256 } = csr.publicKey;
  await approvedRequests(db, aoba, count, { csrDer: csr.der, spkiSha256 });
  for (let issued = 0; issued < count; ) issued += (await issueApproved(deps, null)).issued.length;
  const { certificates: c } = authorityTables(db.read.columns);
  const { revocationOrders: o } = revocationTables(db.read.columns);
  return {
    db,
    clock,
    deps,
    spkiSha256,
    block: (declaredIn: string | null = null) =>
      db.transact((tx) =>
        reportCompromisedKey(tx, { spkiSha256, evidence: "a test", reportedAt: clock.now(), declaredIn }),
      ),
    orders: () => db.read.select().from(o),
    certificates: () => db.read.select().from(c).where(eq(c.spkiSha256, spkiSha256)),
  };
}

onBothEngines("blocked keys", (open) => {
  test("what carries one and waits for no order is found, once, with the deadline of the report", async () => {
    const { clock, deps, block, orders } = await stage(await open(), 3);
    await block();
    clock.advance({ hours: 2 });
    expect(await sweepBlockedKeys(deps)).toBe(3);
    expect(await sweepBlockedKeys(deps)).toBe(0);
    const found = await orders();
    expect(found).toHaveLength(3);
    for (const order of found) {
      expect(order).toMatchObject({
        state: "PLANNED",
        ground: "KEY_COMPROMISE",
        origin: "shared-key",
        actorName: "blocked-keys",
        explanation: "この証明書の秘密鍵が漏えいしていることを確認しました。",
      });
      // What is proven is revoked when the notice is over, here the usual four hours.
      expect(String(order.executeAt)).toBe(String(NOW.add({ hours: 4 })));
      expect(String(order.dueAt)).toBe(String(NOW.add({ hours: 24 })));
    }
  });

  test("what was stored while its key was being blocked goes at once when the day is over", async () => {
    const { clock, deps, block, certificates, orders } = await stage(await open(), 1);
    await block();
    clock.advance({ hours: 25 });
    expect(await sweepBlockedKeys(deps)).toBe(1);
    expect(await certificates()).toMatchObject([{ state: "REVOKED", revocationReason: 1 }]);
    expect(await orders()).toMatchObject([{ state: "DONE" }]);
  });

  test("a declared one leads back to its declaration, and what ended is left alone", async () => {
    const { db, clock, deps, block, orders, certificates } = await stage(await open(), 2);
    const declaration = newId();
    await block(declaration);
    const [gone] = await certificates();
    const { certificates: c } = authorityTables(db.read.columns);
    await db.transact(async (tx) => {
      await tx
        .update(c)
        .set({ state: "REVOKED", revokedAt: NOW, revocationReason: 4 })
        .where(inArray(c.id, [gone?.id ?? ""]));
    });
    expect(await sweepBlockedKeys(deps)).toBe(1);
    const [found] = await orders();
    expect(found).toMatchObject({ originId: declaration, explanation: "" });
    expect(String(found?.executeAt)).toBe(String(NOW.add({ hours: 24 })));
    clock.advance({ hours: 24 * 300 });
    expect(await sweepBlockedKeys(deps)).toBe(0);
  });

  test("more than fit into a transaction are ordered in groups, and no report names them all", async () => {
    const { db, clock, deps, spkiSha256, orders, certificates } = await stage(await open(), 300);
    const matches = await matchCertificates(
      db.read,
      { spkiSha256, domain: null, serial: null, fingerprint: null, certificateDer: null },
      NOW,
    );
    const newest = (await certificates())
      .map(({ id }) => id)
      .sort()
      .reverse();
    expect(matches.map(({ certificateId }) => certificateId)).toEqual(newest.slice(0, 256));

    const origin = { kind: "problem-report", id: newId() } as const;
    const keys = [{ spkiSha256, evidence: evidenceOfReport("P-20261121-7K3QXZ2M") }];
    const blocked = await db.transact((tx) =>
      blockKeys(tx, deps, system, { keys, origin, receiptNumber: "P-20261121-7K3QXZ2M", knownAt: NOW }, NOW),
    );
    expect(new Set(blocked.ordered)).toEqual(new Set(newest.slice(0, 256)));
    expect(await orders()).toHaveLength(256);
    expect(blocked.perhapsMore).toBe(true);
    clock.advance({ minutes: 1 });
    expect(await sweepBlockedKeys(deps)).toBe(44);
    const all = await orders();
    expect(new Set(all.map(({ certificateId }) => certificateId))).toEqual(new Set(newest));
    // The first group and the rest: revoked at the same time, for the same reason, in the same words.
    const said = all.map(({ executeAt, explanation }) => `${executeAt} ${explanation}`);
    expect([...new Set(said)]).toEqual([
      `${blocked.executeAt} この証明書の秘密鍵が第三者に知られていることを、電子署名によって確認しました（問題報告の受付番号 P-20261121-7K3QXZ2M）。`,
    ]);
  });

  test("what is taken back while the sweep is about to order it is let alone", async () => {
    const { db, deps, spkiSha256, block, orders } = await stage(await open(), 1);
    const declaration = newId();
    await block(declaration);
    const late: Database = {
      ...db,
      transact: async (work) => {
        await db.transact((tx) => releaseDeclaredKey(tx, spkiSha256, declaration));
        return db.transact(work);
      },
    };
    expect(await sweepBlockedKeys({ ...deps, db: late })).toBe(0);
    expect(await orders()).toEqual([]);
    expect(await isKeyCompromised(db.read, spkiSha256)).toBe(false);
  });

  test.for([null, newId()])(
    "a key that is freed at the moment it is reported again stays blocked (%s)",
    async (declaredIn) => {
      const { db, spkiSha256, block } = await stage(await open(), 0);
      const declaration = newId();
      await block(declaration);
      const free = db.transact(async (tx) => {
        await releaseDeclaredKey(tx, spkiSha256, declaration);
        await new Promise((resolve) => setTimeout(resolve, 300));
      });
      await new Promise((resolve) => setTimeout(resolve, 100));
      await Promise.all([free, block(declaredIn)]);
      expect(await isKeyCompromised(db.read, spkiSha256)).toBe(true);
      expect(await declarationOfKey(db.read, spkiSha256)).toBe(declaredIn);
    },
  );

  test("a compromise of an expired certificate blocks the key all the same", async () => {
    const { db, clock, deps, spkiSha256, certificates } = await stage(await open(), 1);
    const [certificate] = await certificates();
    clock.advance({ hours: 24 * 300 });
    const now = clock.now();
    const order = {
      certificateId: certificate?.id ?? "",
      ground: "KEY_COMPROMISE",
      reason: "keyCompromise",
      explanation: "",
      executeAt: now,
      dueAt: now.add({ hours: 24 }),
      origin: { kind: "desk", id: null },
    } as const;
    const { refused } = await db.transact((tx) => orderRevocations(tx, deps, system, [order], now));
    expect(refused.map(({ problem }) => [problem.code, problem.params])).toEqual([
      ["certificate-not-revocable", { state: "EXPIRED" }],
    ]);
    expect(await isKeyCompromised(db.read, spkiSha256)).toBe(true);
    expect(await certificates()).toMatchObject([{ state: "ACTIVE" }]);
  });
});
