import { randomBytes } from "node:crypto";
import { eq } from "drizzle-orm";
import { Secret, TOTP } from "otpauth";
import { describe, expect, test } from "vitest";
import { changePassword } from "../../server/accounts/change-password.ts";
import { enrolPasskey } from "../../server/accounts/enrol-factor.ts";
import { factorsOf } from "../../server/accounts/factor-store.ts";
import { givePasskey, giveTotp } from "../../server/accounts/give-factor.ts";
import {
  type AddUserInput,
  addUser,
  disableUser,
  enableUser,
  enrolTotp,
  newTotpSecret,
  passkeysOf,
  sendTemporaryPassword,
  sweepThrottles,
  totpSecretText,
} from "../../server/accounts/index.ts";
import { removeFactor } from "../../server/accounts/remove-factor.ts";
import { ownerOf } from "../../server/accounts/second-factor.ts";
import { requestTemporaryPassword } from "../../server/accounts/send-temporary-password.ts";
import { signIn } from "../../server/accounts/sign-in.ts";
import { accountTables } from "../../server/accounts/tables.ts";
import { auditTables, verifyAudit } from "../../server/audit/index.ts";
import type { Database } from "../../server/db/index.ts";
import { type StaffActor, system, type Tenant, tenantOf } from "../../server/kernel/actor.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import { aobaTrading } from "../support/aoba.ts";
import { newAuthenticator } from "../support/authenticator.ts";
import { onBothEngines } from "../support/databases.ts";

const START = Temporal.Instant.from("2026-11-21T03:00:00Z");
const PASSWORD = "kumo-no-ue-no-neko-7";
const NEW_PASSWORD = "yuuyake no mukou ni sanba";
const OFFICE = "203.0.113.7";
const CAFE = "198.51.100.20";

/** A server's dependencies with a clock that the test turns. */
function server(db: Database) {
  let now = START;
  return {
    db,
    clock: { now: () => now },
    mailFrom: "Inkan <no-reply@ca.example>",
    siteUrls: { applicant: "https://localhost:8441" },
    sealingKey: randomBytes(32),
    pass: (time: Temporal.DurationLike) => {
      now = now.add(time);
    },
  };
}
type Server = ReturnType<typeof server>;

const desk = system("test");

async function newUser(deps: Server, changes: Partial<AddUserInput> = {}) {
  const { tenant } = await aobaTrading(deps.db, START);
  const added = await addUser(deps, desk, tenant, {
    loginId: "Midori.01",
    passwordNoticeEmail: "midori@aoba.example",
    person: { name: "高橋 緑", email: "midori@aoba.example" },
    password: PASSWORD,
    ...changes,
  });
  return { tenant, ...added };
}

/** The problem's code, or "fine". */
async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "fine";
  } catch (error) {
    if (isProblem(error)) return error.code;
    throw error;
  }
}

const enter = (deps: Server, password: string, { loginId = "midori.01", address = OFFICE } = {}) =>
  signIn(deps, { loginId, password, address });

async function mailed(db: Database, kind: string) {
  const { messages: m } = outboxTables(db.read.columns);
  return await db.read.select().from(m).where(eq(m.kind, kind)).orderBy(m.id);
}

const passwordIn = (text = ""): string => /([0-9A-Z]{4}-){3}[0-9A-Z]{4}/.exec(text)?.[0] ?? "";

async function userRow(db: Database, id: string) {
  const { applicantUsers: u } = accountTables(db.read.columns);
  const [row] = await db.read.select().from(u).where(eq(u.id, id));
  return row;
}

async function openSession(db: Database, id: string, ownerId: string) {
  const { sessions: s } = accountTables(db.read.columns);
  const at = { createdAt: START, lastSeenAt: START, endsAt: START.add({ hours: 12 }) };
  await db.transact(async (tx) => {
    await tx
      .insert(s)
      .values({ id, site: "applicant", ownerId, data: {}, userAgent: "", address: OFFICE, ...at });
  });
}

async function openSessions(db: Database): Promise<string[]> {
  const { sessions: s } = accountTables(db.read.columns);
  return (await db.read.select({ id: s.id }).from(s).orderBy(s.id)).map(({ id }) => id);
}

