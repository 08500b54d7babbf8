import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { authorityTables, isKeyCompromised } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { withdrawValidations } from "../../server/domains/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { parseCsr, toPem } from "../../server/pki/index.ts";
import {
  approveRequests,
  requestTables,
  type Submission,
  submitRequest,
} from "../../server/requests/index.ts";
import { askReissue } from "../../server/revocation/replacement/ask-reissue.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { csrDer } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
  noStep,
} from "../support/issuing.ts";

/**
 * The attack with a stranger's key. A CSR is no secret: it goes by mail, through tickets, to whoever runs the servers.
 * Whoever holds a copy of another subscriber's could send it in with a name of their own, and then say of "their" key
 * that it is compromised: the issuer would have to revoke the other's certificate within 24 hours (BR 4.9.1.1 (3)) and
 * to refuse the key for ever (BR 6.1.1.3). So a key that another subscriber has in use is certified for nobody else.
 */

const HELD = "key-held-by-another";

async function stage(db: Database) {
  const clock = clockAt(NOW);
  const signers = await establishTestHierarchies(db, clock, temporaryFolder());
  const deps = issuanceDeps(db, clock, signers);
  const victim = await aobaTrading(db, NOW);
  const attacker = await aobaTrading(db, NOW, { domain: "example.ac.jp" });
  const csr = parseCsr(csrDer());
  const key = { csrDer: csr.der, spkiSha256: csr.publicKey.spkiSha256 };
  const copied = toPem("CERTIFICATE REQUEST", csr.der);
  const named = (name: string) => ({ ...key, commonName: name, names: [name] });
  const { certificateRequests: r } = requestTables(db.read.columns);
  const requestOf = async (id: Id) => {
    const [request] = await db.read.select().from(r).where(eq(r.id, id));
    if (!request) throw new Error("there is no such request");
    return request;
  };
  const issueTo = async (cast: Cast, changes: Parameters<typeof approvedRequests>[3]) => {
    const [id = ""] = await approvedRequests(db, cast, 1, changes);
    await issueApproved(deps, [id]);
    return requestOf(id);
  };
  return { db, clock, deps, victim, attacker, copied, key, named, requestOf, issueTo };
}

const submission = (of: Cast, csr: string, commonName: string): Submission => ({
  organizationId: of.organizationId,
  product: "OV",
  shape: "SINGLE",
  subjectLanguage: "ja",
  csr,
  commonName,
  additionalNames: "",
  termDays: 30,
  licences: 1,
  issueNoticeEmail: "web@example.jp",
  place: null,
  orderNumber: null,
  memo: null,
  kind: "NEW",
  replacesCertificateId: null,
  endsAt: null,
  reissueReason: null,
  reissueNote: null,
  graceDays: null,
});

