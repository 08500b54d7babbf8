import { eq } from "drizzle-orm";
import { authorityTables } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import type { Actor, StaffActor } from "../../server/kernel/actor.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { parseCsr } from "../../server/pki/index.ts";
import {
  cancelPlanned,
  deadlineOf,
  orderRevocations,
  type RevocationOrder,
  revocationTables,
} from "../../server/revocation/index.ts";
import { orderOrHasten } from "../../server/revocation/order-or-hasten.ts";
import { askReissue } from "../../server/revocation/replacement/ask-reissue.ts";
import { replaceIssued } from "../../server/revocation/replacement/index.ts";
import { aobaTrading } from "./aoba.ts";
import { csrDer, csrPem } from "./csr.ts";
import { temporaryFolder } from "./databases.ts";
import { approvedRequests, clockAt, establishTestHierarchies, issuanceDeps, NOW } from "./issuing.ts";

export const staff: StaffActor = {
  kind: "staff",
  staffId: newId(),
  name: "検証 太郎",
  roles: ["VETTER"],
  fingerprint: "f",
};

/** Three certificates of one key: two of the same subscriber, and one of another from before that was refused. */
export async function sharedKey(db: Database) {
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
    order: (actor: Actor, changes: Partial<RevocationOrder> & { readonly certificateId: Id }) => {
      const now = clock.now();
      const order = { ...compromise(now), ...changes };
      return db.transact((tx) => orderRevocations(tx, deps, actor, [order], now));
    },
    hasten: (actor: Actor, changes: Partial<RevocationOrder> & { readonly certificateId: Id }) => {
      const now = clock.now();
      const order = { ...compromise(now), ...changes };
      return db.transact((tx) => orderOrHasten(tx, deps, actor, [order], now));
    },
    /** What waits for a certificate, with its time as text. */
    planOf: async (certificateId: Id) => {
      const [plan] = await db.read.select().from(o).where(eq(o.openFor, certificateId));
      if (!plan) return null;
      const { id, origin, originId, ground, reason, executeAt, dueAt } = plan;
      return { id, origin, originId, ground, reason, executeAt: String(executeAt), dueAt: String(dueAt) };
    },
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

/** An operator says so, at once. */
const compromise = (now: Temporal.Instant): Omit<RevocationOrder, "certificateId"> => ({
  ground: "KEY_COMPROMISE",
  reason: "keyCompromise",
  explanation: "",
  executeAt: now,
  dueAt: deadlineOf("KEY_COMPROMISE", now),
  origin: { kind: "operator", id: null },
});

/** The code of the problem that something ends in; null: it did not. */
export const codeOf = async (work: Promise<unknown>) => {
  try {
    await work;
    return null;
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