onBothEngines("the applicant site's users", (open) => {
  describe("a new user", () => {
    test("signs in with the password of the application, whatever the case of the ID", async () => {
      const deps = server(await open());
      const { tenant, userId } = await newUser(deps);
      const actor = await enter(deps, PASSWORD, { loginId: " MIDORI.01 " });
      expect(actor).toMatchObject({ kind: "applicant", userId, tenant, mustChangePassword: false });
      expect((await userRow(deps.db, userId))?.lastLoginAt).toEqual(START);
      expect((await mailed(deps.db, "temporary-password")).length).toBe(0);
    });

    test("without one gets a temporary password by mail, in no other place", async () => {
      const deps = server(await open());
      const { tenant } = await aobaTrading(deps.db, START);
      const { userId } = await addUser(deps, desk, tenant, {
        loginId: "midori.01",
        passwordNoticeEmail: "notice@aoba.example",
        person: { name: "高橋 緑", email: "midori@aoba.example" },
      });
      const [mail] = await mailed(deps.db, "temporary-password");
      const temporary = passwordIn(mail?.text);
      expect(mail?.to).toEqual(["notice@aoba.example"]);
      expect(mail?.textToKeep).not.toContain(temporary);
      expect((await mailed(deps.db, "applicant-login"))[0]?.text).toContain("midori.01");
      const { auditEntries } = auditTables(deps.db.read.columns);
      const written = JSON.stringify([
        await deps.db.read.select().from(auditEntries),
        await userRow(deps.db, userId),
      ]);
      expect(written).not.toContain(temporary);
      expect(await enter(deps, temporary)).toMatchObject({ userId, mustChangePassword: true });
    });

    test("needs an ID of their own and a person of their company", async () => {
      const deps = server(await open());
      const { tenant, personId } = await newUser(deps);
      const other = await aobaTrading(deps.db, START, { domain: "other.example" });
      const add = (to: Tenant, changes: Partial<AddUserInput>) =>
        outcome(
          addUser(deps, desk, to, {
            loginId: "another",
            passwordNoticeEmail: "a@aoba.example",
            person: { id: personId },
            ...changes,
          }),
        );
      expect(await add(other.tenant, { loginId: "MIDORI.01" })).toBe("not-found");
      expect(await add(tenant, { loginId: "MIDORI.01" })).toBe("login-id-taken");
      expect(await add(tenant, { loginId: "no good" })).toBe("form-invalid");
      expect(await add(tenant, { password: "password1234" })).toBe("password-common");
      expect(await add(tenant, {})).toBe("fine");
    });

    test("twice at the same moment exists once", async () => {
      const deps = server(await open());
      const { tenant, personId } = await newUser(deps);
      const input = { loginId: "twins.1", passwordNoticeEmail: "a@aoba.example", person: { id: personId } };
      const both = await Promise.all([1, 2].map(() => outcome(addUser(deps, desk, tenant, input))));
      expect(both.sort()).toEqual(["fine", "login-id-taken"]);
    });
  });

  describe("a temporary password", () => {
    const ask = (deps: Server, loginId = "midori.01", address = OFFICE) =>
      outcome(requestTemporaryPassword(deps, { loginId, address }));

    test("works once, beside the user's own, and must be changed for another", async () => {
      const deps = server(await open());
      const { userId } = await newUser(deps);
      expect(await ask(deps)).toBe("fine");
      const temporary = passwordIn((await mailed(deps.db, "temporary-password"))[0]?.text);
      expect(await enter(deps, PASSWORD)).toMatchObject({ mustChangePassword: false });
      // Signing in with their own, they have not forgotten it: the temporary one is void.
      expect(await outcome(enter(deps, temporary))).toBe("credentials-wrong");

      await ask(deps);
      const second = passwordIn((await mailed(deps.db, "temporary-password"))[1]?.text);
      const actor = await enter(deps, second);
      expect(actor).toMatchObject({ mustChangePassword: true });
      expect(await outcome(enter(deps, second))).toBe("credentials-wrong");

      const change = (newPassword: string) =>
        outcome(
          changePassword(deps, actor, {
            currentPassword: "",
            newPassword,
            newPasswordAgain: newPassword,
            address: OFFICE,
            keepSession: "none",
          }),
        );
      expect(await change(second)).toBe("password-same");
      expect(await change(PASSWORD)).toBe("password-same");
      expect(await change(NEW_PASSWORD)).toBe("fine");
      expect(await userRow(deps.db, userId)).toMatchObject({
        mustChangePassword: false,
        temporaryHash: null,
      });
      expect(await enter(deps, NEW_PASSWORD)).toMatchObject({ mustChangePassword: false });
      expect(await outcome(enter(deps, PASSWORD))).toBe("credentials-wrong");
    });

    test("used twice at the same moment lets one in", async () => {
      const deps = server(await open());
      await newUser(deps);
      await ask(deps);
      const temporary = passwordIn((await mailed(deps.db, "temporary-password"))[0]?.text);
      const both = await Promise.all([1, 2].map(() => outcome(enter(deps, temporary))));
      expect(both.sort()).toEqual(["credentials-wrong", "fine"]);
    });

    test("lapses after a day", async () => {
      const deps = server(await open());
      await newUser(deps);
      await ask(deps);
      const temporary = passwordIn((await mailed(deps.db, "temporary-password"))[0]?.text);
      deps.pass({ hours: 24 });
      expect(await outcome(enter(deps, temporary))).toBe("credentials-wrong");
      expect(await outcome(enter(deps, PASSWORD))).toBe("fine");
    });

    test("is promised to everybody and sent to those who exist, at most three an hour", async () => {
      const deps = server(await open());
      const { tenant, userId } = await newUser(deps);
      expect(await ask(deps, "nobody.here")).toBe("fine");
      expect((await mailed(deps.db, "temporary-password")).length).toBe(0);
      for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"]) {
        expect(await ask(deps, "midori.01", address)).toBe("fine");
      }
      expect((await mailed(deps.db, "temporary-password")).length).toBe(3);
      await disableUser(deps, desk, tenant, userId);
      deps.pass({ hours: 2 });
      expect(await ask(deps)).toBe("fine");
      expect((await mailed(deps.db, "temporary-password")).length).toBe(3);
      expect(await outcome(sendTemporaryPassword(deps, desk, tenant, userId))).toBe("not-allowed");
    });

    test("is sent from the desk to users of that subscriber alone", async () => {
      const deps = server(await open());
      const { tenant, userId } = await newUser(deps);
      const other = await aobaTrading(deps.db, START, { domain: "other.example" });
      expect(await outcome(sendTemporaryPassword(deps, desk, other.tenant, userId))).toBe("not-found");
      expect(await outcome(sendTemporaryPassword(deps, desk, tenant, userId))).toBe("fine");
      expect((await mailed(deps.db, "temporary-password")).length).toBe(1);
    });
  });

  describe("a password change", () => {
    test("asks for the present one, ends the other sessions, and says what is wrong", async () => {
      const deps = server(await open());
      const { userId } = await newUser(deps);
      const actor = await enter(deps, PASSWORD);
      for (const id of ["here", "phone", "office"]) await openSession(deps.db, id, userId);
      await openSession(deps.db, "stranger", "somebody-else");
      const change = (currentPassword: string, newPassword: string, newPasswordAgain = newPassword) =>
        outcome(
          changePassword(deps, actor, {
            currentPassword,
            newPassword,
            newPasswordAgain,
            address: OFFICE,
            keepSession: "here",
          }),
        );
      expect(await change("not my password", NEW_PASSWORD)).toBe("current-password-wrong");
      expect(await change(PASSWORD, NEW_PASSWORD, `${NEW_PASSWORD}.`)).toBe("password-mismatch");
      expect(await change(PASSWORD, "short")).toBe("password-length");
      expect(await change(PASSWORD, "justinbieber")).toBe("password-common");
      expect(await change(PASSWORD, "my midori.01 secret")).toBe("password-contains-login-id");
      expect(await change(PASSWORD, PASSWORD)).toBe("password-same");
      expect(await openSessions(deps.db)).toEqual(["here", "office", "phone", "stranger"]);
      expect(await change(PASSWORD, NEW_PASSWORD)).toBe("fine");
      expect(await openSessions(deps.db)).toEqual(["here", "stranger"]);
      expect(await outcome(enter(deps, NEW_PASSWORD))).toBe("fine");
    });

    test("cannot be used to guess the present one", async () => {
      const deps = server(await open());
      await newUser(deps);
      const actor = await enter(deps, PASSWORD);
      const guess = (currentPassword: string) =>
        outcome(
          changePassword(deps, actor, {
            currentPassword,
            newPassword: NEW_PASSWORD,
            newPasswordAgain: NEW_PASSWORD,
            address: OFFICE,
            keepSession: "here",
          }),
        );
      for (let count = 0; count < 5; count += 1)
        expect(await guess("a guess")).toBe("current-password-wrong");
      expect(await guess(PASSWORD)).toBe("too-many-attempts");
    });
  });

  describe("a user who leaves", () => {
    test("is out at once, everywhere, and comes back only when enabled", async () => {
      const deps = server(await open());
      const { tenant, userId } = await newUser(deps);
      await openSession(deps.db, "a", userId);
      await openSession(deps.db, "b", userId);
      const other = await aobaTrading(deps.db, START, { domain: "other.example" });
      expect(await outcome(disableUser(deps, desk, other.tenant, userId))).toBe("not-found");
      await disableUser(deps, desk, tenant, userId);
      expect(await openSessions(deps.db)).toEqual([]);
      expect(await outcome(enter(deps, PASSWORD))).toBe("credentials-wrong");
      expect(await outcome(enableUser(deps, desk, other.tenant, userId))).toBe("not-found");
      await enableUser(deps, desk, tenant, userId);
      expect(await outcome(enter(deps, PASSWORD))).toBe("fine");
      expect((await verifyAudit(deps.db.read)).broken).toBeNull();
    });

    test("whose company has left cannot sign in", async () => {
      const deps = server(await open());
      const { tenant } = await newUser(deps);
      const { subscribers: s } = organizationTables(deps.db.read.columns);
      await deps.db.transact(async (tx) => {
        await tx.update(s).set({ state: "TERMINATED" }).where(eq(s.id, tenant));
      });
      expect(await outcome(enter(deps, PASSWORD))).toBe("credentials-wrong");
    });
  });

  describe("guessing", () => {
    test("is slowed down for the address that guesses, while the owner still comes in", async () => {
      const deps = server(await open());
      await newUser(deps);
      for (let count = 0; count < 5; count += 1) {
        expect(await outcome(enter(deps, "a wrong guess", { address: CAFE }))).toBe("credentials-wrong");
      }
      expect(await outcome(enter(deps, PASSWORD, { address: CAFE }))).toBe("too-many-attempts");
      expect(await outcome(enter(deps, PASSWORD, { address: OFFICE }))).toBe("fine");
      deps.pass({ seconds: 31 });
      expect(await outcome(enter(deps, PASSWORD, { address: CAFE }))).toBe("fine");
      // A success clears the slate.
      for (let count = 0; count < 4; count += 1)
        await outcome(enter(deps, "a wrong guess", { address: CAFE }));
      expect(await outcome(enter(deps, PASSWORD, { address: CAFE }))).toBe("fine");
    });

    test("of an unknown ID is slowed down in the same way", async () => {
      const deps = server(await open());
      const answers: string[] = [];
      for (let count = 0; count < 6; count += 1) {
        answers.push(await outcome(enter(deps, "a wrong guess", { loginId: "nobody.here" })));
      }
      expect(answers.slice(0, 5)).toEqual(Array(5).fill("credentials-wrong"));
      expect(answers[5]).toBe("too-many-attempts");
    });

    test("all at once counts every guess", async () => {
      const deps = server(await open());
      await newUser(deps);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => outcome(enter(deps, "a wrong guess", { address: CAFE }))),
      );
      expect(answers.filter((one) => one === "credentials-wrong")).toHaveLength(5);
    });

    test("from everywhere leaves every address two tries, the owner's new one too", async () => {
      const deps = server(await open());
      await newUser(deps);
      for (let count = 0; count < 20; count += 1) {
        await outcome(enter(deps, "a wrong guess", { address: `198.51.100.${count}` }));
      }
      const fromHotel = (password: string) => outcome(enter(deps, password, { address: "192.0.2.99" }));
      expect(await fromHotel("a typing mistake")).toBe("credentials-wrong");
      expect(await fromHotel(PASSWORD)).toBe("fine");
      expect(await fromHotel("a wrong guess")).toBe("credentials-wrong");
      expect(await fromHotel("a wrong guess")).toBe("credentials-wrong");
      expect(await fromHotel(PASSWORD)).toBe("too-many-attempts");
    });

    test("is forgotten after a day", async () => {
      const deps = server(await open());
      await outcome(enter(deps, "a wrong guess"));
      const sweep = () => deps.db.transact((tx) => sweepThrottles(tx, deps.clock.now()));
      expect(await sweep()).toBe(0);
      deps.pass({ hours: 24 });
      expect(await sweep()).toBe(3);
    });
  });
});

