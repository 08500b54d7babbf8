import { writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import {
  type ExternalLinter,
  externalLinter,
  type LintSubject,
} from "../../server/adapters/external-linter.ts";
import { authorityTables, type Signers } from "../../server/authority/index.ts";
import { issueApproved, recoverIssuance } from "../../server/issuance/index.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { parseCertificate } from "../../server/pki/index.ts";
import { requestTables } from "../../server/requests/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

onBothEngines("an external linter stands before the signature", (open, engine) => {
  async function scene() {
    const db = await open();
    const clock = clockAt(NOW);
    const made = await establishTestHierarchies(db, clock, temporaryFolder());
    const signed: Uint8Array[] = [];
    const noting = (signer: Signers["CUSTOMER_OV"]): Signers["CUSTOMER_OV"] => ({
      ...signer,
      sign(bytes) {
        signed.push(bytes);
        return signer.sign(bytes);
      },
    });
    const signers: Signers = { ...made, CUSTOMER_OV: noting(made.CUSTOMER_OV) };
    const [id = ""] = await approvedRequests(db, await aobaTrading(db, NOW), 1);
    const deps = (linter: ExternalLinter) => issuanceDeps(db, clock, signers, { externalLinter: linter });
    const request = async (of: Id) => {
      const { certificateRequests: r } = requestTables(db.read.columns);
      const [row] = await db.read.select().from(r).where(eq(r.id, of));
      return row;
    };
    return { db, clock, deps, id, signed, request };
  }

  test("what it refuses is never signed by the issuing key, and the request ends", async () => {
    const { db, deps, id, signed, request } = await scene();
    const asked: LintSubject[] = [];
    const linter: ExternalLinter = {
      async refusals(subject) {
        asked.push(subject);
        return ["e_something", "e_other"];
      },
    };
    const { refused } = await issueApproved(deps(linter), [id]);
    expect(refused.map(({ problem }) => [problem.code, problem.params])).toEqual([
      ["lint-failed", { lints: "e_something, e_other" }],
    ]);
    expect(await request(id)).toMatchObject({ state: "ISSUE_FAILED" });
    expect(signed).toEqual([]);
    const { intents } = authorityTables(db.read.columns);
    const [intent] = await db.read.select().from(intents);
    expect(intent?.state).toBe("ABANDONED");

    // It saw the stored bytes, as a certificate whose signature is not the issuer's.
    expect(asked).toHaveLength(1);
    const [subject] = asked;
    if (subject === undefined || intent === undefined) throw new Error("not asked");
    expect(subject.kind).toBe("OV-FINAL-CERTIFICATE");
    expect(subject.tbs).toEqual(new Uint8Array(intent.tbsCertificate));
    expect(parseCertificate(subject.certificate).tbs).toEqual(subject.tbs);
  });

  test("no clear answer leaves the request unsigned, and it is issued once the linter answers", async () => {
    const { clock, deps, id, signed, request } = await scene();
    const folder = temporaryFolder();
    const script = path.join(folder, "linter.mjs");
    writeFileSync(script, "process.exitCode = 3");
    const linter = externalLinter({
      from: { command: `${process.execPath} ${script} {file}` },
      timeout: Temporal.Duration.from({ seconds: 30 }),
      refuseFrom: "error",
      accepted: [],
    });
    await expect(issueApproved(deps(linter), [id])).rejects.toMatchObject({
      code: "external-linter-unavailable",
    });
    expect(signed).toEqual([]);
    expect(await request(id)).toMatchObject({ state: "ISSUING", failure: null });

    writeFileSync(script, `console.log('{"e_rule":{"result":"pass"}}')`);
    clock.advance({ seconds: 61 });
    expect(await recoverIssuance(deps(linter))).toMatchObject({ released: [id] });
    const { issued } = await issueApproved(deps(linter), [id]);
    expect(issued).toHaveLength(1);
    expect(signed).toHaveLength(1);
    expect(await request(id), engine).toMatchObject({ state: "ISSUED", issueAttempts: 2 });
  });
});
