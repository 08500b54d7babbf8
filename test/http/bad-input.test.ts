import { readFileSync } from "node:fs";
import { parse } from "node-html-parser";
import { beforeAll, describe, expect, test } from "vitest";
import { databaseFile } from "../../server/db/index.ts";
import { catalogue, problemSentence } from "../../server/i18n/index.ts";
import { isProblem, Problem } from "../../server/kernel/problem.ts";
import { parseCsr, verifyCsrSignature } from "../../server/pki/index.ts";
import { applicantSiteRoutes } from "../../server/sites/applicant.ts";
import { deskSiteRoutes } from "../../server/sites/desk.ts";
import { operatorSiteRoutes } from "../../server/sites/operator.ts";
import { publicSiteRoutes } from "../../server/sites/public.ts";
import { changedTables, SITES, type SiteName, stagedDemo, untilQuiet } from "../support/staged-demo.ts";
import type { Visit, Visitor } from "../support/visitor.ts";
import { prepareWorlds, type RecordName, type Role, requestFields, type Stage } from "../support/worlds.ts";
import { type BadCsr, badCsrs } from "./bad-csrs.ts";
import { ISOLATION, LET_IN, type Row } from "./isolation-rows.ts";

/** What nobody should send and somebody will: answered in words, never with a 500, and nothing of it is kept. */

const ROUTES = {
  public: publicSiteRoutes,
  applicant: applicantSiteRoutes,
  operator: operatorSiteRoutes,
  desk: deskSiteRoutes,
} as const;

/**
 * What nobody fills in: a draft or a version that is gone leads back to where it was, what is not planned cannot be
 * called off, a bulk approval of nothing shows an empty list, and a case of mass revocation that does not exist is not
 * found.
 */
const LEADS_BACK = new Set([
  "POST /problem-reports",
  "POST /requests",
  "POST /requests/approvals",
  "POST /certificates/:id/reissues",
  "POST /revocations",
  "POST /certificates/:id/revocation",
  "POST /certificates/:id/revocation/cancellation",
  "POST /problem-reports/:id/preliminary",
  "POST /problem-reports/:id/settlement",
  "POST /problem-reports/:id/dismissal",
  "POST /problem-reports/:id/revocation",
  "POST /mass-revocations/:id/order",
  "POST /mass-revocations/:id/execution",
  "POST /mass-revocations/:id/abandonment",
  "POST /mass-revocations/:id/closure",
]);

const demo = stagedDemo();
let stage: Stage;

beforeAll(async () => {
  stage = await prepareWorlds(demo());
  await untilQuiet(demo());
});

interface Call {
  readonly key: string;
  readonly path: string;
  readonly row: Row;
  readonly visitor: Visitor;
}

/** Every route of a site with an address and somebody who may call it. */
function calls(site: SiteName, method: "GET" | "POST"): Call[] {
  const world = stage.world("A");
  return Object.entries(ISOLATION[site])
    .filter(([key, row]) => key.startsWith(`${method} `) && !row.endsSession)
    .map(([key, row]) => {
      let path = key.slice(method.length + 1);
      for (const [param, name] of Object.entries(row.ids ?? {}))
        path = path.replace(`:${param}`, name.startsWith("=") ? name.slice(1) : world[name as RecordName]);
      const [first = "nobody"] = LET_IN[row.who] as readonly Role[];
      const role = site === "desk" ? "administrator" : site === "operator" ? "operator A" : first;
      return { key, path, row, visitor: stage.visitors[site][role] };
    });
}

/** Defects are logged with an incident number; there must be none. */
const incidents = () =>
  demo()
    .logged()
    .split("\n")
    .filter((line) => line.includes('"incident"'));

