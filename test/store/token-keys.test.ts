import { readdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished } from "vitest";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import { openToken, type Token } from "../../server/adapters/signer-pkcs11.ts";
import {
  areEstablished,
  authorityTables,
  currentCrl,
  type EstablishDeps,
  establishHierarchies,
  type IssueOrder,
  issueCertificate,
  issuerOf,
  loadSigners,
  publishCrl,
  revokeCertificate,
} from "../../server/authority/index.ts";
import { generateKey, type IssuerKeyKind, spkiOf, toPem } from "../../server/pki/index.ts";
import { openssl, workbench } from "../pki/openssl.ts";
import { ceremony, machine, quickPlan, run } from "../support/ceremony.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { clockAt, issuanceDeps, NOW, noStep, PASSPHRASE, REPOSITORY } from "../support/issuing.ts";
import { startServer, untilServing } from "../support/server-process.ts";
import { type SoftHsm, softHsm, softHsmAbsent, tokenTest } from "../support/softhsm.ts";

/** The whole issuing path with the CAs' keys in tokens, from a first start or a ceremony on. */

const spki = spkiOf((await generateKey("P-256")).publicKey);

describe("with keys in tokens", () => {
  const PIN = "pin-of-the-online-token";
  const ROOT_PIN = "pin-of-the-root-token";
  let hsm: SoftHsm;
  beforeAll(() => {
    if (softHsmAbsent !== null) return;
    hsm = softHsm();
    hsm.add("Inkan online", PIN);
    hsm.add("Inkan root", ROOT_PIN);
  });
  afterAll(() => hsm?.remove());

  tokenTest(
    "the CAs' keys are made in them; the server issues with them, and the root signs its CRL",
    async () => {
      const plan = quickPlan(({ issuers }) => {
        for (const each of Object.values(issuers)) each.place = "token";
      });
      const { folder, file, env: bare, hash } = await machine(plan);
      const pinFile = path.join(folder, "pin");
      const rootPinFile = path.join(folder, "root-pin");
      writeFileSync(pinFile, `${PIN}\n`, { mode: 0o600 });
      writeFileSync(rootPinFile, `${ROOT_PIN}\n`, { mode: 0o600 });
      const env = {
        ...bare,
        ...hsm.env,
        INKAN_PKCS11_MODULE: hsm.module,
        INKAN_PKCS11_TOKEN: "Inkan online",
        INKAN_PKCS11_PIN_FILE: pinFile,
      };
      const ceremonyEnv = {
        ...env,
        INKAN_ROOT_PKCS11_TOKEN: "Inkan root",
        INKAN_ROOT_PKCS11_PIN_FILE: rootPinFile,
      };
      const held = await ceremony(ceremonyEnv, "--plan", file, "--plan-sha256", hash);
      expect([held.code, held.stderr]).toEqual([0, ""]);
      expect(held.stdout).toContain("pkcs11:token=Inkan%20root");
      // No key of a CA lies in a file, and no passphrase was made for the root.
      expect(readdirSync(path.join(folder, "certs/keys"))).toEqual([]);

      // A wrong PIN stops the start with a sentence, and is not tried again.
      const wrong = path.join(folder, "wrong-pin");
      writeFileSync(wrong, "not the PIN\n", { mode: 0o600 });
      const refused = startServer({ ...env, INKAN_PKCS11_PIN_FILE: wrong });
      expect(await refused.ended).toBe(1);
      expect(refused.output.stderr).toContain("refuses the PIN");
      // Without the token, the start says which one it lacks.
      const tokenless = startServer(bare);
      expect(await tokenless.ended).toBe(1);
      expect(tokenless.output.stderr).toContain("pkcs11:token=Inkan%20online");

      // The first administrator's and the sites' certificates are signed in the token, and so are the CRLs.
      const server = startServer(env);
      await untilServing(server);
      const bench = workbench();
      const fetched = async (name: string) =>
        new Uint8Array(
          await (await fetch(`http://127.0.0.1:${bare["INKAN_REPOSITORY_PORT"]}/${name}`)).arrayBuffer(),
        );
      for (const role of ["customer-ov", "customer-ev", "staff-root"]) {
        const crl = bench.file(`${role}.crl`, await fetched(`crl/${role}.crl`));
        const ca = bench.file(`${role}.pem`, toPem("CERTIFICATE", await fetched(`ca/${role}.cer`)));
        bench.openssl("crl", "-inform", "DER", "-in", crl, "-CAfile", ca, "-noout");
      }
      await server.stop();

      const lacking = await run("root-crl", env);
      expect([lacking.code, lacking.stderr]).toEqual([1, expect.stringContaining("token=Inkan%20root")]);
      const renewed = await run("root-crl", ceremonyEnv);
      expect([renewed.code, renewed.stdout]).toEqual([0, expect.stringContaining("is published")]);
      const said = [held, server.output, refused.output, tokenless.output, lacking, renewed]
        .map(({ stdout, stderr }) => stdout + stderr)
        .join("");
      for (const secret of [PIN, ROOT_PIN]) expect(said).not.toContain(secret);
    },
    300_000,
  );

  /** A first start that puts the online keys into a token of its own. */
  async function started(label: string, issuing: IssuerKeyKind) {
    hsm.add(label, PIN);
    const token = await openToken({ module: hsm.module, token: label, pin: PIN, sessions: 2 });
    onTestFinished(() => token.close());
    const db = await openPlace(await migratedPlace("sqlite"));
    const clock = clockAt(NOW);
    const keys = keyFolder(temporaryFolder());
    const establish = (step: EstablishDeps["step"] = noStep) =>
      establishHierarchies({
        db,
        clock,
        keys,
        step,
        passphrase: PASSPHRASE,
        issuerName: "印鑑認証",
        repositoryUrl: REPOSITORY,
        keyKinds: { root: "P-384", issuing, staffRoot: "RSA-2048" },
        tokens: { online: token, root: null },
        onlineKeys: "token",
        revealRootPassphrase: async () => undefined,
      });
    const signers = (of: Token | null = token) => loadSigners(db.read, keys, PASSPHRASE, of);
    return { db, clock, keys, token, establish, signers };
  }
  const order: IssueOrder = {
    role: "CUSTOMER_OV",
    profile: "SERVER_OV",
    subject: [
      { type: "C", value: "JP" },
      { type: "ST", value: "東京都" },
      { type: "O", value: "株式会社青葉商事" },
    ],
    names: ["www.example.co.jp"],
    spki,
    notBefore: NOW,
    notAfter: NOW.add({ hours: 24 * 100 }),
    purpose: "request:1",
    subscriberId: null,
    organizationId: null,
  };

  for (const issuing of ["RSA-2048", "P-256"] as const) {
    tokenTest(
      `openssl agrees with a certificate and a CRL that a ${issuing} key in a token signed`,
      async () => {
        const { db, clock, keys, establish, signers } = await started(`issuing ${issuing}`, issuing);
        await establish();
        expect((await keys.names()).map((name) => name.slice(0, 13))).toEqual(["customer-root"]);
        await expect(signers(null)).rejects.toMatchObject({ code: "pkcs11-not-configured" });
        const deps = issuanceDeps(db, clock, await signers());
        const { id, der } = await issueCertificate(deps, order);
        const verified = async () => {
          await publishCrl(deps, "CUSTOMER_OV");
          const bench = workbench();
          const crl = (await currentCrl(db.read, "CUSTOMER_OV"))?.der ?? new Uint8Array();
          const chain = ["CUSTOMER_ROOT", "CUSTOMER_OV"] as const;
          const pems = await Promise.all(
            chain.map(async (role) => toPem("CERTIFICATE", (await issuerOf(db.read, role)).certificateDer)),
          );
          return openssl([
            ...["verify", "-attime", String(clock.now().epochMilliseconds / 1000 + 60), "-crl_check"],
            ...["-CAfile", bench.file("chain.pem", pems.join(""))],
            ...["-CRLfile", bench.file("crl.pem", toPem("X509 CRL", crl))],
            bench.file("leaf.pem", toPem("CERTIFICATE", der)),
          ]);
        };
        expect((await verified()).stdout).toContain("leaf.pem: OK");
        await db.transact((tx) =>
          revokeCertificate(tx, { certificateId: id, reason: "superseded", at: clock.now() }),
        );
        clock.advance({ minutes: 1 });
        expect((await verified()).stderr).toContain("certificate revoked");
      },
    );
  }

  tokenTest("what a start that died left in the token is cleared away by the next", async () => {
    const { db, token, establish, signers } = await started("crash", "P-256");
    for (const point of ["ceremony.keys-written", "ceremony.before-commit"]) {
      const died = establish(async (name) => {
        if (name === point) throw new Error("died");
      });
      await expect(died).rejects.toThrow("died");
    }
    expect(await areEstablished(db.read)).toBe(false);
    expect(await token.names()).toHaveLength(6);
    expect(await establish()).toBe(true);
    expect(await token.names()).toHaveLength(3);
    await signers();
  });

  tokenTest(
    "a token that is lost while issuing leaves an abandoned serial, and issues when it is back",
    async () => {
      const { db, clock, establish, signers } = await started("lost", "P-256");
      await establish();
      const deps = issuanceDeps(db, clock, await signers());
      const away = `${hsm.tokens}-away`;
      renameSync(hsm.tokens, away);
      try {
        await expect(issueCertificate(deps, order)).rejects.toMatchObject({ name: "TokenFailure" });
      } finally {
        renameSync(away, hsm.tokens);
      }
      const { intents } = authorityTables(db.read.columns);
      expect(await db.read.select().from(intents)).toMatchObject([{ state: "ABANDONED" }]);
      // Within five seconds the library looks for tokens again.
      await expect
        .poll(() => issueCertificate(deps, order).then(() => "issued", String), {
          interval: 500,
        })
        .toBe("issued");
    },
  );
});
