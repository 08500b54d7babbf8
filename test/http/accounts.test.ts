import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { HtmlValidate } from "html-validate";
import { Secret, TOTP } from "otpauth";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import {
  accountRoutes,
  addUser,
  disableUser,
  identifyApplicant,
  owesSecondFactor,
  passkeysOf,
  secondFactorRoutes,
  sweepSessions,
} from "../../server/accounts/index.ts";
import { accountTables } from "../../server/accounts/tables.ts";
import type { Database } from "../../server/db/index.ts";
import { json } from "../../server/http/answer.ts";
import { routesOf } from "../../server/http/route.ts";
import { type Actor, system } from "../../server/kernel/actor.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { newAuthenticator } from "../support/authenticator.ts";
import { makeRoot, makeUnder, type TestAuthority, type TestCertificate } from "../support/certificates.ts";
import { migratedPlace, openPlace } from "../support/databases.ts";
import { HTML_RULES } from "../support/html-rules.ts";
import { runningSite } from "../support/running-site.ts";
import { type Visitor, visitor } from "../support/visitor.ts";

const START = Temporal.Instant.from("2026-11-21T03:00:00Z");
const LOGIN = { loginId: "midori.01", password: "kumo-no-ue-no-neko-7" };
const NEW_PASSWORD = "yuuyake no mukou ni sanba";

let root: TestAuthority;
let certificate: TestCertificate;
let db: Database;
let now = START;
let cast: Cast;
let userId: string;
const clock = { now: () => now };
const accountDeps = () => ({
  db,
  clock,
  mailFrom: "Inkan <no-reply@ca.example>",
  siteUrls: { applicant: "https://localhost:8441" },
});

beforeAll(async () => {
  root = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root" });
  const names = ["localhost"];
  certificate = await makeUnder(root, { profile: "SITE_SERVER", commonName: "localhost", names });
});

beforeEach(async () => {
  now = START;
  db = await openPlace(await migratedPlace("sqlite"));
  cast = await aobaTrading(db, START);
  ({ userId } = await addUser(accountDeps(), system("test"), cast.tenant, {
    ...LOGIN,
    passwordNoticeEmail: "midori@aoba.example",
    person: { name: "高橋 緑", email: "midori@aoba.example" },
  }));
});

const html = new HtmlValidate(HTML_RULES);
async function expectGoodHtml(text: string): Promise<void> {
  const report = await html.validateString(text);
  expect(report.results.flatMap(({ messages }) => messages.map((m) => `${m.ruleId}: ${m.message}`))).toEqual(
    [],
  );
}

const home = routesOf<object>()({
  method: "GET",
  path: "/requests",
  permission: "applicant",
  handle: ({ actor }) => json({ name: actor.name }),
});

async function applicantSite(): Promise<() => Visitor> {
  const origin = await runningSite({
    name: "applicant",
    routes: [...accountRoutes, home],
    deps: accountDeps(),
    db,
    clock,
    certificate,
    identify: identifyApplicant({ db }),
    owesSecondFactor: owesSecondFactor({ db, clock }),
    signInPath: "/login",
    signOutPath: "/session/end",
  });
  return () => visitor(origin, root.pem);
}

async function signedIn(open: () => Visitor, form = LOGIN): Promise<Visitor> {
  const someone = open();
  await someone.get("/login");
  expect((await someone.post("/login", form)).status).toBe(303);
  return someone;
}

const sessionRows = async () => {
  const { sessions: s } = accountTables(db.read.columns);
  return db.read.select().from(s);
};

