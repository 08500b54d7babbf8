import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { HtmlValidate } from "html-validate";
import { pino } from "pino";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { authorityTables, isKeyCompromised } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { catalogue, problemSentence } from "../../server/i18n/index.ts";
import { PUBLIC } from "../../server/kernel/actor.ts";
import { LANGUAGES, type Language } from "../../server/kernel/languages.ts";
import { Problem } from "../../server/kernel/problem.ts";
import { reportTables } from "../../server/revocation/reports/index.ts";
import { publicSiteRoutes } from "../../server/sites/public.ts";
import { makeRoot, makeUnder, type TestAuthority, type TestCertificate } from "../support/certificates.ts";
import { csrPem } from "../support/csr.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { HTML_RULES } from "../support/html-rules.ts";
import { type KeyPair, keyFile, newKey, type Reporting, reportingOn } from "../support/reporting.ts";
import { runningSite } from "../support/running-site.ts";
import { type Visit, type Visitor, visitor } from "../support/visitor.ts";

/** The public form over the wire, and the promise that a private key leaves no trace. */

const ja = catalogue("ja");
let root: TestAuthority;
let certificate: TestCertificate;
let folder: string;
let db: Database;
let on: Reporting;
let logged: string;

beforeAll(async () => {
  root = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root" });
  const names = ["localhost"];
  certificate = await makeUnder(root, { profile: "SITE_SERVER", commonName: "localhost", names });
});

beforeEach(async () => {
  const place = await migratedPlace("sqlite");
  folder = path.dirname(place.file);
  db = await openPlace(place);
  on = await reportingOn(db, temporaryFolder());
  logged = "";
});

async function publicSite(): Promise<() => Visitor> {
  const write = (line: string) => {
    logged += line;
  };
  const log = pino({ level: "trace" }, { write });
  const deps = {
    ...on.deps,
    siteUrls: { ...on.deps.siteUrls, public: "https://localhost:8440", repository: "http://localhost:8080" },
  };
  const origin = await runningSite({
    name: "public",
    routes: publicSiteRoutes,
    deps,
    db,
    clock: on.clock,
    certificate,
    log,
    identify: async () => PUBLIC,
    owesSecondFactor: async () => false,
    signInPath: null,
    signOutPath: null,
  });
  return () => visitor(origin, root.pem);
}

const FORM = "/problem-reports/new";
const FIELDS = { category: "KEY_COMPROMISE", description: "公開リポジトリにありました。", language: "ja" };

interface SentFile {
  readonly field: "proofFile" | "certificateFile";
  readonly name: string;
  readonly bytes: string | Uint8Array;
}

/** Sends the form as a browser does, files and all. */
async function send(
  someone: Visitor,
  fields: Readonly<Record<string, string>>,
  ...files: readonly SentFile[]
): Promise<Visit> {
  if (someone.csrf === "") await someone.get(FORM);
  const form = new FormData();
  for (const [name, value] of Object.entries({ _csrf: someone.csrf, ...fields })) form.set(name, value);
  for (const { field, name, bytes } of files) form.set(field, new Blob([bytes as never]), name);
  const request = new Request("https://localhost/", { method: "POST", body: form });
  const body = new Uint8Array(await request.arrayBuffer());
  const headers = { "content-type": request.headers.get("content-type") ?? "" };
  return someone.ask("POST", FORM, { body, headers });
}

/** From the check page to the receipt. */
async function submit(someone: Visitor): Promise<Visit> {
  const check = await someone.get("/problem-reports/check");
  expect(check.status).toBe(200);
  const draft = /name="draft" value="([^"]+)"/.exec(check.text)?.[1] ?? "";
  const sent = await someone.post("/problem-reports", { draft });
  expect([sent.status, sent.location]).toEqual([303, "/problem-reports/receipt"]);
  return someone.get("/problem-reports/receipt");
}

const html = new HtmlValidate(HTML_RULES);
async function expectGoodHtml(text: string): Promise<void> {
  const report = await html.validateString(text);
  expect(report.results.flatMap(({ messages }) => messages.map((m) => `${m.ruleId}: ${m.message}`))).toEqual(
    [],
  );
}

/** Everything that the private key could be written as: its secret number and its whole file, in every spelling. */
function tracesOf(key: KeyPair): readonly Buffer[] {
  const { d = "" } = key.privateKey.export({ format: "jwk" });
  const secret = Buffer.from(d, "base64url");
  const pem = keyFile(key);
  const der = key.privateKey.export({ type: "pkcs8", format: "der" });
  const lines = pem.split("\n").filter((line) => line.length > 20 && !line.includes("-----"));
  const hex = secret.toString("hex");
  return [
    secret,
    der.subarray(0, 60),
    ...[d, hex, hex.toUpperCase(), secret.toString("base64"), der.toString("base64"), der.toString("hex")]
      .concat(lines.slice(0, 2))
      .map((text) => Buffer.from(text)),
  ];
}

