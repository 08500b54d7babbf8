import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import {
  authorityTables,
  chainOf,
  crlHealth,
  currentCrl,
  issuerOf,
  makeIntent,
  publishCrl,
  publishDueCrls,
  recoverIntents,
  revokeCertificate,
  signIntent,
  storeIntents,
  storeSigned,
} from "../../server/authority/index.ts";
import { wholeSecond } from "../../server/kernel/clock.ts";
import { newSerial, parseCertificate, parseCrl, toPem } from "../../server/pki/index.ts";
import { watchStatus } from "../../server/start/status-watch.ts";
import { migratedPlace, openPlace } from "../support/databases.ts";
import { type OcspScene, ocspScene, opensslOcsp, opensslRequest } from "../support/ocsp.ts";

/** Classes 20 to 22: what is said of certificates after they were signed. */

const scene = async () => await ocspScene(await openPlace(await migratedPlace("sqlite")));
const url = ({ port }: OcspScene) => `http://127.0.0.1:${port}/ocsp`;
const hears = async (on: OcspScene, serial: string): Promise<string> => {
  const { text } = await opensslOcsp(on, "-serial", `0x${serial}`, "-no_nonce", "-url", url(on));
  expect(text).toContain("Response verify OK");
  return /0x[0-9a-fA-F]+: (good|revoked|unknown)/.exec(text)?.[1] ?? text;
};
const verdict = async (on: OcspScene, leaf: Uint8Array): Promise<string> => {
  const ov = await issuerOf(on.db.read, "CUSTOMER_OV");
  const file = (name: string, label: string, ...ders: (Uint8Array | undefined)[]) => {
    const at = path.join(on.folder, name);
    writeFileSync(at, ders.map((der) => toPem(label, der ?? new Uint8Array())).join(""));
    return at;
  };
  const trusted = file("ca.pem", "CERTIFICATE", ...(await chainOf(on.db.read, ov.id)));
  const crl = file("crl.pem", "X509 CRL", (await currentCrl(on.db.read, "CUSTOMER_OV"))?.der);
  const args = [
    "verify",
    "-crl_check",
    "-CAfile",
    trusted,
    "-CRLfile",
    crl,
    file("it.pem", "CERTIFICATE", leaf),
  ];
  try {
    return execFileSync("openssl", args, { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    return String((error as { stderr: string }).stderr);
  }
};

// SSL.com 2025 (bug 1957140): 67 certificates were signed, not stored, and answered "unknown" for ever.
describe("class 20: what was signed and not stored is known, and revoked", () => {
  test.each(["signed", "not signed yet"])("when the process died with the intent %s", async (state) => {
    const on = await scene();
    const { authority, clock, db } = on;
    const issuer = await issuerOf(db.read, "CUSTOMER_OV");
    const template = parseCertificate((await on.issue()).der);
    const notBefore = wholeSecond(clock.now());
    const intent = makeIntent(
      authority,
      issuer,
      {
        role: "CUSTOMER_OV",
        profile: "SERVER_OV",
        subject: template.subject,
        names: ["died.example.co.jp"],
        spki: template.publicKey.spki,
        notBefore,
        notAfter: notBefore.add({ hours: 24 * 30 }),
        purpose: "request:died",
        subscriberId: null,
        organizationId: null,
      },
      clock.now(),
    );
    await db.transact((tx) => storeIntents(tx, "the process that died", [intent], clock.now()));
    const signed = state === "signed" ? await signIntent(authority, issuer, intent) : null;
    // Somebody may hold the certificate already; until recovery nobody hears that it is good.
    expect(await hears(on, intent.serial)).toBe("unknown");

    clock.advance({ minutes: 2 });
    expect(await recoverIntents(authority, async () => undefined)).toHaveLength(1);
    expect(await publishDueCrls(authority)).toContain("CUSTOMER_OV");
    expect(await hears(on, intent.serial)).toBe("revoked");
    const crl = await currentCrl(db.read, "CUSTOMER_OV");
    expect(parseCrl(crl?.der ?? new Uint8Array()).entries.map(({ serial }) => serial)).toEqual([
      intent.serial,
    ]);
    if (signed) expect(await verdict(on, signed.der)).toContain("certificate revoked");
    // The process was not dead but slow: what it stores now is too late.
    if (signed) {
      const late = db.transact((tx) => storeSigned(tx, "the process that died", [signed], clock.now()));
      expect(await late).toEqual([]);
      expect(await hears(on, intent.serial)).toBe("revoked");
    }
  });
});

// CFCA 2022 (bug 1778035): the responder said "good" for serials that were never issued.
describe("class 21: OCSP says good for what was issued and for nothing else", () => {
  test("never for a serial that was not assigned, over GET and POST alike", async () => {
    const on = await scene();
    const { serial } = await on.issue();
    const neighbour = (by: bigint) => (BigInt(`0x${serial}`) + by).toString(16);
    const request = await opensslRequest(on, [serial], "-no_nonce");
    const good = (await on.post(request)).body;
    const strange = [neighbour(1n), neighbour(-1n), ...Array.from({ length: 100 }, newSerial)];
    for (const each of strange) {
      const asked = Buffer.from(request);
      Buffer.from(each, "hex").copy(asked, asked.length - 17);
      const posted = (await on.post(asked)).body;
      const got = (await on.ask(`/ocsp/${encodeURIComponent(asked.toString("base64"))}`)).body;
      for (const answer of [posted, got]) {
        // CertStatus [2] unknown stands right behind the serial; [0] would be good.
        const at = answer.indexOf(Buffer.from(each, "hex")) + 17;
        expect(answer.subarray(at, at + 2).toString("hex")).toBe("8200");
      }
    }
    const at = good.indexOf(Buffer.from(serial, "hex")) + 17;
    expect(good.subarray(at, at + 2).toString("hex")).toBe("8000");
    expect(on.responder.figures().cached).toBe(1);
  });

  test("good at once after the issue, over GET and POST, and for the issuer that issued it alone", async () => {
    const on = await scene();
    const { serial, der } = await on.issue();
    expect(await hears(on, serial)).toBe("good");
    const request = await opensslRequest(on, [serial], "-no_nonce");
    const got = await on.ask(`/ocsp/${request.toString("base64url")}`);
    expect(got.body).toEqual((await on.post(request)).body);
    expect(parseCertificate(der).ocspUrls).toEqual([`${on.authority.repositoryUrl}/ocsp`]);
    // The same serial under another issuer of ours was never issued.
    const ev = await issuerOf(on.db.read, "CUSTOMER_EV");
    const ov = await issuerOf(on.db.read, "CUSTOMER_OV");
    const { certificates: c } = authorityTables(on.db.read.columns);
    await on.db.transact(async (tx) => {
      await tx.update(c).set({ issuerId: ev.id }).where(eq(c.serial, serial));
    });
    expect(ev.id).not.toBe(ov.id);
    on.clock.advance({ hours: 37 });
    const later = (await on.post(request)).body;
    const at = later.indexOf(Buffer.from(serial, "hex")) + 17;
    expect(later.subarray(at, at + 2).toString("hex")).toBe("8200");
  });

  test("revoked within 60 seconds of a revocation, caches between included", async () => {
    const on = await scene();
    const { serial, id } = await on.issue();
    const request = await opensslRequest(on, [serial], "-no_nonce");
    const { headers } = await on.ask(`/ocsp/${request.toString("base64url")}`);
    const kept = Number(/max-age=(\d+)/.exec(String(headers["cache-control"]))?.[1]);
    await on.db.transact((tx) =>
      revokeCertificate(tx, { certificateId: id, reason: "keyCompromise", at: on.clock.now() }),
    );
    // The server looks every ten seconds.
    on.clock.advance({ seconds: 10 });
    await on.responder.lookForChanges();
    expect(await hears(on, serial)).toBe("revoked");
    expect(10 + kept).toBeLessThanOrEqual(60);
  });
});

// IdenTrust 2024 (bug 1914067): a CRL expired, and nobody had been told.
describe("class 22: no CRL expires unnoticed", () => {
  test("with the scheduler killed and the clock moved, the log and the desk tell before half of its life", async () => {
    const on = await scene();
    await publishDueCrls(on.authority);
    const crl = await currentCrl(on.db.read, "CUSTOMER_OV");
    const half = (crl?.thisUpdate.until(crl.nextUpdate).total("hours") ?? 0) / 2;
    const warned: { hours: number; warning: unknown }[] = [];
    let hours = 0;
    const log = {
      warn: (warning: unknown) => void warned.push({ hours, warning }),
      error: (error: unknown) => {
        throw error;
      },
    };
    const watch = watchStatus({ ...on, log: log as unknown as Parameters<typeof watchStatus>[0]["log"] });
    watch.stop();
    // Nothing is published any more.
    for (; hours < half; hours += 1) {
      await watch.look();
      on.clock.advance({ hours: 1 });
    }
    const first = warned.find(({ warning }) => (warning as { kind: string }).kind === "crl");
    expect(first?.warning).toMatchObject({ kind: "crl", state: "aging" });
    expect(first?.hours).toBeLessThan(half);
    expect(first?.hours).toBeGreaterThan(24);
    const states = (await crlHealth(on.db.read, on.clock.now())).map(({ role, state }) => [role, state]);
    expect(states).toEqual([
      ["CUSTOMER_ROOT", "fresh"],
      ["CUSTOMER_OV", "aging"],
      ["CUSTOMER_EV", "aging"],
      ["STAFF_ROOT", "aging"],
    ]);
    await publishDueCrls(on.authority);
    const before = warned.length;
    await watch.look();
    expect(warned.slice(before)).toEqual([]);
  });

  test("its number still rises after a backup was restored, and with a clock that stands", async () => {
    const on = await scene();
    const { db, authority, clock } = on;
    const first = await publishCrl(authority, "CUSTOMER_OV");
    const { crls } = authorityTables(db.read.columns);
    const backup = await db.read.select().from(crls);
    clock.advance({ minutes: 30 });
    const published = [
      await publishCrl(authority, "CUSTOMER_OV"),
      await publishCrl(authority, "CUSTOMER_OV"),
    ];
    // The backup knows none of those two.
    await db.transact(async (tx) => {
      await tx.delete(crls);
      await tx.insert(crls).values(backup);
    });
    clock.advance({ seconds: 5 });
    const after = await publishCrl(authority, "CUSTOMER_OV");
    for (const { number } of [first, ...published]) expect(after.number).toBeGreaterThan(number);
    expect((await publishCrl(authority, "CUSTOMER_OV")).number).toBe(after.number + 1);
  });
});