onBothEngines("the second factor", (open) => {
  const staff: StaffActor = {
    kind: "staff",
    staffId: "staff-1",
    name: "審査 花子",
    roles: [],
    fingerprint: "aa",
  };
  const codeAt = (secret: Uint8Array, now: Temporal.Instant) =>
    new TOTP({ secret: Secret.fromBase32(totpSecretText(secret)) }).generate({
      timestamp: now.epochMilliseconds,
    });

  async function enrolled(deps: Server, actor: Parameters<typeof enrolTotp>[1] = staff) {
    const secret = newTotpSecret();
    const code = codeAt(secret, deps.clock.now());
    await enrolTotp(deps, actor, { secret, code, name: "認証アプリ", fresh: false });
    deps.pass({ seconds: 30 });
    return secret;
  }

  test("is enrolled with a right code, which is used up", async () => {
    const deps = server(await open());
    const secret = newTotpSecret();
    const enrol = (code: string) =>
      outcome(enrolTotp(deps, staff, { secret, code, name: "認証アプリ", fresh: false }));
    expect(await enrol("000000")).toBe("second-factor-wrong");
    const code = codeAt(secret, deps.clock.now());
    expect(await enrol(code)).toBe("fine");
    expect(await outcome(giveTotp(deps, staff, { code, address: OFFICE }))).toBe("second-factor-wrong");
    expect(JSON.stringify(await factorsOf(deps.db.read, ownerOf(staff)))).not.toContain(
      totpSecretText(secret),
    );
    // A second one only with a factor just given.
    deps.pass({ seconds: 30 });
    const again = { secret, code: codeAt(secret, deps.clock.now()), name: "2", fresh: false };
    expect(await outcome(enrolTotp(deps, staff, again))).toBe("second-factor-required");
    expect(await outcome(enrolTotp(deps, staff, { ...again, fresh: true }))).toBe("fine");
  });

  test("takes each code once, also at the same moment", async () => {
    const deps = server(await open());
    const secret = await enrolled(deps);
    const code = codeAt(secret, deps.clock.now());
    const give = () => outcome(giveTotp(deps, staff, { code, address: OFFICE }));
    expect((await Promise.all([give(), give(), give()])).sort()).toEqual([
      "fine",
      "second-factor-wrong",
      "second-factor-wrong",
    ]);
    expect(await give()).toBe("second-factor-wrong");
  });

  test("cannot be guessed", async () => {
    const deps = server(await open());
    const secret = await enrolled(deps);
    const right = codeAt(secret, deps.clock.now());
    const wrong = right === "000000" ? "111111" : "000000";
    const give = (code: string) => outcome(giveTotp(deps, staff, { code, address: OFFICE }));
    for (let count = 0; count < 5; count += 1) expect(await give(wrong)).toBe("second-factor-wrong");
    expect(await give(right)).toBe("too-many-attempts");
  });

  test("belongs to one person: another's code opens nothing", async () => {
    const deps = server(await open());
    const secret = await enrolled(deps);
    const other: StaffActor = { ...staff, staffId: "staff-2" };
    await enrolled(deps, other);
    const code = codeAt(secret, deps.clock.now());
    expect(await outcome(giveTotp(deps, other, { code, address: OFFICE }))).toBe("second-factor-wrong");
    const [factor] = await factorsOf(deps.db.read, ownerOf(staff));
    const removal = { factorId: factor?.id ?? "", fresh: true };
    expect(await outcome(removeFactor(deps, other, removal))).toBe("not-found");
  });

  test("keeps its last one while the policy asks for it", async () => {
    const deps = server(await open());
    const { taro, tenant } = await aobaTrading(deps.db, START);
    await enrolled(deps, taro);
    const [factor] = await factorsOf(deps.db.read, ownerOf(taro));
    const remove = (fresh: boolean) =>
      outcome(removeFactor(deps, taro, { factorId: factor?.id ?? "", fresh }));
    expect(await remove(false)).toBe("second-factor-required");
    expect(await remove(true)).toBe("last-second-factor");
    const { subscribers: s } = organizationTables(deps.db.read.columns);
    const policy = { samePersonMayApprove: false, secondFactorForApproval: false };
    await deps.db.transact(async (tx) => {
      await tx
        .update(s)
        .set({ policy })
        .where(eq(s.id, tenantOf(tenant)));
    });
    expect(await remove(true)).toBe("fine");
    expect(await factorsOf(deps.db.read, ownerOf(taro))).toEqual([]);
  });

  test("is a passkey: once a challenge, for this site, by its owner, with the counter rising", async () => {
    const origin = "https://localhost:8443";
    const deps = { ...server(await open()), passkeys: passkeysOf(() => origin, "Inkan") };
    const { passkeys } = deps;
    const key = newAuthenticator();
    const creation = await passkeys.registrationOptions(staff, []);
    expect(creation).toMatchObject({
      rp: { id: "localhost" },
      authenticatorSelection: { userVerification: "required" },
    });
    const enrol = (answer: ReturnType<typeof key.register>) =>
      outcome(enrolPasskey(deps, staff, { challenge: creation.challenge, answer, name: "鍵", fresh: false }));
    const asked = { challenge: creation.challenge, origin };
    expect(await enrol(key.register({ ...asked, origin: "https://localhost:8442" }))).toBe("passkey-refused");
    expect(await enrol(key.register({ ...asked, challenge: "AAAA" }))).toBe("passkey-refused");
    expect(await enrol(key.register({ ...asked, rpId: "evil.example" }))).toBe("passkey-refused");
    expect(await enrol(key.register({ ...asked, userVerified: false }))).toBe("passkey-refused");
    expect(await enrol(key.register(asked))).toBe("fine");

    const options = await passkeys.authenticationOptions(await factorsOf(deps.db.read, ownerOf(staff)));
    expect(options).toMatchObject({
      rpId: "localhost",
      allowCredentials: [{ id: key.id }],
      userVerification: "required",
    });
    const challenge = options?.challenge ?? "";
    const give = (answer: ReturnType<typeof key.authenticate>, actor = staff) =>
      outcome(givePasskey(deps, actor, { challenge, answer, address: OFFICE }));
    const right = key.authenticate({ challenge, origin });
    expect(await give(right, { ...staff, staffId: "staff-2" })).toBe("passkey-refused");
    expect(await give(right)).toBe("fine");
    expect(await give(right)).toBe("passkey-refused");
    expect(
      await give(key.authenticate({ challenge, origin: "https://evil.example", rpId: "localhost" })),
    ).toBe("passkey-refused");
    expect(await give(key.authenticate({ challenge, origin, userVerified: false }))).toBe("passkey-refused");
    deps.pass({ hours: 1 });
    const forged = newAuthenticator().authenticate({ challenge, origin });
    expect(await give({ ...forged, id: key.id, rawId: key.id })).toBe("passkey-refused");
    key.counter = 0;
    expect(await give(key.authenticate({ challenge, origin }))).toBe("passkey-refused");
    key.counter = 10;
    expect(await give(key.authenticate({ challenge, origin }))).toBe("fine");
    expect((await verifyAudit(deps.db.read)).broken).toBeNull();
  });
});