describe("signing in", () => {
  test("leads to the page that was asked for, in a new session", async () => {
    const someone = (await applicantSite())();
    expect((await someone.get("/requests")).location).toBe("/login");
    const page = await someone.get("/login");
    await expectGoodHtml(page.text);
    const before = [...someone.cookies.values()];
    const answer = await someone.post("/login", LOGIN);
    expect(answer).toMatchObject({ status: 303, location: "/requests" });
    expect([...someone.cookies.values()]).not.toEqual(before);
    expect((await someone.get("/requests")).text).toContain("高橋 緑");
    expect((await someone.get("/login")).location).toBe("/");
    const rows = await sessionRows();
    expect(rows).toMatchObject([{ ownerId: userId, site: "applicant", address: "127.0.0.1" }]);
    for (const value of someone.cookies.values()) {
      expect(JSON.stringify(rows)).not.toContain(decodeURIComponent(value).slice(2, 20));
    }
    expect(String(answer.headers["set-cookie"])).toMatch(
      /^__Host-.*; Path=\/; HttpOnly; Secure; SameSite=Lax/,
    );
  });

  test("fails with one sentence, whatever was wrong, and keeps the ID that was typed", async () => {
    const someone = (await applicantSite())();
    await someone.get("/login");
    const sentences = new Set<string>();
    for (const form of [
      { ...LOGIN, password: "not this one" },
      { ...LOGIN, loginId: "nobody" },
    ]) {
      const answer = await someone.post("/login", form);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain(`value="${form.loginId}"`);
      expect(answer.text).not.toContain(form.password);
      await expectGoodHtml(answer.text);
      sentences.add(/<ul>\s*<li>([^<]*)/.exec(answer.text)?.[1] ?? "");
    }
    expect([...sentences]).toEqual([
      "ログインIDまたはパスワードが正しくありません。もう一度入力してください。",
    ]);
    const empty = await someone.post("/login", { loginId: "", password: "" });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain("パスワードを入力してください。");
  });

  test("is refused without the page's token, or from another site's page", async () => {
    const someone = (await applicantSite())();
    await someone.get("/login");
    expect((await someone.post("/login", { ...LOGIN, _csrf: "" })).status).toBe(403);
    expect((await someone.post("/login", LOGIN, { origin: "https://localhost:1" })).status).toBe(403);
    expect((await someone.post("/login", LOGIN, { "sec-fetch-site": "same-site" })).status).toBe(403);
  });

  test("is slowed down after five failures", async () => {
    const someone = (await applicantSite())();
    await someone.get("/login");
    for (let count = 0; count < 5; count += 1)
      await someone.post("/login", { ...LOGIN, password: "a guess" });
    const answer = await someone.post("/login", LOGIN);
    expect(answer.status).toBe(429);
    expect(answer.headers["retry-after"]).toBe("30");
  });

  test("leads to a path of this site, with its query", async () => {
    const someone = (await applicantSite())();
    await someone.get("/requests?next=https://evil.example");
    await someone.get("/login");
    expect((await someone.post("/login", LOGIN)).location).toBe("/requests?next=https://evil.example");
  });
});

