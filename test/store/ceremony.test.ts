import { X509Certificate } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import { auditTables } from "../../server/audit/tables.ts";
import {
  areEstablished,
  currentCrl,
  ISSUER_ROLES,
  issuerOf,
  loadSigners,
} from "../../server/authority/index.ts";
import { EXAMPLE_PLAN } from "../../server/cli/ceremony/example-plan.ts";
import { type HoldDeps, holdCeremony, rehearse } from "../../server/cli/ceremony/hold-ceremony.ts";
import { transcriptTo } from "../../server/cli/ceremony/transcript.ts";
import type { Database } from "../../server/db/index.ts";
import { ceremony, machine, quickPlan, sha256 } from "../support/ceremony.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { clockAt, NOW, noStep, PASSPHRASE } from "../support/issuing.ts";
import { startServer, untilServing } from "../support/server-process.ts";

/** Key ceremonies: the CAs of a reviewed plan, written down as they are made. */

interface Scene {
  readonly deps: HoldDeps;
  readonly folder: string;
  readonly written: () => string;
  readonly passphrases: readonly string[];
}

function sceneOn(db: Database, changes: Partial<HoldDeps> = {}, folder = temporaryFolder()): Scene {
  const clock = clockAt(NOW);
  let text = "";
  const passphrases: string[] = [];
  const transcript = transcriptTo(clock, async (more) => {
    text += more;
  });
  const deps: HoldDeps = {
    db,
    clock,
    keys: keyFolder(folder),
    passphrase: PASSPHRASE,
    plan: quickPlan(),
    transcript,
    language: "en",
    revealRootPassphrase: async (passphrase) => void passphrases.push(passphrase),
    step: noStep,
    ...changes,
  };
  return { deps, folder, written: () => text, passphrases };
}

onBothEngines("a key ceremony", (open) => {
  test("makes what the plan says, and writes down what was made", async () => {
    const db = await open();
    const { deps, folder, written, passphrases } = sceneOn(db);
    await holdCeremony(deps);
    expect(readdirSync(folder)).toHaveLength(4);
    expect(passphrases).toHaveLength(1);
    for (const role of ISSUER_ROLES) {
      const issuer = await issuerOf(db.read, role);
      const certificate = new X509Certificate(issuer.certificateDer);
      const planned = deps.plan.issuers[role];
      expect(certificate.subject).toBe(`C=JP\nO=株式会社印鑑認証\nCN=${planned.subject.CN}`);
      const days = issuer.notAfter.since(issuer.notBefore).total("seconds") + 1;
      expect(days).toBe(planned.days * 86_400);
      expect(certificate.publicKey.asymmetricKeyType).toBe(planned.key.startsWith("RSA") ? "rsa" : "ec");
      expect([issuer.keyStore, issuer.crlPartitions]).toEqual(["file", planned.crlPartitions]);
      for (const fact of [sha256(issuer.certificateDer), sha256(issuer.spki), issuer.keyName]) {
        expect(written()).toContain(fact);
      }
      expect(written()).toContain(certificate.serialNumber.toLowerCase());
    }
    const crl = await currentCrl(db.read, "CUSTOMER_ROOT");
    expect(written()).toContain(sha256(crl?.der ?? new Uint8Array()));
    for (const { name } of deps.plan.participants) expect(written()).toContain(`${name} (`);
    expect(written()).toContain("Signature ____");
    await loadSigners(db.read, deps.keys, PASSPHRASE);
    const root = await issuerOf(db.read, "CUSTOMER_ROOT");
    await deps.keys.open(root.keyName, passphrases[0] ?? "");
    const { auditEntries: a } = auditTables(db.read.columns);
    const entries = await db.read.select().from(a).where(eq(a.action, "issuer.created"));
    expect(entries.map(({ actorName }) => actorName)).toEqual(Array(4).fill("key ceremony"));
  });

  test("never writes a passphrase down, in either language", async () => {
    for (const language of ["ja", "en"] as const) {
      const { deps, written, passphrases } = sceneOn(await open(), { language });
      await holdCeremony(deps);
      for (const secret of [PASSPHRASE, ...passphrases]) expect(written()).not.toContain(secret);
      expect(written()).not.toMatch(/PRIVATE KEY/);
    }
  });

  test("is not held where there are CAs", async () => {
    const db = await open();
    await holdCeremony(sceneOn(db).deps);
    const again = sceneOn(db);
    await expect(holdCeremony(again.deps)).rejects.toMatchObject({ code: "hierarchies-exist" });
    expect(readdirSync(again.folder)).toEqual([]);
  });

  test.each(["ceremony.begun", "ceremony.keys-written", "ceremony.before-commit"])(
    "that ends at %s has made nothing, says so, and can be held again",
    async (point) => {
      const db = await open();
      const step = async (name: string) => {
        if (name === point) throw new Error("the power went");
      };
      const first = sceneOn(db, { step });
      await expect(holdCeremony(first.deps)).rejects.toThrow("the power went");
      expect(await areEstablished(db.read)).toBe(false);
      expect(first.written()).toContain("No CA was made");
      expect(first.written()).not.toContain("The ceremony ends.");
      const second = sceneOn(db, {}, first.folder);
      await holdCeremony(second.deps);
      expect(readdirSync(first.folder)).toHaveLength(4);
      expect(second.written()).toContain("The ceremony ends.");
      await loadSigners(db.read, second.deps.keys, PASSPHRASE);
    },
  );
});