onBothEngines("a stranger's key", (open) => {
  test("is refused at the form, at approval, at the claim and for a reissue, and the owner is left alone", async () => {
    const { db, clock, deps, victim, attacker, copied, key, named, requestOf, issueTo } = await stage(
      await open(),
    );
    // While the victim's own request is under way nobody can tell whose key it is.
    const early = await submitRequest(
      deps,
      attacker.hanako,
      submission(attacker, copied, "a.example.ac.jp"),
      newId(),
    );
    if (!early.ok) throw new Error("the early request was refused");
    const [approvedEarly = ""] = await approvedRequests(db, attacker, 1, named("b.example.ac.jp"));
    const own = await issueTo(victim, named("a.example.co.jp"));
    expect(own.state).toBe("ISSUED");

    // At the form.
    const late = submission(attacker, copied, "c.example.ac.jp");
    const refused = await submitRequest(deps, attacker.hanako, late, newId());
    expect(refused.ok ? [] : refused.problems.map(({ field, problem }) => [field, problem.code])).toEqual([
      ["csr", HELD],
    ]);
    // At approval, which decides one and many alike.
    const [decided] = await approveRequests(deps, attacker.taro, { ids: [early.id] });
    expect(decided?.problem?.code).toBe(HELD);
    // At the claim.
    expect((await issueApproved(deps, [approvedEarly])).issued).toEqual([]);
    expect(await requestOf(approvedEarly)).toMatchObject({ state: "ISSUE_FAILED", failure: { code: HELD } });
    // And as the new key of a reissue.
    const theirs = await issueTo(attacker, { commonName: "d.example.ac.jp", names: ["d.example.ac.jp"] });
    const reissue = {
      csr: copied,
      reissueReason: "KEY_LOST" as const,
      reissueNote: null,
      graceDays: 7,
      issueNoticeEmail: "web@example.jp",
      place: null,
    };
    const asked = await askReissue(deps, attacker.hanako, theirs.certificateId ?? "", reissue, newId());
    expect(asked.ok ? [] : asked.problems.map(({ problem }) => problem.code)).toEqual([HELD]);

    // So the attacker has nothing to speak for; the victim still has its certificate, and may go on with its key.
    expect(await isKeyCompromised(db.read, key.spkiSha256)).toBe(false);
    expect((await issueTo(victim, named("b.example.co.jp"))).state).toBe("ISSUED");
    // Once nothing alive carries it, the key is nobody's any more.
    clock.advance({ hours: 24 * 200 });
    const { certificates: c } = authorityTables(db.read.columns);
    const alive = await db.read.select().from(c).where(eq(c.subscriberId, victim.tenant));
    expect(alive.every(({ notAfter }) => Temporal.Instant.compare(notAfter, clock.now()) < 0)).toBe(true);
    const again = await submitRequest(deps, attacker.hanako, late, newId());
    expect(again.ok ? [] : again.problems.map(({ problem }) => problem.code)).not.toContain(HELD);
  });

  test("asked for by two at once goes to the first that is claimed", async () => {
    const { db, deps, victim, attacker, named, requestOf } = await stage(await open());
    const [mine = ""] = await approvedRequests(db, victim, 1, named("a.example.co.jp"));
    const [theirs = ""] = await approvedRequests(db, attacker, 1, named("a.example.ac.jp"));
    const { issued, refused } = await issueApproved(deps, [mine, theirs]);
    expect(issued.map(({ request }) => request.id)).toEqual([mine]);
    expect(refused.map(({ problem }) => problem.code)).toEqual([HELD]);
    expect(await requestOf(theirs)).toMatchObject({ state: "ISSUE_FAILED", failure: { code: HELD } });
  });

  test("that is being issued at this moment is refused to the second claim", async () => {
    const { db, deps, victim, attacker, named, requestOf } = await stage(await open());
    const [mine = ""] = await approvedRequests(db, victim, 1, named("a.example.co.jp"));
    const [theirs = ""] = await approvedRequests(db, attacker, 1, named("a.example.ac.jp"));
    let between = 0;
    const first = await issueApproved(
      {
        ...deps,
        step: async (name) => {
          if (name !== "claim.committed" || between > 0) return;
          between += 1;
          expect(await requestOf(mine)).toMatchObject({ state: "ISSUING" });
          await issueApproved({ ...deps, step: noStep }, [theirs]);
        },
      },
      [mine],
    );
    expect(between).toBe(1);
    expect(first.issued.map(({ request }) => request.id)).toEqual([mine]);
    expect(await requestOf(theirs)).toMatchObject({ state: "ISSUE_FAILED", failure: { code: HELD } });
  });

  test("claimed by two processes that did not see each other is never certified twice", async () => {
    const { db, deps, victim, attacker, named, requestOf } = await stage(await open());
    const [older = ""] = await approvedRequests(db, victim, 1, named("a.example.co.jp"));
    const [newer = ""] = await approvedRequests(db, attacker, 1, named("a.example.ac.jp"));
    // As PostgreSQL may show it: the other claim becomes visible only after this one.
    const { certificateRequests: r } = requestTables(db.read.columns);
    const whileOther = async (other: Id, own: Id) =>
      issueApproved(
        {
          ...deps,
          step: async (name) => {
            if (name !== "group.signed") return;
            await db.transact(async (tx) => {
              await tx.update(r).set({ state: "ISSUING" }).where(eq(r.id, other));
            });
          },
        },
        [own],
      );
    expect((await whileOther(older, newer)).issued).toEqual([]);
    expect(await requestOf(newer)).toMatchObject({ state: "ISSUE_FAILED", failure: { code: HELD } });
    // The older one is not refused on account of the newer, too: one of the two comes through.
    await db.transact(async (tx) => {
      await tx.update(r).set({ state: "APPROVED" }).where(eq(r.id, older));
    });
    expect((await whileOther(newer, older)).issued.map(({ request }) => request.id)).toEqual([older]);
  });

  test("is not certified on a validation that is withdrawn after the claim", async () => {
    const { db, deps, victim, named, requestOf } = await stage(await open());
    const [mine = ""] = await approvedRequests(db, victim, 1, named("a.example.co.jp"));
    const distrust = { subscriberId: victim.tenant, names: ["a.example.co.jp"], knownAt: NOW };
    const group = await issueApproved(
      {
        ...deps,
        step: async (name) => {
          if (name !== "group.signed") return;
          await db.transact((tx) => withdrawValidations(tx, victim.taro, [distrust], NOW));
        },
      },
      [mine],
    );
    expect(group.issued).toEqual([]);
    expect(await requestOf(mine)).toMatchObject({
      state: "ISSUE_FAILED",
      failure: { code: "name-not-covered", params: { name: "a.example.co.jp" } },
    });
  });
});