describe("a session", () => {
  test("ends with signing out; its cookie opens nothing any more", async () => {
    const open = await applicantSite();
    const someone = await signedIn(open);
    await someone.get("/sessions");
    const stolen = open();
    for (const [name, value] of someone.cookies) stolen.cookies.set(name, value);
    expect((await stolen.get("/requests")).status).toBe(200);
    expect((await someone.post("/session/end")).location).toBe("/login");
    expect((await someone.get("/login")).text).toContain("サインアウトしました。");
    expect((await someone.get("/requests")).location).toBe("/login");
    expect((await stolen.get("/requests")).location).toBe("/login");
  });

  test("ends after half an hour without a request, and after twelve hours in all", async () => {
    const someone = await signedIn(await applicantSite());
    now = now.add({ minutes: 29 });
    expect((await someone.get("/requests")).status).toBe(200);
    now = now.add({ minutes: 30 });
    expect((await someone.get("/requests")).location).toBe("/login");

    await someone.get("/login");
    await someone.post("/login", LOGIN);
    for (let minutes = 25; minutes < 12 * 60; minutes += 25) {
      now = now.add({ minutes: 25 });
      expect((await someone.get("/requests")).status).toBe(200);
    }
    now = now.add({ minutes: 20 });
    expect((await someone.get("/requests")).location).toBe("/login");
    expect(await db.transact((tx) => sweepSessions(tx, now))).toBeGreaterThan(0);
  });

  test("is written at most once a minute while it is only read", async () => {
    const someone = await signedIn(await applicantSite());
    await someone.get("/requests");
    const seen = async () => (await sessionRows())[0]?.lastSeenAt.toString();
    now = now.add({ seconds: 59 });
    await someone.get("/requests");
    expect(await seen()).toBe(START.toString());
    now = now.add({ seconds: 1 });
    await someone.get("/requests");
    expect(await seen()).toBe(START.add({ seconds: 60 }).toString());
  });

  test("of a disabled user is refused with the very next request", async () => {
    const someone = await signedIn(await applicantSite());
    expect((await someone.get("/requests")).status).toBe(200);
    await disableUser({ db, clock }, system("test"), cast.tenant, userId);
    expect((await someone.get("/requests")).location).toBe("/login");
  });

  test("that was ended elsewhere is not revived by a request still running", async () => {
    const someone = await signedIn(await applicantSite());
    const { DatabaseSessionStore } = await import("../../server/accounts/index.ts");
    const store = new DatabaseSessionStore({ db, clock, site: "applicant" });
    const [cookie = ""] = [...someone.cookies.values()].map(decodeURIComponent);
    const id = /^s:([^.]+)/.exec(cookie)?.[1] ?? "";
    const loaded = await new Promise<Parameters<typeof store.set>[1] | null | undefined>((resolve, reject) =>
      store.get(id, (error, found) => (error ? reject(error) : resolve(found))),
    );
    if (!loaded) throw new Error("the session was not found");
    await disableUser({ db, clock }, system("test"), cast.tenant, userId);
    await new Promise((resolve) => store.set(id, { ...loaded, next: "/" }, resolve));
    expect(await sessionRows()).toEqual([]);
  });

  test("is listed with its device and can be ended from another one, by its owner alone", async () => {
    const open = await applicantSite();
    const here = await signedIn(open);
    const there = await signedIn(open);
    const list = await here.get("/sessions");
    await expectGoodHtml(list.text);
    expect(list.text).toContain("Chrome（Windows）");
    const forms = [...list.text.matchAll(/action="(\/sessions\/[0-9a-f]{64}\/end)"/g)].map((m) => m[1] ?? "");
    expect(forms).toHaveLength(2);

    await addUser(accountDeps(), system("test"), cast.tenant, {
      ...LOGIN,
      loginId: "another",
      passwordNoticeEmail: "a@aoba.example",
      person: { name: "別人", email: "a@aoba.example" },
    });
    const stranger = await signedIn(open, { ...LOGIN, loginId: "another" });
    await stranger.get("/sessions");
    for (const form of forms) expect((await stranger.post(form)).status).toBe(404);
    expect((await here.post("/sessions/none/end")).status).toBe(404);

    const other = list.text.match(/この端末[\s\S]*?action="([^"]+)"/)?.[1];
    const theirs = forms.find((form) => form !== other) ?? "";
    expect((await here.post(theirs)).location).toBe("/sessions");
    expect((await there.get("/requests")).location).toBe("/login");
    expect((await here.get("/requests")).status).toBe(200);
  });
});

