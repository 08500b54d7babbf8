import { expect, test } from "vitest";
import { authorityTables, currentCrl, publishCrl } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import {
  drain,
  type IssuanceDeps,
  issuanceTables,
  issueApproved,
  recoverIssuance,
} from "../../server/issuance/index.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { parseCrl } from "../../server/pki/index.ts";
import { approveRequest, requestTables, submitRequest } from "../../server/requests/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { csrPem } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, NOW } from "../support/issuing.ts";

/**
 * Class 19. Actalis 2025 (bug 1943379): what was tried again after an error was issued a second time. Here a form that
 * comes twice is one request, fifty approvals are one approval, and whoever repeats what a crash cut off finds either
 * the certificate or what is left to do, never a second one. (A real SIGKILL at every step: test/crash/issuance.test.ts.)
 */

async function scene(db: Database) {
  const clock = clockAt(NOW);
  const signers = await establishTestHierarchies(db, clock, temporaryFolder());
  const cast = await aobaTrading(db, NOW);
  const process = (changes: Partial<IssuanceDeps> = {}) => issuanceDeps(db, clock, signers, changes);
  const deps = process();
  const submit = async (key: string): Promise<Id> => {
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
        issueNoticeEmail: "web@aoba.example",
        place: null,
        orderNumber: null,
        memo: null,
        kind: "NEW",
        replacesCertificateId: null,
        endsAt: null,
        reissueReason: null,
        reissueNote: null,
        graceDays: null,
      },
      key,
    );
    if (!outcome.ok) throw new Error(outcome.problems.map(({ problem }) => problem.code).join());
    return outcome.id;
  };
  /** As the operator's button: approve, then issue. Gives what the operator was told. */
  const approve = async (id: Id, by: IssuanceDeps): Promise<string> => {
    let told = "approved";
    try {
      await approveRequest(deps, cast.taro, { id });
    } catch (error) {
      if (!isProblem(error)) throw error;
      told = error.code;
    }
    await issueApproved(by, [id]);
    return told;
  };
  return { clock, deps, process, submit, approve };
}

/** What there is of certificates for requests: signed and stored, reserved, counted, announced. */
async function made(db: Database) {
  const { certificates, intents } = authorityTables(db.read.columns);
  const stored = await db.read.select().from(certificates);
  const told = await db.read.select().from(outboxTables(db.read.columns).messages);
  return {
    requests: await db.read.select().from(requestTables(db.read.columns).certificateRequests),
    certificates: stored.filter(({ purpose }) => purpose.startsWith("request:")),
    intents: await db.read.select().from(intents),
    metering: await db.read.select().from(issuanceTables(db.read.columns).meteringEvents),
    mails: told.filter(({ kind }) => kind === "request-issued"),
  };
}

async function expectOne(db: Database): Promise<void> {
  const { requests, certificates, metering, mails } = await made(db);
  expect(requests).toMatchObject([{ state: "ISSUED", certificateId: certificates[0]?.id }]);
  expect([certificates.length, metering.length, mails.length]).toEqual([1, 1, 1]);
}

onBothEngines("class 19: duplicates on retry", (open) => {
  test("a form sent ten times and approved fifty times at once is one certificate", async () => {
    const db = await open();
    const { deps, process, submit, approve } = await scene(db);
    const ids = new Set(await Promise.all(Array.from({ length: 10 }, () => submit("the same page"))));
    expect(ids.size).toBe(1);
    const [id = ""] = ids;
    const processes = [deps, process(), process()];
    const told = await Promise.all(
      Array.from({ length: 50 }, (_, index) => approve(id, processes[index % 3] ?? deps)),
    );
    expect(told.filter((one) => one === "approved")).toHaveLength(1);
    await drain(deps);
    await expectOne(db);
    expect((await made(db)).intents).toHaveLength(1);
  });

  test.each(["group.signed", "store.before-commit"])(
    "a crash at %s, between signing and storing, and everybody's retries are one certificate",
    async (step) => {
      const db = await open();
      const { clock, deps, process, submit, approve } = await scene(db);
      const id = await submit("one page");
      const dying = process({
        step: async (name) => {
          if (name === step) throw new Error("died");
        },
      });
      await expect(approve(id, dying)).rejects.toThrow("died");
      // The operator presses again, and another process looks for work: what the dead one reserved is left alone.
      expect(await approve(id, deps)).toBe("request-not-pending");
      await drain(process());
      expect((await made(db)).certificates).toEqual([]);

      clock.advance({ minutes: 2 });
      const others = [deps, process(), process()];
      await Promise.all(others.map((one) => recoverIssuance(one)));
      await Promise.all(others.map((one) => drain(one)));
      expect(await approve(id, deps)).toBe("request-not-pending");
      await expectOne(db);

      // The serial that was signed in vain, or may have been, is another one, and answers "revoked".
      const { certificates, intents } = await made(db);
      const inVain = intents.filter(({ state }) => state === "ABANDONED").map(({ serial }) => serial);
      expect(inVain).toHaveLength(1);
      expect(inVain).not.toContain(certificates[0]?.serial);
      await publishCrl(deps, "CUSTOMER_OV");
      const crl = await currentCrl(db.read, "CUSTOMER_OV");
      expect(crl && parseCrl(crl.der).entries.map(({ serial }) => serial)).toEqual(inVain);
    },
  );
});