test("a plan that the lints refuse is known before a key is made", async () => {
  expect(await rehearse(quickPlan(), NOW)).toEqual([]);
  const plan = quickPlan(({ issuers }) => {
    issuers.CUSTOMER_OV.subject.O = "N/A";
  });
  expect(await rehearse(plan, NOW)).toMatchObject([{ at: "issuers", fault: "lint" }]);
});

describe("npm run ceremony", () => {
  test("prints an example; rehearses without a trace; refuses another hash, and a plan with faults", async () => {
    const { folder, file, env, hash } = await machine(quickPlan());
    expect((await ceremony(env, "--example")).stdout.trim()).toBe(EXAMPLE_PLAN);
    const rehearsed = await ceremony(env, "--plan", file, "--dry-run");
    expect([rehearsed.code, rehearsed.stderr]).toEqual([0, ""]);
    expect(rehearsed.stdout).toContain(hash);
    expect(rehearsed.stdout).toContain("passed every lint");
    const passphrase = path.join(folder, "root");
    const other = await ceremony(env, "--plan", file, "--plan-sha256", "0".repeat(64));
    expect([other.code, other.stderr]).toEqual([1, expect.stringContaining("not the approved one")]);
    const unconfirmed = await ceremony(env, "--plan", file, "--root-passphrase-file", passphrase);
    expect(unconfirmed.code).toBe(1);
    const nowhere = await ceremony(env, "--plan", file, "--plan-sha256", hash);
    expect([nowhere.code, nowhere.stderr]).toEqual([1, expect.stringContaining("--root-passphrase-file")]);
    writeFileSync(file, JSON.stringify({ ...quickPlan(), participants: [] }));
    const wrong = await ceremony(env, "--plan", file, "--dry-run", "--language", "ja");
    expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining("participants: 必要な出席者")]);
    for (const name of ["data", "certs", "secrets", "root"]) {
      expect(existsSync(path.join(folder, name)), name).toBe(false);
    }
  });

  test("makes the CAs that npm start then finds, and leaves a transcript to sign", async () => {
    const { folder, file, env, hash } = await machine(quickPlan());
    const passphraseFile = path.join(folder, "root");
    const record = path.join(folder, "transcript.txt");
    const words = ["--plan", file, "--plan-sha256", hash.toUpperCase()];
    const held = await ceremony(
      env,
      ...words,
      ...["--root-passphrase-file", passphraseFile, "--transcript", record, "--language", "ja"],
    );
    expect([held.code, held.stderr]).toEqual([0, ""]);
    const text = readFileSync(record, "utf8");
    expect(text).toContain(hash);
    expect(text).toContain("セレモニーを終了しました");
    expect(held.stdout).toContain(text);
    expect(statSync(record).mode & 0o777).toBe(0o644);
    expect(statSync(passphraseFile).mode & 0o777).toBe(0o600);
    const secrets = [passphraseFile, env["INKAN_PASSPHRASE_FILE"] ?? ""].map((one) =>
      readFileSync(one, "utf8").trim(),
    );
    for (const secret of secrets) expect(secret.length).toBeGreaterThan(20);
    for (const secret of secrets) expect(text + held.stdout + held.stderr).not.toContain(secret);

    const again = await ceremony(env, ...words, "--root-passphrase-file", path.join(folder, "root2"));
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("has its CAs already")]);

    const server = startServer(env);
    await untilServing(server);
    await server.stop();
    expect(server.output.stdout).toContain("first-administrator.p12");
    expect(
      readdirSync(path.join(folder, "certs/keys")).filter((each) => /^customer-/.test(each)),
    ).toHaveLength(3);
    for (const secret of secrets) expect(server.output.stdout + server.output.stderr).not.toContain(secret);
  });
});