describe("passwords", () => {
  test("are changed on a page that says what is wrong beside each field", async () => {
    const open = await applicantSite();
    const someone = await signedIn(open);
    const elsewhere = await signedIn(open);
    await expectGoodHtml((await someone.get("/password")).text);
    const change = (form: Record<string, string>) =>
      someone.post("/password", {
        currentPassword: LOGIN.password,
        newPassword: NEW_PASSWORD,
        newPasswordAgain: NEW_PASSWORD,
        ...form,
      });
    const wrong = await change({ newPassword: "password1234", newPasswordAgain: "password1234" });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('href="#newPassword"');
    await expectGoodHtml(wrong.text);
    expect((await change({ currentPassword: "not mine" })).text).toContain('href="#currentPassword"');
    expect((await change({ newPasswordAgain: "different" })).text).toContain('href="#newPasswordAgain"');
    expect((await change({ newPassword: "short" })).text).toContain("12文字以上");
    expect((await change({})).location).toBe("/sessions");
    expect((await someone.get("/requests")).status).toBe(200);
    expect((await elsewhere.get("/requests")).location).toBe("/login");
  });

  test("that are temporary must be changed before anything else", async () => {
    const { applicantUsers: u } = accountTables(db.read.columns);
    await db.transact(async (tx) => {
      await tx.update(u).set({ mustChangePassword: true }).where(eq(u.id, userId));
    });
    const someone = (await applicantSite())();
    await someone.get("/requests");
    await someone.get("/login");
    expect((await someone.post("/login", LOGIN)).location).toBe("/password");
    expect((await someone.get("/requests")).location).toBe("/password");
    expect((await someone.get("/sessions")).location).toBe("/password");
    const page = await someone.get("/password");
    await expectGoodHtml(page.text);
    expect(page.text).not.toContain('name="currentPassword"');
    const form = { newPassword: NEW_PASSWORD, newPasswordAgain: NEW_PASSWORD };
    expect((await someone.post("/password", form)).status).toBe(303);
    expect((await someone.get("/requests")).status).toBe(200);
  });

  test("that are forgotten get the same answer for everybody", async () => {
    const someone = (await applicantSite())();
    await expectGoodHtml((await someone.get("/password-reset")).text);
    const answers = [];
    for (const loginId of [LOGIN.loginId, "nobody.here"]) {
      const { status, location } = await someone.post("/password-reset", { loginId });
      answers.push({ status, location });
    }
    expect(answers[0]).toEqual({ status: 303, location: "/password-reset/sent" });
    expect(answers[1]).toEqual(answers[0]);
    await expectGoodHtml((await someone.get("/password-reset/sent")).text);
  });
});

