import { spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { asc, eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { keySigner } from "../../server/adapters/signer-file.ts";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import { authorityTables, reportCompromisedKey } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { type StaffActor, system, type Tenant, tenantOf } from "../../server/kernel/actor.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import {
  addOperator,
  addStaff,
  disableStaff,
  issueOperatorCertificate,
  issueOperatorCertificateForCsr,
  issueStaffCertificate,
  issueStaffCertificateForCsr,
  listOperators,
  type OperatorEntry,
  operatorAdmission,
  operatorTables,
  removeOperator,
  resumeOperator,
  showOperator,
  showStaff,
  staffAdmission,
  suspendOperator,
} from "../../server/operators/index.ts";
import { addSubscriber, DEFAULT_POLICY } from "../../server/organizations/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { parseCsr } from "../../server/pki/index.ts";

import { makeRoot, storeStaffRoot } from "../support/certificates.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";

/** Both outputs are read: openssl says what a file is made of on standard error. */
const openssl = (args: readonly string[]) => spawnSync("openssl", args, { encoding: "utf8" });

/** A CSR of a fresh P-256 key, as a browser or a smart card would make one. */
const freshCsr = () =>
  openssl(
    [
      "req",
      "-new",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-keyout",
      "/dev/null",
    ].concat("-subj", "/CN=x"),
  ).stdout;

const ACTOR = system("test");
// RSA as in the product: the file that carries a client's key knows nothing else.
const staffRoot = await makeRoot({
  profile: "STAFF_ROOT",
  commonName: "Staff Root",
  key: "RSA-2048",
  days: 3000,
});
const signer = keySigner(staffRoot.privateKey);

async function office(db: Database) {
  await storeStaffRoot(db, staffRoot);
  const closed: string[] = [];
  const deps = {
    db,
    clock: systemClock,
    signers: { STAFF_ROOT: signer, CUSTOMER_OV: signer, CUSTOMER_EV: signer },
    instance: "test",
    lease: Temporal.Duration.from({ seconds: 60 }),
    repositoryUrl: "http://localhost:8080",
    step: async () => undefined,
    closeSockets: (fingerprint: string) => void closed.push(fingerprint),
    mailFrom: "Inkan <no-reply@inkan.example>",
    operatorUrl: () => "https://localhost:8442",
    issuerName: "Inkan",
  };
  return { deps, closed };
}

async function subscriber(db: Database, name = "株式会社青葉商事"): Promise<Tenant> {
  const id = newId();
  await db.transact((tx) =>
    addSubscriber(tx, {
      id,
      siteId: id.slice(-8),
      name,
      noticeAddress: "notice@aoba.example",
      language: "ja",
      policy: DEFAULT_POLICY,
      state: "ACTIVE",
      createdAt: systemClock.now(),
      version: 1,
    }),
  );
  return tenantOf(id);
}

const taro: OperatorEntry = {
  name: "山田 太郎",
  kana: null,
  department: null,
  phone: null,
  email: "taro@aoba.example",
  commonName: "T.YAMADA",
  personId: null,
};

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => "nothing",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

onBothEngines("operators", (open) => {
  test("namesakes get digits, and each is a person of the subscriber", async () => {
    const db = await open();
    const { deps } = await office(db);
    const tenant = await subscriber(db);
    const first = await addOperator(deps, ACTOR, tenant, taro);
    const second = await addOperator(deps, ACTOR, tenant, { ...taro, name: "山田 知子" });
    const again = await addOperator(deps, ACTOR, tenant, {
      ...taro,
      commonName: "H.SATO",
      personId: first.personId,
    });
    expect([first.commonName, second.commonName]).toEqual(["T.YAMADA", "T.YAMADA2"]);
    expect(again.personId).toBe(first.personId);
    const other = await subscriber(db, "緑工業株式会社");
    expect((await addOperator(deps, ACTOR, other, taro)).commonName).toBe("T.YAMADA");
    expect(await problemOf(addOperator(deps, ACTOR, tenant, { ...taro, commonName: "t.yamada" }))).toBe(
      "operator-name-invalid",
    );
    const stranger = { ...taro, commonName: "K.ITO", personId: first.personId };
    expect(await problemOf(addOperator(deps, ACTOR, other, stranger))).toBe("not-found");
    expect((await listOperators(db.read, other)).operators.map(({ commonName }) => commonName)).toEqual([
      "T.YAMADA",
    ]);
    expect(await showOperator(db.read, other, first.operatorId)).toBeNull();
  });

  test("of two namesakes added at the same moment one gets the next digits", async () => {
    const db = await open();
    const { deps } = await office(db);
    for (let round = 0; round < 5; round += 1) {
      const tenant = await subscriber(db);
      const both = await Promise.all([
        addOperator(deps, ACTOR, tenant, taro),
        addOperator(deps, ACTOR, tenant, taro),
      ]);
      expect(both.map(({ commonName }) => commonName).toSorted()).toEqual(["T.YAMADA", "T.YAMADA2"]);
    }
  });

  test("a staff member's address is taken whatever its case, also at the same moment", async () => {
    const db = await open();
    const { deps } = await office(db);
    const add = (email: string) =>
      problemOf(addStaff(deps, ACTOR, { name: "審査 花子", email, roles: ["VETTER"] }));
    for (let round = 0; round < 5; round += 1) {
      const both = await Promise.all([
        add(`Hanako${round}@Inkan.example`),
        add(`hanako${round}@inkan.example`),
      ]);
      expect(both.toSorted()).toEqual(["already-exists", "nothing"]);
    }
    const { staff } = operatorTables(db.read.columns);
    const emails = await db.read.select({ email: staff.email }).from(staff);
    expect(emails.map(({ email }) => email).toSorted()).toEqual(
      [0, 1, 2, 3, 4].map((round) => `hanako${round}@inkan.example`),
    );
  });

  test("a certificate file that openssl opens, a mail without its password, and a door that opens", async () => {
    const db = await open();
    const { deps } = await office(db);
    const tenant = await subscriber(db);
    const { operatorId } = await addOperator(deps, ACTOR, tenant, taro);
    const issued = await issueOperatorCertificate(deps, ACTOR, tenant, operatorId);

    const folder = temporaryFolder();
    const file = path.join(folder, "taro.p12");
    writeFileSync(file, issued.p12);
    const info = openssl(["pkcs12", "-in", file, "-passin", `pass:${issued.password}`, "-info", "-nodes"]);
    expect(info.stderr).toMatch(/PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256/);
    expect(info.stderr).toMatch(/MAC: sha1, Iteration 100000/);
    expect(openssl(["pkcs12", "-in", file, "-passin", "pass:wrong", "-nodes"]).status).not.toBe(0);
    const [leafPem = "", rootPem = ""] =
      info.stdout.match(/-----BEGIN CERTIFICATE[\s\S]*?END CERTIFICATE-----/g) ?? [];
    const leaf = new X509Certificate(leafPem);
    expect(leaf.fingerprint256.replaceAll(":", "").toLowerCase()).toBe(issued.fingerprint);
    expect(leaf.verify(createPublicKey(staffRoot.privateKey))).toBe(true);
    expect(new X509Certificate(rootPem).raw.equals(staffRoot.der)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(info.stdout))).toBe(true);
    expect(leaf.subject).toBe(`C=JP\nO=株式会社青葉商事\nUID=${await siteIdOf(db, operatorId)}\nCN=T.YAMADA`);

    const { messages } = outboxTables(db.read.columns);
    const [mail] = await db.read.select().from(messages);
    expect(mail).toMatchObject({ kind: "operator-certificate-ready", to: ["taro@aoba.example"], tenant });
    expect(mail?.text).toContain("https://localhost:8442");
    expect(mail?.text).toContain(issued.serial);
    expect(mail?.text).not.toContain(issued.password);
    const { auditEntries: e } = auditTables(db.read.columns);
    const entries = await db.read.select().from(e).where(eq(e.tenant, tenant)).orderBy(asc(e.sequence));
    expect(entries.map(({ action }) => action)).toEqual(["operator.added", "operator.certificate-issued"]);
    expect(JSON.stringify(entries)).not.toContain(issued.password);
    expect((await verifyAudit(db.read)).broken).toBeNull();

    const page = await showOperator(db.read, tenant, operatorId);
    expect(page?.operator.state).toBe("CERTIFICATE_READY");
    expect(page?.certificates).toMatchObject([{ serial: issued.serial, state: "ACTIVE", removedAt: null }]);
    const admission = operatorAdmission(deps);
    expect(await admission.isStillAdmitted(issued.fingerprint)).toBe(true);
    expect((await showOperator(db.read, tenant, operatorId))?.operator.state).toBe("CERTIFICATE_READY");
    expect(await admission.admit(issued.fingerprint)).toMatchObject({
      operatorId,
      tenant,
      name: "山田 太郎",
    });
    expect((await showOperator(db.read, tenant, operatorId))?.operator.state).toBe("ACTIVE");
    expect(await staffAdmission(deps).admit(issued.fingerprint)).toBeNull();
  });

  test("for a CSR the key stays with its holder, and a weak key is refused", async () => {
    const db = await open();
    const { deps } = await office(db);
    const tenant = await subscriber(db);
    const { operatorId } = await addOperator(deps, ACTOR, tenant, taro);
    const folder = temporaryFolder();
    const csrFor = (bits: string) => {
      const key = path.join(folder, `${bits}.pem`);
      const made = openssl([
        "req",
        "-new",
        "-newkey",
        `rsa:${bits}`,
        "-nodes",
        "-keyout",
        key,
        "-subj",
        "/CN=Evil/O=Evil",
      ]);
      return { csr: made.stdout, key };
    };
    const good = csrFor("2048");
    const issued = await issueOperatorCertificateForCsr(deps, ACTOR, tenant, operatorId, good.csr);
    const leaf = new X509Certificate(issued.chainPem);
    expect(leaf.subject).not.toContain("Evil");
    expect(issued.chainPem).not.toContain("PRIVATE KEY");
    const weak = csrFor("1024");
    expect(await problemOf(issueOperatorCertificateForCsr(deps, ACTOR, tenant, operatorId, weak.csr))).toBe(
      "key-weak",
    );
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pasted = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(await problemOf(issueOperatorCertificateForCsr(deps, ACTOR, tenant, operatorId, pasted))).toBe(
      "csr-private-key",
    );
  });

  test("a key that is blocked, or given to another, while its certificate is made gets none", async () => {
    const db = await open();
    const { deps } = await office(db);
    const [tenant, other] = [await subscriber(db), await subscriber(db, "緑工業株式会社")];
    const { operatorId } = await addOperator(deps, ACTOR, tenant, taro);
    const theirs = await addOperator(deps, ACTOR, other, taro);
    const afterSigning = (work: () => Promise<unknown>) => ({
      ...deps,
      step: async (name: string) => {
        if (name === "signed") await work();
      },
    });
    const issueFor = (csr: string, meanwhile: () => Promise<unknown>) =>
      problemOf(issueOperatorCertificateForCsr(afterSigning(meanwhile), ACTOR, tenant, operatorId, csr));
    const blocked = freshCsr();
    const { spkiSha256 } = parseCsr(blocked).publicKey;
    const key = { spkiSha256, evidence: "x", reportedAt: systemClock.now(), declaredIn: null };
    expect(await issueFor(blocked, () => db.transact((tx) => reportCompromisedKey(tx, key)))).toBe(
      "key-compromised",
    );
    const claimed = freshCsr();
    const claim = () => issueOperatorCertificateForCsr(deps, ACTOR, other, theirs.operatorId, claimed);
    expect(await issueFor(claimed, claim)).toBe("key-held-by-another");
    expect((await showOperator(db.read, tenant, operatorId))?.certificates).toEqual([]);
  });

  test("the last who works cannot be removed, and of two at once only one goes", async () => {
    const db = await open();
    const { deps, closed } = await office(db);
    const tenant = await subscriber(db);
    const admission = operatorAdmission(deps);
    const ids: Id[] = [];
    const fingerprints: string[] = [];
    for (const commonName of ["T.YAMADA", "H.SATO"]) {
      const { operatorId } = await addOperator(deps, ACTOR, tenant, { ...taro, commonName });
      const { fingerprint } = await issueOperatorCertificateForCsr(
        deps,
        ACTOR,
        tenant,
        operatorId,
        freshCsr(),
      );
      await admission.admit(fingerprint);
      ids.push(operatorId);
      fingerprints.push(fingerprint);
    }
    const outcomes = await Promise.all(ids.map((id) => problemOf(removeOperator(deps, ACTOR, tenant, id))));
    expect(outcomes.toSorted()).toEqual(["last-operator", "nothing"]);
    const gone = outcomes.indexOf("nothing");
    expect(closed).toEqual([fingerprints[gone]]);
    expect(await admission.admit(fingerprints[gone] ?? "")).toBeNull();
    expect(await admission.admit(fingerprints[1 - gone] ?? "")).not.toBeNull();
    const { certificates: c } = authorityTables(db.read.columns);
    const [row] = await db.read
      .select()
      .from(c)
      .where(eq(c.fingerprint, fingerprints[gone] ?? ""));
    expect(row).toMatchObject({ state: "REVOKED", revocationReason: 3 });
    expect(await problemOf(removeOperator(deps, ACTOR, tenant, ids[gone] ?? ""))).toBe(
      "operator-not-changeable",
    );
    const late = issueOperatorCertificate(deps, ACTOR, tenant, ids[gone] ?? "");
    expect(await problemOf(late)).toBe("operator-not-changeable");
    const elsewhere = await subscriber(db, "緑工業株式会社");
    expect(await problemOf(removeOperator(deps, ACTOR, elsewhere, ids[1 - gone] ?? ""))).toBe("not-found");
  });

  test("of two who are removed at the same moment one remains, twenty times over", async () => {
    const db = await open();
    const { deps } = await office(db);
    const { operators: o } = operatorTables(db.read.columns);
    const pairs: [Tenant, Id[]][] = [];
    for (let n = 0; n < 20; n += 1) {
      const tenant = await subscriber(db);
      const one = await addOperator(deps, ACTOR, tenant, taro);
      const two = await addOperator(deps, ACTOR, tenant, taro);
      pairs.push([tenant, [one.operatorId, two.operatorId]]);
    }
    await db.transact(async (tx) => {
      await tx.update(o).set({ state: "ACTIVE" });
    });
    for (const [tenant, ids] of pairs) {
      const outcomes = await Promise.all(ids.map((id) => problemOf(removeOperator(deps, ACTOR, tenant, id))));
      expect(outcomes.toSorted()).toEqual(["last-operator", "nothing"]);
    }
  });

  test("a suspended operator, the last included, is out until resumed", async () => {
    const db = await open();
    const { deps, closed } = await office(db);
    const tenant = await subscriber(db);
    const { operatorId } = await addOperator(deps, ACTOR, tenant, taro);
    const { fingerprint } = await issueOperatorCertificateForCsr(deps, ACTOR, tenant, operatorId, freshCsr());
    const admission = operatorAdmission(deps);
    await admission.admit(fingerprint);
    await suspendOperator(deps, ACTOR, tenant, operatorId);
    expect(closed).toEqual([fingerprint]);
    expect(await admission.admit(fingerprint)).toBeNull();
    expect(await problemOf(suspendOperator(deps, ACTOR, tenant, operatorId))).toBe("operator-not-changeable");
    await resumeOperator(deps, ACTOR, tenant, operatorId);
    expect(await admission.admit(fingerprint)).not.toBeNull();
    expect(await problemOf(resumeOperator(deps, ACTOR, tenant, operatorId))).toBe("operator-not-changeable");
  });

  test("staff: nobody disables themselves, and of two who disable each other one remains", async () => {
    const db = await open();
    const { deps, closed } = await office(db);
    const actors: StaffActor[] = [];
    for (const name of ["審査 花子", "管理 次郎"]) {
      const entry = { name, email: `${newId()}@inkan.example`, roles: ["ADMINISTRATOR"] } as const;
      const staffId = await addStaff(deps, ACTOR, entry);
      expect(await problemOf(addStaff(deps, ACTOR, entry))).toBe("already-exists");
      const { fingerprint } = await issueStaffCertificateForCsr(deps, ACTOR, staffId, freshCsr());
      const actor = await staffAdmission(deps).admit(fingerprint);
      expect(actor).toMatchObject({ kind: "staff", staffId, roles: ["ADMINISTRATOR"], fingerprint });
      expect(await operatorAdmission(deps).admit(fingerprint)).toBeNull();
      if (actor?.kind === "staff") actors.push(actor);
    }
    const [hanako, jiro] = actors;
    if (!hanako || !jiro) throw new Error("no staff");
    expect(await problemOf(disableStaff(deps, hanako, hanako.staffId))).toBe("not-allowed");
    const outcomes = await Promise.all([
      problemOf(disableStaff(deps, hanako, jiro.staffId)),
      problemOf(disableStaff(deps, jiro, hanako.staffId)),
    ]);
    expect(outcomes.toSorted()).toEqual(["not-allowed", "nothing"]);
    const out = outcomes[0] === "nothing" ? jiro : hanako;
    expect(closed).toEqual([out.fingerprint]);
    const page = await showStaff(db.read, out.staffId);
    expect(page?.member.state).toBe("DISABLED");
    expect(page?.certificates).toMatchObject([{ state: "REVOKED" }]);
    expect(await problemOf(issueStaffCertificate(deps, ACTOR, out.staffId))).toBe("not-allowed");
  });
});

async function siteIdOf(db: Database, operatorId: Id): Promise<string> {
  const operator = await showOperator(db.read, null, operatorId);
  return (operator?.operator.subscriberId ?? "").slice(-8);
}
