import { execFileSync } from "node:child_process";
import { createHash, generateKeyPairSync, X509Certificate } from "node:crypto";
import { readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { type KeyFolder, keyFolder } from "../../server/adapters/key-folder.ts";
import { keySigner } from "../../server/adapters/signer-file.ts";
import {
  authorityTables,
  chainOf,
  compromisedAmong,
  crlHealth,
  currentCrl,
  type EstablishDeps,
  establishHierarchies,
  type IssueOrder,
  issueCertificate,
  issuerOf,
  loadSigners,
  publishCrl,
  publishDueCrls,
  recoverIntents,
  revokeCertificate,
} from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { newId } from "../../server/kernel/ids.ts";
import { generateKey, operatorSubject, parseCrl, spkiOf, toPem } from "../../server/pki/index.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
  noStep,
  PASSPHRASE,
  REPOSITORY,
} from "../support/issuing.ts";

const spki = spkiOf((await generateKey("P-256")).publicKey);

const operatorOrder = (changes: Partial<IssueOrder> = {}): IssueOrder => ({
  role: "STAFF_ROOT",
  profile: "OPERATOR_CLIENT",
  subject: operatorSubject({ commonName: "T.YAMADA", organization: "株式会社青葉商事", siteId: "AOBA1" }),
  names: [],
  spki,
  notBefore: NOW,
  notAfter: NOW.add({ hours: 24 * 365 }),
  purpose: "operator:1",
  subscriberId: null,
  organizationId: null,
  ...changes,
});