describe.each(SITES)("on the %s site", (site) => {
  test("an empty form comes back with what is missing", async () => {
    const faults: string[] = [];
    // Mails of what was done before are still on their way.
    await untilQuiet(demo());
    for (const { key, path, visitor } of calls(site, "POST")) {
      const route = ROUTES[site].find((one) => `${one.method} ${one.path}` === key);
      if (!route?.form || !route.invalid || route.form.safeParse({}).success) continue;
      if (LEADS_BACK.has(key)) continue;
      await stage.stayFresh();
      const before = demo().digests();
      const answer = await visitor.post(path);
      const html = parse(answer.text);
      if (answer.status !== 422) faults.push(`${key} → ${answer.status}`);
      else if (html.querySelectorAll(".error-summary, .notice-err").length === 0)
        faults.push(`${key} says nothing`);
      else if (html.querySelectorAll("main form").length === 0) faults.push(`${key} shows no form`);
      const changed = changedTables(before, demo().digests());
      if (changed.length > 0) faults.push(`${key} changed ${changed}`);
    }
    expect(faults).toEqual([]);
  });

  test("200 KB are too large for every form", async () => {
    const faults: string[] = [];
    const before = demo().digests();
    for (const { key, path, visitor } of calls(site, "POST")) {
      const text = "x".repeat(200 * 1024);
      const typed = await visitor.post(path, { text });
      const boundary = "----inkan";
      const file = `--${boundary}\r\nContent-Disposition: form-data; name="csrFile"; filename="a.csr"\r\n\r\n${text}\r\n--${boundary}--\r\n`;
      const uploaded = await visitor.ask("POST", path, {
        body: file,
        headers: {
          "content-type": `multipart/form-data; boundary=${boundary}`,
          "x-csrf-token": visitor.csrf,
        },
      });
      if (typed.status !== 413 || uploaded.status !== 413)
        faults.push(`${key} → ${typed.status}, ${uploaded.status}`);
    }
    expect(faults).toEqual([]);
    expect(changedTables(before, demo().digests())).toEqual([]);
  });

  test("another method is 405 and says which are allowed", async () => {
    const faults: string[] = [];
    const before = demo().digests();
    const byPath = Map.groupBy(
      [...calls(site, "GET"), ...calls(site, "POST")],
      ({ key }) => key.split(" ")[1],
    );
    for (const [first, ...others] of byPath.values()) {
      if (!first) continue;
      const methods = new Set([first, ...others].map(({ key }) => key.split(" ")[0]));
      const allowed = new Set(
        [...methods].flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])),
      );
      const wrong = ["PUT", "PATCH", "DELETE", "OPTIONS", methods.has("GET") ? "POST" : "GET"];
      for (const method of wrong) {
        if (allowed.has(method as string)) continue;
        const headers = { "x-csrf-token": first.visitor.csrf, origin: demo().access.sites[site] };
        const answer = await first.visitor.ask(method, first.path, { headers });
        const told = new Set(String(answer.headers["allow"]).split(", "));
        if (answer.status !== 405 || told.symmetricDifference(allowed).size > 0)
          faults.push(`${method} ${first.path} → ${answer.status}, Allow: ${answer.headers["allow"]}`);
      }
    }
    expect(faults).toEqual([]);
    expect(changedTables(before, demo().digests())).toEqual([]);
  });

  test("an id that cannot be one is not found", async () => {
    const faults: string[] = [];
    const before = demo().digests();
    for (const method of ["GET", "POST"] as const) {
      for (const { key, row, visitor } of calls(site, method)) {
        const params = Object.keys(row.ids ?? {});
        if (params.length === 0 || row.foreign !== undefined) continue;
        await stage.stayFresh();
        for (const id of [
          "1",
          "undefined",
          "%27%20OR%201%3D1",
          "%00",
          "%F0%9F%A4%96",
          "..%2f..",
          "x".repeat(2000),
        ]) {
          const path = params.reduce(
            (made, param) => made.replace(`:${param}`, id),
            key.slice(method.length + 1),
          );
          const answer =
            method === "GET"
              ? await visitor.get(path)
              : await visitor.post(path, row.form?.(stage.world("A")));
          if (answer.status !== 404) faults.push(`${method} ${path.slice(0, 80)} → ${answer.status}`);
        }
      }
    }
    expect(faults).toEqual([]);
    expect(changedTables(before, demo().digests()).filter((name) => !FACTOR_TABLES.includes(name))).toEqual(
      [],
    );
  });

  test("strange addresses and headers are answered calmly, and inject nothing", async () => {
    const { visitor } = calls(site, "GET").find(({ key }) => key === "GET /") as Call;
    for (const [path, statuses] of [
      ["/%E0%A4%A", [404]],
      ["/%", [404]],
      ["/%00", [404]],
      ["/%0d%0aSet-Cookie:%20a=b", [404]],
      ["/?q=%E0%A4%A&q=%00&q=%ED%A0%80", [200]],
      [`/?${"a=b&".repeat(2500)}`, [200]],
      ["/?__proto__=1&constructor=2&toString=3", [200]],
      [`/?${"x".repeat(20_000)}`, [431]],
    ] as const) {
      const answer = await visitor.get(path);
      expect(statuses as readonly number[], path.slice(0, 60)).toContain(answer.status);
      expect(answer.headers["a"]).toBeUndefined();
      expect(String(answer.headers["set-cookie"])).not.toContain("a=b");
    }
    const page = await visitor.get("/", { "user-agent": "x".repeat(8000), referer: "\tnot a url" });
    expect(page.status).toBe(200);
    expect(incidents()).toEqual([]);
  });

  test("a body that is not what it says it is comes to nothing", async () => {
    const before = demo().digests();
    const { visitor } = calls(site, "POST").find(({ key }) => key === "POST /language") as Call;
    const headers = { "x-csrf-token": visitor.csrf };
    const as = (type: string, body: string | Uint8Array) =>
      visitor.ask("POST", "/language", { body, headers: { ...headers, "content-type": type } });
    for (const [type, body] of [
      ["text/plain", "language=en"],
      ["application/xml", "<language>en</language>"],
      ["application/json", "{"],
      ["application/json", "[1,2,3]"],
      ["application/json", '{"language":{"$ne":null}}'],
      ["application/x-www-form-urlencoded", "language[]=en&language[x]=ja"],
      ["application/x-www-form-urlencoded; charset=utf-32", "language=en"],
      ["application/x-www-form-urlencoded", Buffer.from([0xff, 0x00, 0xfe, 0x3d, 0x00])],
      ["multipart/form-data", "garbage"],
      ["multipart/form-data; boundary=x", "--x\r\ngarbage"],
      ["multipart/form-data; boundary=x", Buffer.from([0, 1, 2, 255, 254])],
      ["multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="language"\r\n\r\nen'],
    ] as const) {
      const answer = await as(type, body);
      expect([415, 422], `${type}: ${body}`).toContain(answer.status);
    }
    expect((await visitor.get(site === "applicant" ? "/login" : "/")).text).not.toContain('<html lang="en"');
    expect(changedTables(before, demo().digests())).toEqual([]);
    expect(incidents()).toEqual([]);
  });

  test("no value of any field is a defect", async () => {
    const strange = [
      "\0",
      "a\0b\ud800",
      "\r\nSet-Cookie: a=b",
      "名\n".repeat(10_000),
      "__proto__",
      "<script>alert(1)</script>",
      "=cmd|' /C calc'!A0",
      "9".repeat(400),
      "\u202e逆",
    ];
    const faults: string[] = [];
    for (const { key, path, row, visitor } of calls(site, "POST")) {
      const route = ROUTES[site].find((one) => `${one.method} ${one.path}` === key);
      const form =
        key === "POST /requests/drafts"
          ? requestFields(demo(), "A", "www.example.co.jp")
          : row.form?.(stage.world("A"));
      if (!route?.form || !form || key.startsWith("POST /second-factor") || key === "POST /login") continue;
      await stage.stayFresh();
      for (const field of Object.keys(form)) {
        for (const value of strange) {
          const answer = await visitor.post(path, { ...form, [field]: value });
          if (answer.status >= 500)
            faults.push(`${key} ${field}=${JSON.stringify(value.slice(0, 20))} → ${answer.status}`);
          if (answer.text.includes("<script>alert")) faults.push(`${key} ${field} is not escaped`);
          if (String(answer.headers["set-cookie"]).includes("a=b"))
            faults.push(`${key} ${field} injects a header`);
        }
        // Enough for one record of each form: the next field begins with one that is still open.
        if (row.ids && answerEnds(row)) break;
      }
    }
    expect(faults).toEqual([]);
    expect(incidents()).toEqual([]);
  });
});