const found = (haystack: Buffer | string, key: KeyPair): number =>
  tracesOf(key).filter((trace) => Buffer.from(haystack).includes(trace)).length;

/** Every file beside the database: the database itself, its write-ahead log, whatever else there may be. */
const written = (): Buffer =>
  Buffer.concat(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name))),
  );

async function expectNoTrace(key: KeyPair, ...answers: readonly Visit[]): Promise<void> {
  expect(found(written(), key)).toBe(0);
  expect(found(logged, key)).toBe(0);
  for (const { text, headers } of answers) expect(found(text + JSON.stringify(headers), key)).toBe(0);
}

const reports = () => db.read.select().from(reportTables(db.read.columns).problemReports);

test("the search for traces finds a key where there is one", async () => {
  const key = newKey();
  expect(found(`x${keyFile(key)}x`, key)).toBeGreaterThan(0);
  const { compromisedKeys: k } = authorityTables(db.read.columns);
  const { d = "" } = key.privateKey.export({ format: "jwk" });
  await db.transact(async (tx) => {
    await tx.insert(k).values({ spkiSha256: "x", evidence: `${d}`, reportedAt: on.clock.now() });
  });
  expect(found(written(), key)).toBeGreaterThan(0);
});

test("a private key proves the compromise and leaves no trace", async () => {
  const open = await publicSite();
  const key = newKey();
  const id = await on.issue(key, "www.example.co.jp");
  const someone = open();
  const sent = await send(
    someone,
    { ...FIELDS, reporterEmail: "toru@example.org" },
    { field: "proofFile", name: "server.key", bytes: keyFile(key) },
  );
  expect([sent.status, sent.location]).toEqual([303, "/problem-reports/check"]);
  const check = await someone.get("/problem-reports/check");
  await expectGoodHtml(check.text);
  expect(check.text).toContain(ja.problemReports.check.provenNotice);
  // Nothing has happened yet.
  expect(await reports()).toEqual([]);
  const form = await someone.get(FORM);
  expect(form.text).toContain(ja.problemReports.form.proofDone);
  const receipt = await submit(someone);
  await expectGoodHtml(receipt.text);
  expect(receipt.text).toMatch(/P-20261121-[0-9A-Z]{8}/);
  expect(receipt.text).toContain("証明書1枚を、2026/11/21 16:00 JSTまでに失効します");
  const [report] = await reports();
  expect(report).toMatchObject({ proof: "PROVEN", proofKind: "PRIVATE_KEY", state: "REVOCATION_ORDERED" });
  expect(await isKeyCompromised(db.read, report?.spkiSha256 ?? "")).toBe(true);
  expect(id).toBeTruthy();
  // Sent twice: the same receipt.
  const again = await someone.post("/problem-reports", { draft: report?.submissionKey ?? "" });
  expect(again.location).toBe("/problem-reports/receipt");
  expect(await reports()).toHaveLength(1);
  await expectNoTrace(key, sent, check, form, receipt);
});

describe("a private key in the wrong place is refused unread", () => {
  const body = (key: KeyPair) => key.privateKey.export({ type: "pkcs8", format: "der" }).toString("base64");
  const ways: readonly (readonly [string, (key: KeyPair) => string])[] = [
    ["PEM", keyFile],
    ["base64", body],
    ["a JSON Web Key", (key) => JSON.stringify(key.privateKey.export({ format: "jwk" }))],
    ["base64 in a sentence", (key) => `The key is ${body(key)}, I think.`],
  ];
  const fields = [
    "description",
    "domain",
    "serial",
    "fingerprint",
    "certificate",
    "proof",
    "reporterName",
    "reporterEmail",
    "category",
    "language",
  ];

  test.each(ways)("as %s, in every field", async (_what, write) => {
    const open = await publicSite();
    const sentence = problemSentence(ja, new Problem("private-key-pasted"));
    for (const field of fields) {
      const key = newKey();
      const someone = open();
      const sent = await send(someone, { ...FIELDS, domain: "www.example.co.jp", [field]: write(key) });
      expect([field, sent.status]).toEqual([field, 422]);
      expect(sent.text).toContain(sentence);
      const form = await someone.get(FORM);
      await expectNoTrace(key, sent, form);
    }
    expect(await reports()).toEqual([]);
  });

  test("as the file of the certificate, in PEM and DER", async () => {
    const open = await publicSite();
    for (const bytes of [
      keyFile,
      (key: KeyPair) => new Uint8Array(key.privateKey.export({ type: "pkcs8", format: "der" })),
    ]) {
      const key = newKey();
      const sent = await send(open(), FIELDS, { field: "certificateFile", name: "x.pem", bytes: bytes(key) });
      expect(sent.status).toBe(422);
      await expectNoTrace(key, sent);
    }
  });

  test("and where the rest of the form is wrong, its proof is kept and its file is not", async () => {
    const open = await publicSite();
    const key = newKey();
    const someone = open();
    const file = { field: "proofFile", name: "server.key", bytes: keyFile(key) } as const;
    const sent = await send(someone, { ...FIELDS, description: "" }, file);
    expect(sent.status).toBe(422);
    await expectGoodHtml(sent.text);
    expect(sent.text).toContain(ja.problemReports.form.proofDone);
    // The next try needs no file, and may leave the key out.
    expect((await send(someone, FIELDS)).location).toBe("/problem-reports/check");
    const without = await send(someone, { ...FIELDS, forgetProof: "on" });
    expect(without.status).toBe(422);
    expect(without.text).not.toContain(ja.problemReports.form.proofDone);
    await expectNoTrace(key, sent, without);
  });
});

