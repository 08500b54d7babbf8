import { expect, test } from "vitest";
import { issueApproved } from "../../server/issuance/index.ts";
import type { ApplicantActor } from "../../server/kernel/actor.ts";
import { parseCsr } from "../../server/pki/index.ts";
import { type Submission, submitRequest } from "../../server/requests/index.ts";
import { fileReport } from "../../server/revocation/reports/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { csrDer, csrPem } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { approvedRequests, NOW } from "../support/issuing.ts";
import { newKey, newSubmission, proofOf, reportingOn, told } from "../support/reporting.ts";

/**
 * Class 24, compromised keys reused (DigiCert 2021, bug 1693343: keys that had been reported were certified again).
 * Here a stranger proves the compromise: from that moment the key is refused in every tenant, at the form, and for
 * what was approved before.
 */
onBothEngines("class 24: a key whose compromise a stranger has proven", (open) => {
  test("is refused in every tenant", async () => {
    const on = await reportingOn(await open(), temporaryFolder());
    const other = await aobaTrading(on.db, NOW, { domain: "example.jp" });
    const key = newKey();
    const csr = parseCsr(csrDer({ keys: key }));
    const approved = await approvedRequests(on.db, on.cast, 1, {
      names: ["www.example.co.jp"],
      commonName: "www.example.co.jp",
      csrDer: csr.der,
      spkiSha256: csr.publicKey.spkiSha256,
    });
    await fileReport(on.deps, told({ proof: await proofOf(key) }), newSubmission(), "203.0.113.7");

    const { issued, refused } = await issueApproved(on.deps, approved);
    expect(issued).toEqual([]);
    expect(refused.map(({ problem }) => problem.code)).toEqual(["key-compromised"]);
    const submit = (actor: ApplicantActor, organizationId: string, commonName: string) =>
      submitRequest(
        on.deps,
        actor,
        submission(organizationId, commonName, csrPem({ keys: key })),
        newSubmission(),
      );
    for (const [cast, name] of [
      [on.cast, "new.example.co.jp"],
      [other, "new.example.jp"],
    ] as const) {
      const outcome = await submit(cast.hanako, cast.organizationId, name);
      expect(outcome.ok).toBe(false);
      const codes = outcome.ok ? [] : outcome.problems.map(({ problem }) => problem.code);
      expect(codes).toEqual(["key-compromised"]);
    }
  });
});

const submission = (organizationId: string, commonName: string, csr: string): Submission => ({
  organizationId,
  product: "OV",
  shape: "SINGLE",
  subjectLanguage: "ja",
  csr,
  commonName,
  additionalNames: "",
  termDays: 30,
  licences: 1,
  issueNoticeEmail: "hanako@aoba.example",
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