test("what no database could keep is left out of a form", async () => {
  const hanako = stage.visitors.applicant["applicant A"];
  const fields = requestFields(demo(), "A", "www.example.co.jp", { memo: "先\0\0後" });
  const { location } = await hanako.post("/requests/drafts", fields);
  const { text } = await hanako.get(location);
  expect(text).toContain("先後");
  expect(text).not.toContain("\0");
});

/** Giving the second factor meanwhile writes these. */
const FACTOR_TABLES = ["second_factors", "audit_entries", "audit_heads"];
const answerEnds = (row: Row) => row.own === 303;

describe("where a CSR belongs", () => {
  let bad: BadCsr[];
  beforeAll(async () => {
    bad = await badCsrs();
    // Mails of what the forms before did are still on their way.
    await untilQuiet(demo());
  });

  test("everything else is called by its name in both languages, and nothing of it is kept", async () => {
    const hanako = stage.visitors.applicant["applicant A"];
    const faults: string[] = [];
    for (const language of ["ja", "en"] as const) {
      await hanako.post("/language", { language, return: "/" });
      for (const one of bad) {
        const before = demo().digests();
        const entries = demo().rows("select id from audit_entries").length;
        const fields = requestFields(demo(), "A", "www.example.co.jp", { csr: one.text });
        const answer = await hanako.post("/requests/drafts", fields);
        faults.push(...(await judge(answer, one, language)));
        const changed = changedTables(before, demo().digests());
        const written = demo().rows("select id from audit_entries").length - entries;
        if (changed.join() !== "audit_entries,audit_heads" || written !== 1)
          faults.push(`${one.what}: changed ${changed}, ${written} entries`);
      }
    }
    await hanako.post("/language", { language: "ja", return: "/" });
    expect(faults).toEqual([]);
  });

  test("the preview and the desk tell the same", async () => {
    await stage.stayFresh();
    const hanako = stage.visitors.applicant["applicant A"];
    const administrator = stage.visitors.desk.administrator;
    const faults: string[] = [];
    const { tenant, operator, staff } = stage.world("A");
    for (const one of bad) {
      const preview = await hanako.post("/csr-preview", { csr: one.text });
      if (preview.status !== 200) faults.push(`preview of ${one.what} → ${preview.status}`);
      if (one.secret && preview.text.includes(one.secret)) faults.push(`preview shows ${one.what}`);
      for (const path of [
        `/staff/${staff}/certificate`,
        `/subscribers/${tenant}/operators/${operator}/certificate`,
      ]) {
        const form = await administrator.get(path);
        const ticket = /name="ticket" value="([^"]+)"/.exec(form.text)?.[1] ?? "";
        const before = demo().digests();
        const answer = await administrator.post(path, { ticket, way: "csr", csr: one.text });
        faults.push(...(await judge(answer, one, "ja")).map((fault) => `${path}: ${fault}`));
        const changed = changedTables(before, demo().digests()).filter((name) => !name.startsWith("audit"));
        if (changed.length > 0) faults.push(`${path}: ${one.what} changed ${changed}`);
      }
    }
    expect(faults).toEqual([]);
  });

  test("a private key is found in any field and in a file, and nowhere afterwards", async () => {
    const hanako = stage.visitors.applicant["applicant A"];
    const keys = bad.filter(({ secret }) => secret !== undefined);
    for (const { text, secret = "" } of keys) {
      const boundary = "----inkan";
      const file = `--${boundary}\r\nContent-Disposition: form-data; name="csrFile"; filename="server.key"\r\n\r\n${text}\r\n--${boundary}--\r\n`;
      const uploaded = await hanako.ask("POST", "/requests/drafts", {
        body: file,
        headers: { "content-type": `multipart/form-data; boundary=${boundary}`, "x-csrf-token": hanako.csrf },
      });
      expect(uploaded.status).toBe(422);
      expect(uploaded.text).not.toContain(secret);
      if (!/PRIVATE|PuTTY/.test(text)) continue;
      const misplaced = await hanako.post(
        "/requests/drafts",
        requestFields(demo(), "A", "www.example.co.jp", { memo: text, csr: "" }),
      );
      expect(misplaced.text).not.toContain(secret);
    }
    const { dataDir } = demo().inkan.config;
    const kept = ["", "-wal"]
      .map((end) => readFileSync(databaseFile(dataDir) + end).toString("latin1"))
      .join("");
    for (const { what, secret = "" } of keys) {
      expect(demo().logged().includes(secret), `${what} is in the log`).toBe(false);
      expect(kept.includes(secret), `${what} is in the database`).toBe(false);
    }
  });
});

/** What is wrong with the answer to a bad CSR: status, sentence, or something shown that must not be. */
async function judge(
  answer: Visit,
  { what, text, code, why, secret }: BadCsr,
  language: "ja" | "en",
): Promise<string[]> {
  const faults: string[] = [];
  const problem = why
    ? new Problem("key-weak", { why })
    : await Promise.resolve()
        .then(() => parseCsr(text))
        .then(verifyCsrSignature)
        .catch((error: unknown) => error);
  const shown = parse(answer.text).text.replaceAll(/\s+/g, " ");
  if (![413, 422].includes(answer.status)) faults.push(`${what} → ${answer.status}`);
  if (!isProblem(problem, code)) faults.push(`${what} is ${isProblem(problem) ? problem.code : problem}`);
  else if (!shown.includes(problemSentence(catalogue(language), problem)))
    faults.push(`${what}: not told in ${language}`);
  if (secret && answer.text.includes(secret)) faults.push(`${what} is shown again`);
  return faults;
}
