import { sign } from "node:crypto";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { authorityTables, issueCertificate, revokeCertificate } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { jobRunner } from "../../server/jobs/index.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import {
  LINT_JOB,
  lintEveryNight,
  lintEverythingAlive,
  lintingJob,
  showLintReport,
} from "../../server/linting/index.ts";
import {
  assembleCertificate,
  buildTbsCertificate,
  generateKey,
  lastSecond,
  PROFILES,
  publicKeyOf,
  signatureAlgorithmFor,
  spkiOf,
  staffSubject,
} from "../../server/pki/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

/**
 * Class 26. DigiCert 2024 (bug 1927506): after a mistake was found, the search for certificates that shared it looked
 * at too few of them. Here one job lints everything alive under the rules of the day: every issuer, profile and tenant,
 * counted, and a certificate that was right when it was issued is found when a newer rule says otherwise.
 */

const spki = spkiOf((await generateKey("P-256")).publicKey);

onBothEngines("class 26: linting everything alive", (open) => {
  async function scene() {
    const db = await open();
    const clock = clockAt(NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const deps = issuanceDeps(db, clock, signers);
    const cast = await aobaTrading(db, NOW);
    return { db, clock, deps, cast };
  }

  /** A certificate as another version of us would have left it: stored, alive, and judged by nobody. */
  async function plant(
    db: Database,
    changes: Partial<Parameters<typeof buildTbsCertificate>[0]>,
  ): Promise<Id> {
    const { issuers: i, certificates: c } = authorityTables(db.read.columns);
    const [issuer] = await db.read.select().from(i).where(eq(i.role, "CUSTOMER_EV"));
    const [pattern] = await db.read.select().from(c).limit(1);
    if (!issuer || !pattern) throw new Error("no issuer");
    const { publicKey, privateKey } = await generateKey("P-256");
    const key = publicKeyOf(spkiOf(publicKey));
    const signatureAlgorithm = signatureAlgorithmFor(key);
    const serial = `40${newId().replaceAll("-", "")}`;
    const tbs = buildTbsCertificate({
      profile: PROFILES.SERVER_EV,
      issuer: { ...issuer, signatureAlgorithm },
      serial,
      notBefore: NOW,
      notAfter: lastSecond(NOW, 199),
      subject: [
        { type: "businessCategory", value: "Government Entity" },
        { type: "jurisdictionC", value: "JP" },
        { type: "serialNumber", value: "2001/04/01" },
        { type: "C", value: "JP" },
        { type: "L", value: "千代田区" },
        { type: "O", value: "例示庁" },
      ],
      publicKey: key,
      names: ["www.example.go.jp"],
      crlUrl: "http://ca.example.jp/crl",
      issuerUrl: "http://ca.example.jp/cer",
      ocspUrl: "http://ca.example.jp/ocsp",
      ...changes,
    });
    const der = assembleCertificate(tbs, signatureAlgorithm, new Uint8Array(sign("sha256", tbs, privateKey)));
    const id = newId();
    const row = { ...pattern, id, issuerId: issuer.id, serial, profile: "SERVER_EV" as const, der };
    await db.transact(async (tx) => {
      await tx.insert(c).values({
        ...row,
        fingerprint: serial,
        spkiSha256: key.spkiSha256,
        notBefore: NOW,
        notAfter: lastSecond(NOW, 199),
      });
    });
    return id;
  }

  const lintNow = async (deps: Parameters<typeof lintEverythingAlive>[0]) => {
    const id = newId();
    await lintEverythingAlive(deps, id);
    const shown = await showLintReport(deps.db.read, id);
    if (shown === null) throw new Error("no report");
    return shown;
  };

  test("counts every certificate alive, of every issuer and profile, and nothing else", async () => {
    const { db, clock, deps, cast } = await scene();
    await issueApproved(deps, await approvedRequests(db, cast, 3));
    const staff = await issueCertificate(deps, {
      role: "STAFF_ROOT",
      profile: "STAFF_CLIENT",
      subject: staffSubject({ commonName: "審査 花子", organization: "印鑑認証" }),
      names: [],
      spki,
      notBefore: NOW,
      notAfter: lastSecond(NOW, 30),
      purpose: "staff:x",
      subscriberId: null,
      organizationId: null,
    });
    const { certificates: c } = authorityTables(db.read.columns);
    // Both roots, both issuing CAs, three servers, one of the staff.
    const all = await db.read.select().from(c);
    expect(all.map(({ profile }) => profile).sort()).toEqual([
      "ISSUING_CA_EV",
      "ISSUING_CA_OV",
      "ROOT_CA",
      "SERVER_OV",
      "SERVER_OV",
      "SERVER_OV",
      "STAFF_CLIENT",
      "STAFF_ROOT",
    ]);
    const first = await lintNow(deps);
    expect(first.report).toMatchObject({ alive: 8, checked: 8, failed: 0 });
    expect(first.report.finishedAt).not.toBeNull();
    expect(first.groups).toEqual([]);

    const server = all.find(({ profile }) => profile === "SERVER_OV");
    await db.transact((tx) =>
      revokeCertificate(tx, { certificateId: server?.id ?? "", reason: "superseded", at: clock.now() }),
    );
    expect((await lintNow(deps)).report).toMatchObject({ alive: 7, checked: 7, failed: 0 });
    clock.advance({ hours: 24 * 31 });
    expect(Temporal.Instant.compare(staff.notAfter, clock.now())).toBe(-1);
    expect((await lintNow(deps)).report).toMatchObject({ alive: 6, checked: 6, failed: 0 });
  });

  test("finds, from the day of a newer rule on, what was right when it was issued", async () => {
    const { db, clock, deps } = await scene();
    const planted = await plant(db, { notAfter: NOW.add({ hours: 24 * 365 }) });
    await db.transact(async (tx) => {
      const { certificates: c } = authorityTables(tx.columns);
      await tx
        .update(c)
        .set({ notAfter: NOW.add({ hours: 24 * 365 }) })
        .where(eq(c.id, planted));
    });
    // EVG 7.1.4.2.5: from 2027-09-15 a date of formation is written YYYY-MM-DD.
    const before = await lintNow(deps);
    expect(before.findings.map(({ lint }) => lint)).toEqual(["validity-length"]);
    clock.advance({ hours: 24 * 300 });
    const after = await lintNow(deps);
    expect(after.report).toMatchObject({ failed: 1 });
    expect(after.report.rulesOf.toString()).toBe("2027-09-17");
    expect(after.groups).toEqual([
      {
        lint: "subject-ev-formation-date",
        source: expect.stringContaining("EVG"),
        profile: "SERVER_EV",
        certificates: 1,
      },
      { lint: "validity-length", source: "BR 6.3.2", profile: "SERVER_EV", certificates: 1 },
    ]);
    expect(after.findings.map(({ certificateId }) => certificateId)).toEqual([planted, planted]);
  });

  test("several pages: none is missed, wherever the failing ones lie", async () => {
    const { db, deps, cast } = await scene();
    await issueApproved(deps, await approvedRequests(db, cast, 256));
    const first = await plant(db, { crlUrl: "https://ca.example.jp/crl" });
    await issueApproved(deps, await approvedRequests(db, cast, 20));
    const last = await plant(db, { names: ["intranet.local"] });
    const shown = await lintNow(deps);
    expect(shown.report).toMatchObject({ alive: 4 + 256 + 20 + 2, checked: 282, failed: 2 });
    expect(shown.findings.map(({ certificateId, lint }) => [certificateId, lint])).toEqual([
      [first, "crl-distribution-point"],
      [last, "names-syntax"],
    ]);
  });

  test("bytes that are not those of the records, and bytes that cannot be read, are found", async () => {
    const { db, deps } = await scene();
    const swapped = await plant(db, {});
    const cut = await plant(db, {});
    await db.transact(async (tx) => {
      const { certificates: c } = authorityTables(tx.columns);
      await tx.update(c).set({ spkiSha256: "00" }).where(eq(c.id, swapped));
      await tx
        .update(c)
        .set({ der: Uint8Array.of(0x30, 0) })
        .where(eq(c.id, cut));
    });
    const { findings } = await lintNow(deps);
    expect(findings.map(({ certificateId, lint }) => [certificateId, lint])).toEqual([
      [swapped, "matches-records"],
      [cut, "readable"],
    ]);
  });

  test("every night once, whichever process is first; a job that was begun before starts its report anew", async () => {
    const { db, clock, deps } = await scene();
    await lintEveryNight(deps);
    await lintEveryNight(deps);
    const started: Id[] = [];
    const runner = jobRunner({
      db,
      clock,
      owner: "test",
      handlers: {
        [LINT_JOB]: async (job, run) => {
          started.push(job.id);
          // A first run that died half-way.
          await lintEverythingAlive(deps, job.id);
          return lintingJob(deps)(job, run);
        },
      },
      report: (error) => {
        throw error;
      },
    });
    runner.start();
    const finishedAt = async () =>
      started[0] === undefined ? null : (await showLintReport(db.read, started[0]))?.report.finishedAt;
    await expect.poll(finishedAt).toBeInstanceOf(Temporal.Instant);
    await runner.stop();
    expect(started).toHaveLength(1);
    expect((await showLintReport(db.read, started[0] ?? ""))?.report).toMatchObject({ alive: 4, checked: 4 });
  });
});
