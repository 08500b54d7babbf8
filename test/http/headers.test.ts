import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { describe, expect, test } from "vitest";
import {
  cast,
  SITES,
  type SiteName,
  type StagedDemo,
  signedIn,
  stagedDemo,
  strangerAt,
  withCertificate,
} from "../support/staged-demo.ts";
import type { Visit, Visitor } from "../support/visitor.ts";

/** Security headers, cookies and hosts (safety.md 3), as they leave a whole server. */

const demo = stagedDemo();

const insider = async (site: SiteName): Promise<Visitor> => {
  const who = cast(demo());
  if (site === "public") return strangerAt(demo(), "public");
  if (site === "applicant") return signedIn(demo(), who.login("minato", "hanako"));
  return withCertificate(
    demo(),
    site,
    site === "operator" ? who.operator("minato", "yamada") : who.staff("admin"),
  );
};

function expectSafe(answer: Visit): void {
  const { headers } = answer;
  const policy = String(headers["content-security-policy"]);
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).toContain("base-uri 'none'");
  expect(policy).not.toMatch(/unsafe-|\*|https?:/);
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(["same-origin", "no-referrer"]).toContain(headers["referrer-policy"]);
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["x-powered-by"]).toBeUndefined();
  expect(headers["server"]).toBeUndefined();
  expect(headers["etag"]).toBeUndefined();
  // localhost's other ports speak plain http, and HSTS would cover them.
  expect(headers["strict-transport-security"]).toBeUndefined();
}

const nonceIn = ({ headers }: Visit) =>
  /'nonce-([^']+)'/.exec(String(headers["content-security-policy"]))?.[1] ?? "";

describe.each(SITES)("the %s site", (site) => {
  test("sends every page with its headers, and a nonce of its own", async () => {
    const visitor = await insider(site);
    const pages = [await visitor.get("/"), await visitor.get("/"), await visitor.get("/no-such-page")];
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 404]);
    for (const page of pages) {
      expectSafe(page);
      expect(page.headers["x-frame-options"]).toBe("DENY");
      expect(String(page.headers["vary"])).toMatch(/HX-Request/);
      expect(page.headers["content-type"]).toBe("text/html; charset=utf-8");
      expect(nonceIn(page)).toMatch(/^[A-Za-z0-9+/]{22}==$/);
      const scripts = page.text.match(/<script\b[^>]*>/g) ?? [];
      for (const script of scripts) expect(script).toContain(`nonce="${nonceIn(page)}"`);
      expect(page.text).not.toMatch(/<style|\son[a-z]+="|\sstyle="|javascript:/i);
    }
    expect(new Set(pages.map(nonceIn)).size).toBe(3);
  });

  test("loads what its page names, for a year, and nothing else below /static", async () => {
    const visitor = await insider(site);
    const { text } = await visitor.get("/");
    const addresses = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map(
      ([, address]) => address ?? "",
    );
    expect(addresses.length).toBeGreaterThan(2);
    for (const address of addresses) {
      const file = await visitor.get(address);
      expect(file.status, address).toBe(200);
      expect(file.headers["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(file.headers["x-content-type-options"]).toBe("nosniff");
      expect(file.headers["set-cookie"]).toBeUndefined();
      const wrong = address.replace(/[0-9a-f]{16}/, "0000000000000000");
      expect((await visitor.get(wrong)).status, wrong).toBe(404);
    }
    for (const path of [
      "/static/",
      "/static/css/inkan.css",
      "/static/../package.json",
      "/static/%2e%2e/%2e%2e/package.json",
      "/static/..%2fserver%2fmain.ts",
      "/package.json",
      "/.git/config",
    ])
      expect((await visitor.get(path)).status, path).toBe(404);
  });

  test("refuses requests meant for another host with 421, for whoever asks", async () => {
    const visitor = await insider(site);
    for (const host of ["example.com", "localhost.example.com", "127.0.0.1", "LOCALHOST."]) {
      const answer = await visitor.get("/", { host });
      expect(answer.status, host).toBe(421);
      expect(answer.headers["set-cookie"]).toBeUndefined();
    }
    expect((await visitor.get("/", { host: "LocalHost:1" })).status).toBe(200);
  });
});

test("a stranger's page at a closed door is as safe, and closes the connection", async () => {
  for (const site of ["operator", "desk"] as const) {
    const answer = await strangerAt(demo(), site).get("/");
    expect(answer.status).toBe(403);
    expectSafe(answer);
    expect(answer.headers["connection"]).toBe("close");
    expect(answer.headers["set-cookie"]).toBeUndefined();
    const asset = await strangerAt(demo(), site).get("/static/x/inkan.css");
    expect(asset.status).toBe(403);
  }
});