describe("the second factor of an operator", () => {
  async function operatorSite() {
    let origin = "https://localhost";
    const deps = {
      db,
      clock,
      sealingKey: randomBytes(32),
      passkeys: passkeysOf(() => origin, "Inkan"),
      totpIssuer: "Inkan オペレーターサイト",
    };
    const approval = routesOf<typeof deps>()({
      method: "GET",
      path: "/requests/1/approval",
      permission: "operator",
      freshSecondFactor: true,
      handle: () => json({ approved: true }),
    });
    origin = await runningSite<typeof deps>({
      name: "operator",
      routes: [...secondFactorRoutes("operator"), approval],
      deps,
      db,
      clock,
      certificate,
      identify: async (): Promise<Actor> => cast.taro,
      owesSecondFactor: owesSecondFactor({ db, clock }),
      signInPath: null,
      signOutPath: null,
    });
    return { taro: visitor(origin, root.pem), origin };
  }

  const keyOn = (text: string) => /<code class="mono">([A-Z2-7]{32})</.exec(text)?.[1] ?? "";
  const codeOf = (key: string) =>
    new TOTP({ secret: Secret.fromBase32(key) }).generate({ timestamp: now.epochMilliseconds });

  test("is enrolled at the first visit, lasts five minutes, and takes no code twice", async () => {
    const { taro } = await operatorSite();
    expect((await taro.get("/requests/1/approval")).location).toBe("/second-factor");
    expect((await taro.get("/second-factor")).location).toBe("/second-factors");
    await expectGoodHtml((await taro.get("/second-factors")).text);

    const form = await taro.get("/second-factors/totp");
    await expectGoodHtml(form.text);
    const key = keyOn(form.text);
    expect(keyOn((await taro.get("/second-factors/totp")).text)).toBe(key);
    const wrong = await taro.post("/second-factors/totp", { code: "000000", name: "電話" });
    expect(wrong.status).toBe(422);
    expect(keyOn(wrong.text)).toBe(key);
    const code = codeOf(key);
    expect((await taro.post("/second-factors/totp", { code, name: "電話" })).location).toBe(
      "/requests/1/approval",
    );
    expect((await taro.get("/requests/1/approval")).status).toBe(200);
    expect(JSON.stringify(await sessionRows())).not.toContain(key);

    now = now.add({ minutes: 5 });
    expect((await taro.get("/requests/1/approval")).location).toBe("/second-factor");
    await expectGoodHtml((await taro.get("/second-factor")).text);
    expect((await taro.post("/second-factor", { code })).status).toBe(422);
    const next = codeOf(key);
    expect((await taro.post("/second-factor", { code: next })).location).toBe("/requests/1/approval");
    expect((await taro.get("/requests/1/approval")).status).toBe(200);
    await taro.get("/second-factor");
    expect((await taro.post("/second-factor", { code: next })).status).toBe(422);
  });

  test("guards its own list: adding and removing need one just given, and the last one stays", async () => {
    const { taro } = await operatorSite();
    const key = keyOn((await taro.get("/second-factors/totp")).text);
    await taro.post("/second-factors/totp", { code: codeOf(key), name: "電話" });
    now = now.add({ minutes: 6 });
    const list = await taro.get("/second-factors");
    await expectGoodHtml(list.text);
    expect(list.text).not.toContain("/removal");
    for (const path of ["/second-factors/totp", "/second-factors/passkey"]) {
      expect((await taro.get(path)).location).toBe("/second-factor");
    }
    const stolen = { code: codeOf(key), name: "泥棒" };
    expect((await taro.post("/second-factors/totp", stolen)).location).toBe("/second-factor");

    await taro.get("/second-factor");
    expect((await taro.post("/second-factor", { code: codeOf(key) })).location).toBe("/second-factors/totp");
    const second = keyOn((await taro.get("/second-factors/totp")).text);
    expect(second).not.toBe(key);
    await taro.post("/second-factors/totp", { code: codeOf(second), name: "予備" });
    const both = await taro.get("/second-factors");
    const [, removal = ""] = /href="(\/second-factors\/[^"]+\/removal)"/.exec(both.text) ?? [];
    await expectGoodHtml((await taro.get(removal)).text);
    expect((await taro.post(removal)).location).toBe("/second-factors");
    const rest = await taro.get("/second-factors");
    expect(rest.text).not.toContain("/removal");
    now = now.add({ minutes: 6 });
    expect((await taro.post(removal)).location).toBe("/second-factor");
  });

  test("may be a passkey", async () => {
    const { taro, origin } = await operatorSite();
    const key = newAuthenticator();
    const optionsOn = (text: string): { challenge: string } =>
      JSON.parse((/data-options="([^"]+)"/.exec(text)?.[1] ?? "").replaceAll("&quot;", '"'));
    const form = await taro.get("/second-factors/passkey");
    await expectGoodHtml(form.text);
    const { challenge } = optionsOn(form.text);
    const credential = JSON.stringify(key.register({ challenge, origin }));
    const garbage = await taro.post("/second-factors/passkey", { credential: "{", name: "鍵" });
    expect(garbage.status).toBe(422);
    // A new page, a new challenge: the answer to the old one is refused.
    expect((await taro.post("/second-factors/passkey", { credential, name: "鍵" })).status).toBe(422);
    const again = optionsOn((await taro.get("/second-factors/passkey")).text);
    const right = JSON.stringify(key.register({ ...again, origin }));
    expect((await taro.post("/second-factors/passkey", { credential: right, name: "鍵" })).status).toBe(303);

    now = now.add({ minutes: 6 });
    expect((await taro.get("/requests/1/approval")).location).toBe("/second-factor");
    const page = await taro.get("/second-factor");
    await expectGoodHtml(page.text);
    const answer = JSON.stringify(key.authenticate({ ...optionsOn(page.text), origin }));
    const given = await taro.post("/second-factor/passkey", { credential: answer });
    expect(given.location).toBe("/requests/1/approval");
    expect((await taro.get("/requests/1/approval")).status).toBe(200);
    await taro.get("/second-factor");
    expect((await taro.post("/second-factor/passkey", { credential: answer })).status).toBe(422);
  });

  test("counts only with the certificate it was given with", async () => {
    const { taro } = await operatorSite();
    const key = keyOn((await taro.get("/second-factors/totp")).text);
    await taro.post("/second-factors/totp", { code: codeOf(key), name: "電話" });
    expect((await taro.get("/requests/1/approval")).status).toBe(200);
    cast = { ...cast, taro: { ...cast.taro, fingerprint: "another" } };
    expect((await taro.get("/requests/1/approval")).location).toBe("/second-factor");
  });
});
