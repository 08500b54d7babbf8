import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { authorityTables, isKeyCompromised } from "../../server/authority/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { parseCsr, toPem } from "../../server/pki/index.ts";
import { approveRequest, requestTables, submitRequest } from "../../server/requests/index.ts";
import { deadlineOf, orderRevocations, revocationTables } from "../../server/revocation/index.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { csrDer, keyPair } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

/**
 * Class 24. DigiCert 2021 (bug 1693343): keys reported compromised were certified again. Here a key that one
 * subscriber gives up is refused in every tenant: when it is submitted, when what was submitted before is approved,
 * and when what was approved before is claimed for issuing. Certificates that carry it must go within 24 hours.
 */

onBothEngines("class 24: a compromised key", (open) => {
  test("is refused everywhere, and its other certificates are planned to go", async () => {
    const db = await open();
    const clock = clockAt(NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const deps = issuanceDeps(db, clock, signers);
    const aoba = await aobaTrading(db, NOW);
    const kita = await aobaTrading(db, NOW, { domain: "example.ac.jp" });
    const keys = keyPair("P-256");
    const csr = parseCsr(csrDer({ keys }));
    const key = { csrDer: csr.der, spkiSha256: csr.publicKey.spkiSha256 };
    const named = (name: string) => ({ ...key, commonName: name, names: [name] });
    const submission = (of: Cast, commonName: string) => ({
      organizationId: of.organizationId,
      product: "OV" as const,
      shape: "SINGLE" as const,
      subjectLanguage: "ja" as const,
      csr: toPem("CERTIFICATE REQUEST", csr.der),
      commonName,
      additionalNames: "",
      termDays: 30,
      licences: 1,
      issueNoticeEmail: "web@example.jp",
      place: null,
      orderNumber: null,
      memo: null,
      kind: "NEW" as const,
      replacesCertificateId: null,
      endsAt: null,
      reissueReason: null,
      reissueNote: null,
      graceDays: null,
    });

    // Before anybody knows: a request of Kita's that waits, and a certificate of each. Today nobody gets one for
    // another subscriber's key; Kita's is from before that rule.
    const waiting = await submitRequest(deps, kita.hanako, submission(kita, "b.example.ac.jp"), newId());
    if (!waiting.ok) throw new Error("the request before the compromise was refused");
    const [mine = "", theirs = ""] = [
      ...(await approvedRequests(db, aoba, 1, named("a.example.co.jp"))),
      ...(await approvedRequests(db, kita, 1, { commonName: "a.example.ac.jp", names: ["a.example.ac.jp"] })),
    ];
    const { issued } = await issueApproved(deps, [mine, theirs]);
    const certificate = (of: Cast) =>
      issued.find(({ request }) => request.subscriberId === of.tenant)?.certificate.id ?? "";
    await db.transact(async (tx) => {
      const { certificates: c } = authorityTables(tx.columns);
      await tx
        .update(c)
        .set({ spkiSha256: key.spkiSha256 })
        .where(eq(c.id, certificate(kita)));
    });
    const [approved = ""] = await approvedRequests(db, kita, 1, named("c.example.ac.jp"));

    const { ordered } = await db.transact((tx) =>
      orderRevocations(
        tx,
        deps,
        aoba.taro,
        [
          {
            certificateId: certificate(aoba),
            ground: "KEY_COMPROMISE",
            reason: "keyCompromise",
            explanation: "",
            executeAt: NOW,
            dueAt: deadlineOf("KEY_COMPROMISE", NOW),
            origin: { kind: "operator", id: null },
          },
        ],
        NOW,
      ),
    );
    expect(ordered).toHaveLength(1);
    expect(await isKeyCompromised(db.read, key.spkiSha256)).toBe(true);

    // At submission, by either, and with a CSR of its own over the same key.
    for (const [who, of, name] of [
      [aoba.hanako, aoba, "d.example.co.jp"],
      [kita.hanako, kita, "d.example.ac.jp"],
    ] as const) {
      const again = {
        ...submission(of, name),
        csr: toPem("CERTIFICATE REQUEST", csrDer({ keys, names: [name] })),
      };
      const outcome = await submitRequest(deps, who, again, newId());
      expect(outcome.ok ? [] : outcome.problems.map(({ problem }) => problem.code)).toContain(
        "key-compromised",
      );
    }
    // At approval.
    await expect(approveRequest(deps, kita.taro, { id: waiting.id })).rejects.toMatchObject({
      code: expect.stringMatching(/key-compromised/),
    });
    // At the claim.
    const late = await issueApproved(deps, [approved]);
    expect(late.issued).toEqual([]);
    const { certificateRequests: r } = requestTables(db.read.columns);
    const [failed] = await db.read.select().from(r).where(eq(r.id, approved));
    expect(failed).toMatchObject({ state: "ISSUE_FAILED", failure: { code: "key-compromised" } });

    // And the other subscriber's certificate has a day.
    const { revocationOrders: o } = revocationTables(db.read.columns);
    const planned = await db.read.select().from(o).where(eq(o.state, "PLANNED"));
    expect(planned).toMatchObject([
      {
        certificateId: certificate(kita),
        subscriberId: kita.tenant,
        ground: "KEY_COMPROMISE",
        origin: "shared-key",
        dueAt: NOW.add({ hours: 24 }),
      },
    ]);
  });
});