test("a handshake for another name is refused as misdirected", async () => {
  const { status } = await handshake(demo(), "someone-else.example");
  expect(status).toBe(421);
});

function handshake(staged: StagedDemo, servername: string): Promise<{ status: number }> {
  const url = new URL(staged.access.sites.applicant);
  return new Promise((resolve, reject) => {
    httpsRequest(
      url,
      { servername, agent: false, rejectUnauthorized: false, headers: { host: url.host } },
      (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0 });
      },
    )
      .on("error", reject)
      .end();
  });
}

describe("cookies", () => {
  const attributes = ({ headers }: Visit) =>
    (headers["set-cookie"] ?? [])[0]
      ?.split("; ")
      .map((part) => part.replace(/=.+$/, (value) => (/^=(lax|\/)$/i.test(value) ? value : "=…")));

  test("are bound to the host, closed to scripts, and named after their site", async () => {
    const names = [];
    for (const site of SITES) {
      const visitor = strangerAt(demo(), site);
      if (site === "public" || site === "applicant") {
        const page = await visitor.get(site === "public" ? "/" : "/login");
        expect(attributes(page)).toEqual([
          `__Host-inkan-${site}=…`,
          "Path=/",
          "HttpOnly",
          "Secure",
          "SameSite=Lax",
        ]);
      }
      names.push(...(await insider(site)).cookies.keys());
    }
    expect(new Set(names)).toEqual(
      new Set(["__Host-inkan-applicant", "__Host-inkan-operator", "__Host-inkan-desk"]),
    );
  });

  test("of one site mean nothing at another, nor does a made-up one", async () => {
    const hanako = await signedIn(demo(), cast(demo()).login("minato", "hanako"));
    const value = hanako.cookies.get("__Host-inkan-applicant") ?? "";
    const elsewhere = strangerAt(demo(), "public");
    const answer = await elsewhere.get("/", { cookie: `__Host-inkan-public=${value}` });
    expect(answer.text).not.toContain("手続 花子");
    for (const cookie of [value.replace(/.$/, "x"), "s%3Aabc.def", "%E0%A4%A", "x".repeat(4000)]) {
      const stranger = strangerAt(demo(), "applicant");
      const page = await stranger.get("/", { cookie: `__Host-inkan-applicant=${cookie}` });
      expect([page.status, page.location]).toEqual([303, "/login"]);
    }
  });

  test("are new after signing in: a session planted before gains nothing", async () => {
    const visitor = strangerAt(demo(), "applicant");
    await visitor.get("/login");
    const planted = visitor.cookies.get("__Host-inkan-applicant") ?? "";
    const { loginId, password } = cast(demo()).login("minato", "sato");
    await visitor.post("/login", { loginId, password });
    expect(visitor.cookies.get("__Host-inkan-applicant")).not.toBe(planted);
    const planter = strangerAt(demo(), "applicant");
    const answer = await planter.get("/", { cookie: `__Host-inkan-applicant=${planted}` });
    expect([answer.status, answer.location]).toEqual([303, "/login"]);
  });

  test("keep the chosen language, through signing in and out", async () => {
    const visitor = strangerAt(demo(), "applicant");
    expect((await visitor.get("/login", { "accept-language": "en" })).text).toContain('<html lang="ja"');
    const switched = await visitor.post("/language", { language: "en", return: "/login" });
    expect([switched.status, switched.location]).toEqual([303, "/login"]);
    expect((await visitor.get("/login")).text).toContain('<html lang="en"');
    const { loginId, password } = cast(demo()).login("minato", "sato");
    await visitor.post("/login", { loginId, password });
    expect((await visitor.get("/")).text).toContain('<html lang="en"');
    await visitor.post("/session/end");
    expect((await visitor.get("/login")).text).toContain('<html lang="en"');
  });

  test("switching the language leads to a path of this site alone", async () => {
    const visitor = strangerAt(demo(), "applicant");
    await visitor.get("/login");
    for (const away of [
      "https://evil.example/",
      "//evil.example",
      "/\\evil.example",
      "javascript:alert(1)",
      "login",
    ])
      expect((await visitor.post("/language", { language: "ja", return: away })).location).toBe("/");
  });
});

test("the repository's files say what they are", async () => {
  const answer = await new Promise<{ status: number; headers: Record<string, unknown> }>(
    (resolve, reject) => {
      httpRequest(`${demo().access.sites.repository}/ca/customer-root.cer`, (response) => {
        response.resume();
        resolve({ status: response.statusCode ?? 0, headers: response.headers });
      })
        .on("error", reject)
        .end();
    },
  );
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toBe("application/pkix-cert");
  expect(answer.headers["x-content-type-options"]).toBe("nosniff");
  expect(answer.headers["x-powered-by"]).toBeUndefined();
});
