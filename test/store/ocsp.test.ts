import { readdirSync } from "node:fs";
import { eq } from "drizzle-orm";
import { expect, test, vi } from "vitest";
import {
  authorityTables,
  issuerOf,
  ocspResponder,
  publishCrl,
  revokeCertificate,
} from "../../server/authority/index.ts";
import { nextUpdateOf } from "../../server/authority/ocsp-answer.ts";
import { responderKey } from "../../server/authority/ocsp-keys.ts";
import { newSerial, OID, parseCertificate } from "../../server/pki/index.ts";
import { onBothEngines } from "../support/databases.ts";
import { type OcspScene, ocspScene, opensslOcsp, opensslRequest } from "../support/ocsp.ts";

const MALFORMED = "30030a0101";
const UNAUTHORIZED = "30030a0106";
const TRY_LATER = "30030a0103";

const OCSP_NONCE = Buffer.from("06092b0601050507300102", "hex");

const url = ({ port }: OcspScene) => `http://127.0.0.1:${port}/ocsp`;
const asking = (scene: OcspScene, serial: string, ...args: string[]) =>
  opensslOcsp(scene, "-serial", `0x${serial}`, "-url", url(scene), ...args);

onBothEngines("the OCSP responder", (open) => {
  const verified = expect.stringContaining("Response verify OK");

  test("openssl hears good, revoked with its reason, and unknown, over POST with and without a nonce", async () => {
    const scene = await ocspScene(await open());
    const { serial, id } = await scene.issue();
    for (const nonce of [[], ["-no_nonce"]]) {
      const good = await asking(scene, serial, ...nonce);
      expect(good).toMatchObject({ status: 0, text: verified });
      expect(good.text).toContain(`0x${serial}: good`);
      expect(good.text).not.toContain("WARNING: no nonce");
      expect(good.text).toContain("Responder Id: ");
      const never = await asking(scene, newSerial(), ...nonce);
      expect(never.text).toContain("Response verify OK");
      expect(never.text).toContain(": unknown");
      expect(never.text).not.toContain("Next Update");
    }
    const at = scene.clock.now();
    await scene.db.transact((tx) =>
      revokeCertificate(tx, { certificateId: id, reason: "keyCompromise", at }),
    );
    await scene.responder.lookForChanges();
    for (const hash of ["-sha1", "-sha256"]) {
      const revoked = await opensslOcsp(
        scene,
        hash,
        "-serial",
        `0x${serial}`,
        "-no_nonce",
        "-url",
        url(scene),
      );
      expect(revoked.text).toContain("Response verify OK");
      expect(revoked.text).toContain(`0x${serial}: revoked`);
      expect(revoked.text).toContain("Reason: keyCompromise");
    }
    expect(scene.failures).toEqual([]);
  });

  test("answers to GET, however its BASE64 is spelled, may be kept for seconds and are known by their tag", async () => {
    const scene = await ocspScene(await open());
    const { serial } = await scene.issue();
    const request = await opensslRequest(scene, [serial], "-no_nonce");
    const base64 = request.toString("base64");
    const spellings = [base64, encodeURIComponent(base64), request.toString("base64url"), `/${base64}`];
    const first = await scene.ask(`/ocsp/${base64}`);
    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      "content-type": "application/ocsp-response",
      "content-length": String(first.body.length),
      "cache-control": "public, no-transform, must-revalidate, max-age=40",
    });
    expect(Date.parse(String(first.headers["last-modified"]))).toBeLessThanOrEqual(
      scene.clock.now().epochMilliseconds,
    );
    expect(Date.parse(String(first.headers["expires"]))).toBeGreaterThan(scene.clock.now().epochMilliseconds);
    for (const spelling of spellings) {
      expect((await scene.ask(`/ocsp/${spelling}`)).body).toEqual(first.body);
    }
    expect((await scene.post(request)).body).toEqual(first.body);
    const again = await scene.ask(`/ocsp/${base64}`, {
      headers: { "if-none-match": String(first.headers["etag"]) },
    });
    expect(again.status).toBe(304);
    expect(again.body).toHaveLength(0);
    expect(scene.responder.figures()).toMatchObject({ signatures: 1, cached: 1 });
  });

  test("whatever is no request is malformed, another CA's certificate is not ours to answer for", async () => {
    const scene = await ocspScene(await open());
    const { serial } = await scene.issue();
    const request = await opensslRequest(scene, [serial], "-no_nonce");
    const hexOf = async (body: Uint8Array) => (await scene.post(body)).body.toString("hex");
    expect(await hexOf(Buffer.from("hello"))).toBe(MALFORMED);
    expect(await hexOf(new Uint8Array())).toBe(MALFORMED);
    expect(await hexOf(request.subarray(0, -1))).toBe(MALFORMED);
    for (const path of ["/ocsp", "/ocsp/", "/ocsp/%", "/ocsp/a b", `/ocsp/${"A".repeat(9000)}`]) {
      const answer = await scene.ask(encodeURI(path).replace("%25", "%"));
      expect([path, answer.body.toString("hex")]).toEqual([path, MALFORMED]);
      expect(answer.headers["cache-control"]).toBe("no-store");
    }
    const foreign = Buffer.from(request);
    foreign[60] = (foreign[60] ?? 0) ^ 1;
    expect(await hexOf(foreign)).toBe(UNAUTHORIZED);
    expect((await scene.ask("/ocsp", { method: "PUT" })).status).toBe(405);
    expect((await scene.ask("/ocsp", { method: "POST", body: request })).status).toBe(415);
    const large = {
      method: "POST",
      body: Buffer.alloc(5000),
      headers: { "content-type": "application/ocsp-request" },
    };
    expect((await scene.ask("/ocsp", large)).status).toBe(413);
    expect(scene.failures).toEqual([]);
  });

  test("several certificates of one issuer are answered together", async () => {
    const scene = await ocspScene(await open());
    const [one, two] = [await scene.issue(), await scene.issue({ names: ["two.example.co.jp"] })];
    const { text } = await opensslOcsp(
      scene,
      ...[one, two].flatMap(({ serial }) => ["-serial", `0x${serial}`]),
      "-serial",
      `0x${newSerial()}`,
      "-url",
      url(scene),
    );
    expect(text).toContain(`0x${one.serial}: good`);
    expect(text).toContain(`0x${two.serial}: good`);
    expect(text).toContain(": unknown");
    expect(text).toContain("Response verify OK");
  });

  test("a serial that was given up is revoked; one that is being signed is unknown, and that is not kept", async () => {
    const scene = await ocspScene(await open());
    const { intents } = authorityTables(scene.db.read.columns);
    const seen: string[] = [];
    const step = async (name: string) => {
      if (name !== "signed") return;
      const [intent] = await scene.db.read.select().from(intents).where(eq(intents.state, "PENDING"));
      seen.push(intent?.serial ?? "");
      const { text } = await asking(scene, intent?.serial ?? "", "-no_nonce");
      expect(text).toContain(": unknown");
      expect(scene.responder.figures()).toMatchObject({ cached: 0, answers: { unknown: 1 } });
    };
    const failing = scene.issue({}, step, async () => {
      throw new Error("the store failed");
    });
    await expect(failing).rejects.toThrow("the store failed");
    const { text } = await asking(scene, seen[0] ?? "", "-no_nonce");
    expect(text).toContain(`0x${seen[0]}: revoked`);
    expect(text).not.toContain("Reason");
  });

  test("a revocation by another process is forgotten at the next look, a later reason too", async () => {
    const scene = await ocspScene(await open());
    const { serial, id } = await scene.issue();
    const revoke = (reason: "superseded" | "keyCompromise", at: Temporal.Instant) =>
      scene.db.transact((tx) => revokeCertificate(tx, { certificateId: id, reason, at }));
    const hears = async () => (await asking(scene, serial, "-no_nonce")).text;
    expect(await hears()).toContain(": good");
    const first = scene.clock.now();
    scene.clock.advance({ seconds: 10 });
    await scene.responder.lookForChanges();
    // Dated before the last look and committed after it, as by a transaction that had to wait.
    await revoke("superseded", first);
    expect(await hears()).toContain(": good");
    await scene.responder.lookForChanges();
    expect(await hears()).toContain("Reason: superseded");
    scene.clock.advance({ hours: 3 });
    await revoke("keyCompromise", scene.clock.now());
    await scene.responder.lookForChanges();
    expect(await hears()).toContain("Reason: keyCompromise");
    const signatures = () => scene.responder.figures().signatures;
    const before = signatures();
    await scene.responder.lookForChanges();
    await hears();
    expect(signatures()).toBe(before);
  });

  test("our own publishing of a CRL tells the responder at once", async () => {
    const scene = await ocspScene(await open());
    const told: string[] = [];
    await publishCrl({ ...scene.authority, statusChanged: () => void told.push("told") }, "CUSTOMER_OV");
    expect(told).toEqual(["told"]);
  });

  test("answers are signed anew before half of their time, for the next one who asks", async () => {
    const scene = await ocspScene(await open());
    const { serial } = await scene.issue();
    const request = await opensslRequest(scene, [serial], "-no_nonce");
    const first = (await scene.post(request)).body;
    scene.clock.advance({ hours: 34 });
    expect((await scene.post(request)).body).toEqual(first);
    scene.clock.advance({ hours: 1 });
    expect((await scene.post(request)).body).toEqual(first);
    // Signed meanwhile and kept a moment after the signature is counted.
    const second = await vi.waitFor(
      async () => {
        const { body } = await scene.post(request);
        expect(body).not.toEqual(first);
        return body;
      },
      { timeout: 60_000 },
    );
    expect(scene.responder.figures().signatures).toBe(2);
    // Nobody asked meanwhile: what is older than half of its time is given to nobody.
    scene.clock.advance({ hours: 36 });
    expect((await scene.post(request)).body).not.toEqual(second);
    expect(scene.responder.figures().signatures).toBe(3);
  });

  test("over the limit a nonce is left out, and what cannot be answered from memory comes later", async () => {
    const scene = await ocspScene(await open(), { livePerSecond: 2 });
    const { serial } = await scene.issue();
    const nonced = await opensslRequest(scene, [serial]);
    const made = newSerial();
    const strange = await opensslRequest(scene, [made], "-no_nonce");
    const both = await opensslRequest(scene, [serial, made], "-no_nonce");
    expect((await scene.post(nonced)).body.includes(OCSP_NONCE)).toBe(true);
    expect((await scene.post(strange)).body.length).toBeGreaterThan(100);
    const without = (await scene.post(nonced)).body;
    expect(without.includes(OCSP_NONCE)).toBe(false);
    expect(without.length).toBeGreaterThan(100);
    expect((await scene.post(strange)).body.toString("hex")).toBe(TRY_LATER);
    expect((await scene.post(both)).body.toString("hex")).toBe(TRY_LATER);
    scene.clock.advance({ seconds: 1 });
    expect((await scene.post(nonced)).body.includes(OCSP_NONCE)).toBe(true);
    expect(scene.responder.figures().answers).toMatchObject({ nonce: 2, unknown: 1, tryLater: 2 });
  });

  test("many who ask for the same at once share one signature", async () => {
    const scene = await ocspScene(await open());
    const { serial } = await scene.issue();
    const request = await opensslRequest(scene, [serial], "-no_nonce");
    const answers = await Promise.all(Array.from({ length: 50 }, () => scene.responder.answer(request)));
    expect(new Set(answers.map(({ body }) => body.toHex())).size).toBe(1);
    expect(scene.responder.figures().signatures).toBe(1);
  });

  test("responders are renewed ahead, shared by those with one folder, and old keys are removed", async () => {
    const scene = await ocspScene(await open());
    const { certificates: c } = authorityTables(scene.db.read.columns);
    const certificates = async () =>
      await scene.db.read
        .select({ der: c.der, profile: c.profile })
        .from(c)
        .where(eq(c.purpose, "ocsp-responder:CUSTOMER_OV"));
    const states = (now = scene.clock.now()) => scene.responder.health(now).map(({ state }) => state);
    const keyFiles = () => readdirSync(scene.folder).filter((file) => file.startsWith("ocsp-customer-ov-"));
    await ocspResponder(scene.options);
    expect(await certificates()).toHaveLength(1);
    const [first] = await certificates();
    expect(first?.profile).toBe("OCSP_RESPONDER");
    const parsed = parseCertificate(first?.der ?? new Uint8Array());
    expect(parsed).toMatchObject({
      extendedKeyUsage: [OID.ocspSigning],
      crlUrls: [],
      ocspUrls: [],
      policies: [],
    });
    expect(parsed.extensions.map(({ oid }) => oid)).toContain(OID.ocspNoCheck);
    const { serial } = await scene.issue();
    const request = await opensslRequest(scene, [serial], "-no_nonce");
    const before = (await scene.post(request)).body;

    scene.clock.advance({ hours: 24 * 14 });
    await scene.responder.renew();
    expect(await certificates()).toHaveLength(1);
    scene.clock.advance({ hours: 24 * 2 });
    await scene.responder.renew();
    expect(await certificates()).toHaveLength(2);
    expect(keyFiles()).toHaveLength(2);
    expect(states()).toEqual(["fresh", "fresh", "fresh"]);
    const after = (await scene.post(request)).body;
    expect(after.subarray(-300)).not.toEqual(before.subarray(-300));
    scene.clock.advance({ hours: 24 * 16 });
    await scene.responder.renew();
    expect(keyFiles()).toHaveLength(2);
    // Renewal fails: told days before anybody is left without an answer.
    expect(states(scene.clock.now().add({ hours: 24 * 17 }))).toEqual(["fresh", "fresh", "fresh"]);
    expect(states(scene.clock.now().add({ hours: 24 * 19 }))).toEqual(["aging", "aging", "aging"]);
    expect(states(scene.clock.now().add({ hours: 24 * 31 }))).toEqual(["expired", "expired", "expired"]);
    scene.clock.advance({ hours: 24 * 31 });
    expect((await scene.post(request)).body.toString("hex")).toBe("30030a0102");
  });

  test("in the last days of its issuer neither responder nor answers outlive it, and one responder is enough", async () => {
    const scene = await ocspScene(await open());
    const issuer = await issuerOf(scene.db.read, "CUSTOMER_OV");
    const deps = { authority: scene.authority, keys: scene.keys, issuerName: "印鑑認証" };
    const left = issuer.notAfter.subtract({ hours: 24 * 9 });
    scene.clock.advance(left.since(scene.clock.now()));
    const responder = await responderKey(deps, "CUSTOMER_OV");
    expect(parseCertificate(responder.certificate).notAfter.equals(issuer.notAfter)).toBe(true);
    expect(responder.notAfter.equals(issuer.notAfter)).toBe(true);
    const again = await responderKey(deps, "CUSTOMER_OV");
    expect(again.certificate).toEqual(responder.certificate);
    const end = issuer.notAfter.epochMilliseconds / 1000;
    expect(nextUpdateOf(end - 3600, responder)).toBe(end);
    expect(nextUpdateOf(end - 365 * 86_400, responder)).toBeLessThan(end);
  });
});