onBothEngines("the authority", (open) => {
  async function scene() {
    const db = await open();
    const clock = clockAt(NOW);
    const folder = temporaryFolder();
    const signers = await establishTestHierarchies(db, clock, folder);
    return { db, clock, folder, signers, deps: issuanceDeps(db, clock, signers) };
  }
  const certificatesFor = async (db: Database, purpose: string) => {
    const { certificates: c } = authorityTables(db.read.columns);
    return db.read.select().from(c).where(eq(c.purpose, purpose));
  };
  const intentsOf = async (db: Database) => db.read.select().from(authorityTables(db.read.columns).intents);
  const serialsOn = async (db: Database) => {
    const crl = await currentCrl(db.read, "STAFF_ROOT");
    return crl ? parseCrl(crl.der).entries.map(({ serial, reason }) => [serial, reason]) : [];
  };

  // ── first start

  const establishDeps = (
    db: Database,
    keys: KeyFolder,
    changes: Partial<EstablishDeps> = {},
  ): EstablishDeps => ({
    db,
    clock: clockAt(NOW),
    keys,
    passphrase: PASSPHRASE,
    issuerName: "印鑑認証",
    repositoryUrl: REPOSITORY,
    keyKinds: { root: "P-384", issuing: "P-256", staffRoot: "RSA-2048" },
    revealRootPassphrase: async () => undefined,
    step: noStep,
    ...changes,
  });

  test("the first start makes both hierarchies, the second nothing", async () => {
    const db = await open();
    const folder = temporaryFolder();
    const keys = keyFolder(folder);
    const shown: string[] = [];
    const revealRootPassphrase = async (passphrase: string) => void shown.push(passphrase);
    expect(await establishHierarchies(establishDeps(db, keys, { revealRootPassphrase }))).toBe(true);
    const files = readdirSync(folder);
    expect(files).toHaveLength(4);
    for (const file of files) expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);

    expect(await establishHierarchies(establishDeps(db, keys, { revealRootPassphrase }))).toBe(false);
    expect(readdirSync(folder)).toEqual(files);
    expect(shown).toHaveLength(1);

    // The root opens with what was shown, and not with the passphrase of the others.
    const root = await issuerOf(db.read, "CUSTOMER_ROOT");
    await expect(keys.open(root.keyName, PASSPHRASE)).rejects.toMatchObject({ code: "passphrase-wrong" });
    expect((await keys.open(root.keyName, shown[0] ?? "")).publicKeySpki).toEqual(root.spki);
    await expect(loadSigners(db.read, keys, "wrong")).rejects.toMatchObject({ code: "passphrase-wrong" });

    const crl = await currentCrl(db.read, "CUSTOMER_ROOT");
    expect(crl?.nextUpdate).toEqual(Temporal.Instant.from("2027-10-21T03:00:00Z"));
  });

  test("openssl accepts the chains and the root's CRL, and neither hierarchy under the other", async () => {
    const { db, deps } = await scene();
    const folder = temporaryFolder();
    const file = (name: string, label: string, der: Uint8Array | undefined) => {
      writeFileSync(path.join(folder, name), toPem(label, der ?? new Uint8Array()));
      return path.join(folder, name);
    };
    const { issuerId, der } = await issueCertificate(deps, operatorOrder());
    const [staffRoot] = await chainOf(db.read, issuerId);
    const [ov, root] = await chainOf(db.read, (await issuerOf(db.read, "CUSTOMER_OV")).id);
    const verify = (trusted: string, ...rest: string[]) =>
      execFileSync(
        "openssl",
        ["verify", "-attime", String(NOW.epochMilliseconds / 1000), "-CAfile", trusted, ...rest],
        {
          encoding: "utf8",
          stdio: "pipe",
        },
      );
    const leaf = file("leaf.pem", "CERTIFICATE", der);
    const staff = file("staff.pem", "CERTIFICATE", staffRoot);
    const customers = file("root.pem", "CERTIFICATE", root);
    const issuing = file("ov.pem", "CERTIFICATE", ov);
    const crl = file("crl.pem", "X509 CRL", (await currentCrl(db.read, "CUSTOMER_ROOT"))?.der);
    expect(verify(staff, leaf)).toContain("OK");
    expect(verify(customers, "-x509_strict", "-crl_check", "-CRLfile", crl, issuing)).toContain("OK");
    expect(() => verify(customers, leaf)).toThrow();
    expect(() => verify(staff, issuing)).toThrow();
  });

  test.each(["ceremony.begun", "ceremony.keys-written", "ceremony.before-commit", "ceremony.committed"])(
    "a first start that dies at %s is made again or complete",
    async (point) => {
      const db = await open();
      const folder = temporaryFolder();
      const keys = keyFolder(folder);
      const step = async (name: string) => {
        if (name === point) throw new Error("died");
      };
      await expect(establishHierarchies(establishDeps(db, keys, { step }))).rejects.toThrow("died");
      await establishHierarchies(establishDeps(db, keys));
      expect(readdirSync(folder)).toHaveLength(4);
      const signers = await loadSigners(db.read, keys, PASSPHRASE);
      await issueCertificate(issuanceDeps(db, clockAt(NOW), signers), operatorOrder());
    },
  );

  test("keys that another database made are never covered over", async () => {
    const { folder } = await scene();
    const before = readdirSync(folder);
    const empty = await open();
    await expect(establishHierarchies(establishDeps(empty, keyFolder(folder)))).rejects.toMatchObject({
      code: "keys-of-another-database",
    });
    expect(readdirSync(folder)).toEqual(before);
  });

  test("of two processes that start at once one makes the hierarchies", async () => {
    const db = await open();
    const keys = keyFolder(temporaryFolder());
    const made = await Promise.all([1, 2].map(() => establishHierarchies(establishDeps(db, keys))));
    expect(made.sort()).toEqual([false, true]);
    await establishHierarchies(establishDeps(db, keys));
    expect(await keys.names()).toHaveLength(4);
    await loadSigners(db.read, keys, PASSPHRASE);
  });

  // ── one certificate

  test("an order becomes a certificate, together with what its caller stores", async () => {
    const { db, deps } = await scene();
    const stored: string[] = [];
    const certificate = await issueCertificate(deps, operatorOrder(), async (tx, { id }) => {
      const { certificates: c } = authorityTables(tx.columns);
      const rows = await tx.select({ id: c.id }).from(c).where(eq(c.id, id));
      stored.push(...rows.map((row) => row.id));
    });
    expect(stored).toEqual([certificate.id]);
    const [row] = await certificatesFor(db, "operator:1");
    expect(row).toMatchObject({ id: certificate.id, state: "ACTIVE", serial: certificate.serial });
    expect(certificate.fingerprint).toBe(createHash("sha256").update(certificate.der).digest("hex"));
    const leaf = new X509Certificate(certificate.der);
    const issuer = await issuerOf(db.read, "STAFF_ROOT");
    expect(leaf.verify(issuer.publicKey)).toBe(true);
    expect(leaf.serialNumber.toLowerCase()).toBe(certificate.serial);
    expect(await intentsOf(db)).toMatchObject([{ state: "COMPLETED", serial: certificate.serial }]);
  });

  test("when the caller's part fails there is no certificate, and the serial is revoked", async () => {
    const { db, deps } = await scene();
    const failing = issueCertificate(deps, operatorOrder(), async () => {
      throw new Error("the operator is gone");
    });
    await expect(failing).rejects.toThrow("the operator is gone");
    expect(await certificatesFor(db, "operator:1")).toEqual([]);
    const [intent] = await intentsOf(db);
    expect(intent).toMatchObject({ state: "ABANDONED" });
    await publishCrl(deps, "STAFF_ROOT");
    expect(await serialsOn(db)).toEqual([[intent?.serial, null]]);
  });

  test("bytes that the lints refuse never reach the signer", async () => {
    const { db, deps, signers } = await scene();
    let signatures = 0;
    const ov = signers.CUSTOMER_OV;
    const counting = {
      ...ov,
      sign: (bytes: Uint8Array) => {
        signatures += 1;
        return ov.sign(bytes);
      },
    };
    const order = operatorOrder({
      role: "CUSTOMER_OV",
      profile: "SERVER_OV",
      subject: [
        { type: "C", value: "JP" },
        { type: "ST", value: "東京都" },
        { type: "O", value: "株式会社青葉商事" },
      ],
      names: ["server.local"],
      notAfter: NOW.add({ hours: 24 * 100 }),
    });
    const refused = issueCertificate({ ...deps, signers: { ...signers, CUSTOMER_OV: counting } }, order);
    await expect(refused).rejects.toMatchObject({ code: "lint-failed" });
    expect(signatures).toBe(0);
    expect(await intentsOf(db)).toMatchObject([{ state: "ABANDONED" }]);
    // The same order with a name that may be is signed: it was the name.
    const fine = { ...order, names: ["www.example.co.jp"] };
    await issueCertificate({ ...deps, signers: { ...signers, CUSTOMER_OV: counting } }, fine);
    expect(signatures).toBe(1);
  });

  test("a signature by another key is thrown away", async () => {
    const { db, deps, signers } = await scene();
    const stranger = keySigner(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey);
    const wrong = { ...deps, signers: { ...signers, STAFF_ROOT: stranger } };
    await expect(issueCertificate(wrong, operatorOrder())).rejects.toMatchObject({
      code: "signature-mismatch",
    });
    expect(await certificatesFor(db, "operator:1")).toEqual([]);
    expect(await intentsOf(db)).toMatchObject([{ state: "ABANDONED" }]);
  });

  test("stored bytes that are not the signed ones stop the store", async () => {
    const { db, deps } = await scene();
    const tampering = {
      ...deps,
      step: async (name: string) => {
        if (name !== "signed") return;
        await db.transact(async (tx) => {
          await tx
            .update(authorityTables(tx.columns).intents)
            .set({ tbsCertificate: Uint8Array.of(0x30, 0) });
        });
      },
    };
    await expect(issueCertificate(tampering, operatorOrder())).rejects.toMatchObject({
      code: "signature-mismatch",
    });
    expect(await certificatesFor(db, "operator:1")).toEqual([]);
  });

  test("an intent that recovery took is not completed any more", async () => {
    const { db, clock, deps } = await scene();
    const slow = {
      ...deps,
      step: async (name: string) => {
        if (name !== "signed") return;
        clock.advance({ minutes: 2 });
        expect(await recoverIntents(deps, async () => undefined)).toHaveLength(1);
      },
    };
    await expect(issueCertificate(slow, operatorOrder())).rejects.toMatchObject({ code: "lease-lost" });
    expect(await certificatesFor(db, "operator:1")).toEqual([]);
  });

  test("no certificate outlives its issuer", async () => {
    const { deps } = await scene();
    const order = operatorOrder({ notAfter: NOW.add({ hours: 24 * 365 * 16 }) });
    await expect(issueCertificate(deps, order)).rejects.toMatchObject({ code: "term-too-long" });
  });

  // ── revocation and CRLs

  test("a revoked certificate stands on the CRL with its reason, once and finally", async () => {
    const { db, deps } = await scene();
    const { id: certificateId, serial, spkiSha256 } = await issueCertificate(deps, operatorOrder());
    const revoke = (reason: Parameters<typeof revokeCertificate>[1]["reason"]) =>
      db.transact((tx) => revokeCertificate(tx, { certificateId, reason, at: NOW }));
    expect(await revoke("superseded")).toBe("STAFF_ROOT");
    await publishCrl(deps, "STAFF_ROOT");
    expect(await serialsOn(db)).toEqual([[serial, 4]]);
    await expect(revoke("superseded")).rejects.toMatchObject({
      code: "certificate-not-revocable",
      params: { state: "REVOKED" },
    });
    expect(await compromisedAmong(db.read, [spkiSha256])).toEqual(new Set());
    await revoke("keyCompromise");
    await publishCrl(deps, "STAFF_ROOT");
    expect(await serialsOn(db)).toEqual([[serial, 1]]);
    expect(await compromisedAmong(db.read, [spkiSha256, "0"])).toEqual(new Set([spkiSha256]));
    await expect(revoke("keyCompromise")).rejects.toMatchObject({ code: "certificate-not-revocable" });
    await expect(
      db.transact((tx) => revokeCertificate(tx, { certificateId: newId(), reason: "superseded", at: NOW })),
    ).rejects.toMatchObject({ code: "not-found" });
    const later = { certificateId, reason: "keyCompromise" as const, at: NOW.add({ hours: 24 * 400 }) };
    await expect(db.transact((tx) => revokeCertificate(tx, later))).rejects.toMatchObject({
      params: { state: "EXPIRED" },
    });
  });

  test("unspecified is said by leaving the reason out", async () => {
    const { db, deps } = await scene();
    const { id, serial } = await issueCertificate(deps, operatorOrder());
    await db.transact((tx) => revokeCertificate(tx, { certificateId: id, reason: "unspecified", at: NOW }));
    await publishCrl(deps, "STAFF_ROOT");
    expect(await serialsOn(db)).toEqual([[serial, null]]);
  });

  test("numbers rise strictly: at once, together, and with a clock that went back", async () => {
    const { db, clock, deps } = await scene();
    const seconds = NOW.epochMilliseconds / 1000;
    expect((await publishCrl(deps, "CUSTOMER_OV")).number).toBe(seconds);
    // Three processes on one database: each has a handle of its own.
    const process = () => ({ ...deps, db: { ...db } });
    const together = await Promise.all([1, 2, 3].map(() => publishCrl(process(), "CUSTOMER_OV")));
    expect(together.map(({ number }) => number).sort()).toEqual([seconds + 1, seconds + 2, seconds + 3]);
    clock.advance({ hours: -48 });
    expect((await publishCrl(deps, "CUSTOMER_OV")).number).toBe(seconds + 4);
    clock.advance({ hours: 96 });
    const newest = await publishCrl(deps, "CUSTOMER_OV");
    expect(newest.number).toBe(seconds + 48 * 3600);
    expect(await currentCrl(db.read, "CUSTOMER_OV")).toEqual(newest);
    expect(parseCrl(newest.der)).toMatchObject({
      number: BigInt(newest.number),
      thisUpdate: newest.thisUpdate,
    });
  });

  test("an entry stays until a CRL has shown it past its certificate's end", async () => {
    const { db, clock, deps } = await scene();
    const order = operatorOrder({ notAfter: NOW.add({ hours: 72 }) });
    const { id, serial } = await issueCertificate(deps, order);
    await db.transact((tx) => revokeCertificate(tx, { certificateId: id, reason: "superseded", at: NOW }));
    await publishCrl(deps, "STAFF_ROOT");
    // The scheduler was dead for ten days: the first CRL after it must still show the entry.
    clock.advance({ hours: 240 });
    await publishCrl(deps, "STAFF_ROOT");
    expect(await serialsOn(db)).toEqual([[serial, 4]]);
    await publishCrl(deps, "STAFF_ROOT");
    expect(await serialsOn(db)).toEqual([]);
  });

  test("due: at first, every 24 hours, and for a revocation whose process died before its CRL", async () => {
    const { db, clock, deps } = await scene();
    expect(await publishDueCrls(deps)).toEqual(["CUSTOMER_OV", "CUSTOMER_EV", "STAFF_ROOT"]);
    const { id } = await issueCertificate(deps, operatorOrder());
    clock.advance({ hours: 1 });
    expect(await publishDueCrls(deps)).toEqual([]);
    const at = clock.now();
    await db.transact((tx) => revokeCertificate(tx, { certificateId: id, reason: "superseded", at }));
    clock.advance({ minutes: 1 });
    expect(await publishDueCrls(deps)).toEqual(["STAFF_ROOT"]);
    expect(await publishDueCrls(deps)).toEqual([]);
    clock.advance({ hours: 22, minutes: 59 });
    expect(await publishDueCrls(deps)).toEqual(["CUSTOMER_OV", "CUSTOMER_EV"]);
  });

  test("due: for a revocation dated before the last CRL and committed after it was read", async () => {
    const { db, clock, deps } = await scene();
    const { id } = await issueCertificate(deps, operatorOrder());
    const at = clock.now();
    clock.advance({ seconds: 20 });
    await publishDueCrls(deps);
    await db.transact((tx) => revokeCertificate(tx, { certificateId: id, reason: "superseded", at }));
    clock.advance({ minutes: 1 });
    expect(await publishDueCrls(deps)).toEqual(["STAFF_ROOT"]);
    expect(await publishDueCrls(deps)).toEqual([]);
  });

  test("revocations at once make two CRLs and not many, and each finds itself on its own", async () => {
    const { db, deps } = await scene();
    const before = (await publishCrl(deps, "STAFF_ROOT")).number;
    const shown = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const { id, serial } = await issueCertificate(deps, operatorOrder());
        await db.transact((tx) =>
          revokeCertificate(tx, { certificateId: id, reason: "superseded", at: NOW }),
        );
        const crl = await publishCrl(deps, "STAFF_ROOT");
        expect(parseCrl(crl.der).entries.map((entry) => entry.serial)).toContain(serial);
        return crl.number;
      }),
    );
    expect(Math.max(...shown) - before).toBeLessThan(12);
    expect(await serialsOn(db)).toHaveLength(12);
  });

  test("old CRLs go, the last three and all of their bytes stay", async () => {
    const { db, clock, deps } = await scene();
    const { crls, crlParts } = authorityTables(db.read.columns);
    for (let i = 0; i < 6; i += 1) await publishCrl(deps, "CUSTOMER_EV");
    const ov = await issuerOf(db.read, "CUSTOMER_EV");
    const kept = await db.read.select({ id: crls.id }).from(crls).where(eq(crls.issuerId, ov.id));
    expect(kept).toHaveLength(3);
    // A writer that died left parts of a CRL that never was; those of one that still writes are young.
    const part = { crlId: newId(), position: 0, bytes: new Uint8Array(3) };
    const leftover = { ...part, id: newId(), createdAt: clock.now() };
    await db.transact(async (tx) => void (await tx.insert(crlParts).values(leftover)));
    await publishCrl(deps, "CUSTOMER_EV");
    const ids = async () => (await db.read.select({ id: crlParts.id }).from(crlParts)).map(({ id }) => id);
    expect(await ids()).toContain(leftover.id);
    clock.advance({ hours: 2 });
    await publishCrl(deps, "CUSTOMER_EV");
    expect(await ids()).not.toContain(leftover.id);
    expect(await ids()).toHaveLength(3 + 1);
    expect((await currentCrl(db.read, "CUSTOMER_EV"))?.der.length).toBeGreaterThan(100);
  });

  // IdenTrust 2024 (bug 1914067): a CRL expired, and nobody had been told.
  test("a CRL that nobody renews is named before half of its life is over", async () => {
    const { db, clock, deps } = await scene();
    const states = async () =>
      Object.fromEntries((await crlHealth(db.read, clock.now())).map(({ role, state }) => [role, state]));
    expect(await states()).toMatchObject({ CUSTOMER_ROOT: "fresh", CUSTOMER_OV: "missing" });
    await publishDueCrls(deps);
    expect(await states()).toMatchObject({ CUSTOMER_OV: "fresh", STAFF_ROOT: "fresh" });
    clock.advance({ hours: 35 });
    expect(await states()).toMatchObject({ CUSTOMER_ROOT: "fresh", CUSTOMER_OV: "fresh" });
    clock.advance({ hours: 1 });
    expect(await states()).toMatchObject({ CUSTOMER_ROOT: "fresh", CUSTOMER_OV: "aging" });
    clock.advance({ hours: 132 });
    expect(await states()).toMatchObject({ CUSTOMER_ROOT: "fresh", CUSTOMER_OV: "expired" });
    await publishDueCrls(deps);
    expect(await states()).toMatchObject({ CUSTOMER_OV: "fresh", CUSTOMER_EV: "fresh" });
  });
});