describe("a CSR", () => {
  test("with the phrase proves the compromise, in the text field as well", async () => {
    const open = await publicSite();
    const key = newKey();
    await on.issue(key, "www.example.co.jp");
    const proof = csrPem({ keys: key, subject: [{ type: "CN", value: "Proof of Key Compromise" }] });
    const someone = open();
    expect((await send(someone, { ...FIELDS, proof })).status).toBe(303);
    await submit(someone);
    expect(await reports()).toMatchObject([
      { proof: "PROVEN", proofKind: "CSR", state: "REVOCATION_ORDERED" },
    ]);
  });

  test("without it names the key and says so", async () => {
    const open = await publicSite();
    const key = newKey();
    await on.issue(key, "www.example.co.jp");
    const someone = open();
    await send(someone, { ...FIELDS, proof: csrPem({ keys: key }) });
    expect((await someone.get("/problem-reports/check")).text).toContain(
      ja.problemReports.form.proofNamedText,
    );
    const receipt = await submit(someone);
    expect(receipt.text).toContain("2026/11/22 12:00 JST");
    expect(await reports()).toMatchObject([{ proof: "NAMED", state: "OPEN" }]);
  });
});

describe("the form", () => {
  test.each(LANGUAGES)("tells everything that is wrong at once, in %s", async (language: Language) => {
    const t = catalogue(language);
    const open = await publicSite();
    const someone = open();
    await someone.get("/");
    await someone.post("/language", { language, return: "/" });
    const empty = await send(someone, {});
    expect(empty.status).toBe(422);
    await expectGoodHtml(empty.text);
    expect(empty.text).toContain(t.problemReports.form.identifyOne);
    expect(empty.text).toContain(t.fields.missing({ label: t.problemReports.field.description }));
    const garbage = await send(someone, {
      category: "NONSENSE",
      domain: "not a name",
      serial: "xyz",
      fingerprint: "abc",
      certificate: "garbage",
      description: "x",
      proof: "garbage",
      reporterEmail: "nobody",
      language: "tlh",
    });
    expect(garbage.status).toBe(422);
    await expectGoodHtml(garbage.text);
    for (const field of ["domain", "serial", "fingerprint", "certificate", "proof", "reporterEmail"])
      expect(garbage.text).toContain(`id="${field}-error"`);
  });

  test("refuses what is too large, and what has no token", async () => {
    const open = await publicSite();
    const someone = open();
    const bytes = new Uint8Array(200 * 1024).fill(65);
    expect((await send(someone, FIELDS, { field: "proofFile", name: "big", bytes })).status).toBe(413);
    const large = new Uint8Array(40 * 1024).fill(65);
    expect((await send(someone, FIELDS, { field: "proofFile", name: "big", bytes: large })).status).toBe(422);
    expect((await send(someone, { ...FIELDS, _csrf: "wrong" })).status).toBe(403);
  });

  test("leads back to its beginning where nothing was typed", async () => {
    const open = await publicSite();
    const someone = open();
    await someone.get(FORM);
    for (const place of ["/problem-reports/check", "/problem-reports/receipt", "/problem-reports"])
      expect((await someone.get(place)).location).toBe(FORM);
    expect((await someone.post("/problem-reports", { draft: "none" })).location).toBe(FORM);
  });

  test("answers 429 with the time to wait after twenty reports, and goes on after it", async () => {
    const open = await publicSite();
    for (let count = 0; count < 20; count += 1) {
      const someone = open();
      await send(someone, { ...FIELDS, domain: "www.example.co.jp" });
      await submit(someone);
    }
    const someone = open();
    await send(someone, { ...FIELDS, domain: "www.example.co.jp" });
    const check = await someone.get("/problem-reports/check");
    const draft = /name="draft" value="([^"]+)"/.exec(check.text)?.[1] ?? "";
    expect((await someone.post("/problem-reports", { draft })).status).toBe(429);
    on.clock.advance({ minutes: 1 });
    expect((await someone.post("/problem-reports", { draft })).status).toBe(303);
    expect(await reports()).toHaveLength(21);
  });
});
