import { X509Certificate } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { appendAudit } from "../../server/audit/index.ts";
import { auditTables } from "../../server/audit/tables.ts";
import type { Database } from "../../server/db/index.ts";
import { system } from "../../server/kernel/actor.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { outboxTables } from "../../server/outbox/index.ts";
import type { DeskHome } from "../../server/sites/desk-home.ts";
import { openssl } from "../pki/openssl.ts";
import { aobaTrading } from "../support/aoba.ts";
import { makeRoot, storeStaffRoot } from "../support/certificates.ts";
import { csrPem } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { deskVisitor, type Visited } from "../support/desk.ts";
import { approvedRequests, clockAt, NOW } from "../support/issuing.ts";

const root = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root", key: "RSA-2048", days: 3000 });

async function desk(db: Database) {
  await storeStaffRoot(db, root);
  const clock = clockAt(NOW);
  return { ...deskVisitor(db, clock, root), clock };
}

const SUBSCRIBER = {
  step: "register",
  name: "ＡＢＣ商事株式会社",
  noticeAddress: "notice@abc.example",
  language: "ja",
  commitment: "１，０００",
  secondFactorForApproval: "on",
};

const ORGANIZATION = {
  nameJa: "株式会社髙橋（東京）",
  legalForm: "株式会社",
  registryNumber: "０１００−０１ー０００００１",
  mainPhone: "（０３）１２３４ー５６７８",
  representativeName: "髙橋 一郎",
  postalCode: "〒１０００００１",
  prefecture: "東京都",
  localityJa: "千代田区",
  street: "千代田1-1",
  responsibleName: "鈴木 次郎",
  responsibleKana: "すずき　じろう",
};

/** What is wrong with it, what differs from ORGANIZATION, and the fields that say so. */
const REFUSED: readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[] = [
  ["a name of 21 characters", { nameJa: "あ".repeat(21) }, ["nameJa"]],
  ["a registered corporation without its number", { registryNumber: "" }, ["registryNumber"]],
  ["the 13 digits of the corporate number", { registryNumber: "7010001000001" }, ["registryNumber"]],
  ["a prefecture of another country", { prefecture: "Bavaria" }, ["prefecture"]],
  ["an English subject without its fields", { englishSubject: "on" }, ["localityEn", "nameEn"]],
  [
    "a Japanese name as the English one",
    { englishSubject: "on", nameEn: "髙橋", localityEn: "X" },
    ["nameEn"],
  ],
  ["EV without category and direct line", { evEnabled: "on" }, ["evCategory", "responsiblePhone"]],
  ["a phone that is none", { mainPhone: "123" }, ["mainPhone"]],
  ["a postcode that is none", { postalCode: "100-001" }, ["postalCode"]],
  ["a reading in kanji", { responsibleKana: "鈴木" }, ["responsibleKana"]],
];

/** The place that a page redirected to. */
function placeOf({ to, errors }: Visited): string {
  expect(errors).toEqual({});
  if (to === null) throw new Error("it led nowhere");
  return to;
}

const register = async (visitor: Awaited<ReturnType<typeof desk>>) =>
  placeOf(await visitor.post("/subscribers/new", SUBSCRIBER)).replace("/registration", "");

onBothEngines("the desk", (open) => {
  test("registers a subscriber by way of a check page", async () => {
    const db = await open();
    const visitor = await desk(db);
    expect((await visitor.get("/subscribers")).html).toContain("加入者はまだ登録されていません");
    await visitor.get("/subscribers/new");
    const wrong = await visitor.post("/subscribers/new", {
      step: "check",
      language: "fr",
      commitment: "many",
    });
    expect(Object.keys(wrong.errors).sort()).toEqual(["commitment", "language", "name", "noticeAddress"]);
    // No operator of a longer name could ever be given a certificate.
    const long = await visitor.post("/subscribers/new", { ...SUBSCRIBER, name: "長".repeat(65) });
    expect(Object.keys(long.errors)).toEqual(["name"]);
    const check = await visitor.post("/subscribers/new", { ...SUBSCRIBER, step: "check" });
    expect(check.html).toContain("1,000 枚");
    expect((await visitor.post("/subscribers/new", { ...SUBSCRIBER, step: "change" })).html).toContain(
      "ＡＢＣ",
    );
    const at = await register(visitor);
    await visitor.get(`${at}/registration`);
    const shown = await visitor.get(at);
    expect(shown.model["contract"]).toMatchObject({ commitment: 1000, used: 0, inForce: true });
    // The legal name is kept as the registry has it, and found in either width.
    for (const search of ["ABC", "ａｂｃ", "商事"]) {
      const { html } = await visitor.get(`/subscribers?search=${encodeURIComponent(search)}`);
      expect(html).toContain("ＡＢＣ商事株式会社");
    }
    expect((await visitor.get("/subscribers?search=%25")).html).toContain("条件に合う加入者はありません");
  });

  test("pages through subscribers both ways", async () => {
    const db = await open();
    const visitor = await desk(db);
    const places: string[] = [];
    for (let count = 0; count < 27; count += 1) places.push(await register(visitor));
    const first = (await visitor.get("/subscribers")).model as { rows: { id: string }[]; older: string };
    expect(first).toMatchObject({ total: 27, newer: null });
    expect(first.rows.map(({ id }) => `/subscribers/${id}`)).toEqual(places.toReversed().slice(0, 25));
    const second = (await visitor.get(`/subscribers?after=${first.older}`)).model as {
      rows: unknown[];
      newer: string;
    };
    expect(second.rows).toHaveLength(2);
    const back = await visitor.get(`/subscribers?before=${second.newer}`);
    expect(back.model["rows"]).toEqual(first.rows);
  });

  test("writes an organisation down as vetted, its numbers normalised and its names raw", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    await visitor.get(`${at}/organizations/new`);
    const place = placeOf(await visitor.post(`${at}/organizations/new`, ORGANIZATION));
    const { organization, responsible } = (await visitor.get(place)).model as {
      organization: Record<string, unknown>;
      responsible: Record<string, unknown>[];
    };
    expect(organization).toMatchObject({
      nameJa: "株式会社髙橋（東京）",
      registryNumber: "010001000001",
      mainPhone: "03-1234-5678",
      postalCode: "100-0001",
      nameEn: null,
      evCategory: null,
      state: "VETTED",
    });
    expect(responsible).toMatchObject([{ name: "鈴木 次郎", kana: "スズキ ジロウ" }]);
    await visitor.get(at);
  });

  test("refuses an organisation that is not written down as it must be", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    for (const [what, changes, fields] of REFUSED) {
      const { errors } = await visitor.post(`${at}/organizations/new`, { ...ORGANIZATION, ...changes });
      expect(Object.keys(errors).sort(), what).toEqual(fields);
    }
  });

  test("asks no registry number of a ministry", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    const ministry = { ...ORGANIZATION, legalForm: "中央省庁", registryNumber: "" };
    placeOf(await visitor.post(`${at}/organizations/new`, ministry));
  });

  test("registers many domains, each with its own result", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    const place = placeOf(await visitor.post(`${at}/organizations/new`, ORGANIZATION));
    await visitor.get(`${place}/domains/new`);
    const names = "ｅｘａｍｐｌｅ．ｃｏ．ｊｐ, www.example.co.jp\n日本語.jp、*.example.jp localhost";
    const { model } = await visitor.post(`${place}/domains/new`, { names });
    const results = model["results"] as { name: string; refused: string | null }[];
    expect(results.map(({ name, refused }) => [name, refused === null])).toEqual([
      ["example.co.jp", true],
      ["www.example.co.jp", false],
      ["日本語.jp", true],
      ["*.example.jp", false],
      ["localhost", false],
    ]);
    const many = Array.from({ length: 51 }, (_, index) => `a${index}.jp`).join("\n");
    expect(await visitor.post(`${place}/domains/new`, { names: many })).toMatchObject({
      errors: { names: expect.any(String) },
    });
    const ev = await visitor.post(`${place}/domains/new`, { names: "b.jp", evEnabled: "on" });
    expect(Object.keys(ev.errors)).toEqual(["evEnabled"]);
    expect((await visitor.get(at)).model["domains"]).toHaveLength(2);
  });

  test("adds a user, who is told by two mails, and shuts them out", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    const user = {
      name: "佐藤 花子",
      email: "hanako@abc.example",
      passwordNoticeEmail: "hanako@abc.example",
    };
    await visitor.get(`${at}/users/new`);
    const wrong = await visitor.post(`${at}/users/new`, { loginId: "abc" });
    expect(Object.keys(wrong.errors).sort()).toEqual(["email", "loginId", "name", "passwordNoticeEmail"]);
    const place = placeOf(await visitor.post(`${at}/users/new`, { ...user, loginId: "hanako.sato" }));
    expect(
      Object.keys((await visitor.post(`${at}/users/new`, { ...user, loginId: "HANAKO.SATO" })).errors),
    ).toEqual(["loginId"]);
    const { messages } = outboxTables(db.read.columns);
    const kinds = (await db.read.select({ kind: messages.kind }).from(messages)).map(({ kind }) => kind);
    expect(kinds.sort()).toEqual(["applicant-login", "temporary-password"]);
    expect((await visitor.get(place)).html).toContain("仮パスワードを送付済み");
    for (const change of ["disablement", "enablement", "temporary-password"]) {
      await visitor.get(`${place}/${change}`);
      placeOf(await visitor.post(`${place}/${change}`));
      await visitor.get(place);
    }
    expect(visitor.flash()).toBe("temporaryPasswordSent");
  });

  test("hands an operator's key over once, in the answer alone", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    const romaji = { familyRomaji: "Yamada", givenRomaji: "Taro" };
    await visitor.get(`${at}/operators/new`);
    const none = await visitor.post(`${at}/operators/new`, {});
    expect(Object.keys(none.errors).sort()).toEqual(["email", "familyRomaji", "givenRomaji", "name"]);
    const odd = await visitor.post(`${at}/operators/new`, {
      name: "山",
      email: "a@b.example",
      commonName: "山田",
    });
    expect(Object.keys(odd.errors)).toEqual(["commonName"]);
    const taro = { name: "山田 太郎", email: "taro@abc.example", ...romaji };
    const place = placeOf(await visitor.post(`${at}/operators/new`, taro));
    const { personId } = ((await visitor.get(place)).model as { operator: { personId: string } }).operator;
    expect(personId).toBeTruthy();

    const ticket = String((await visitor.get(`${place}/certificate`)).model["ticket"]);
    const given = await visitor.post(`${place}/certificate`, { way: "file", ticket });
    const { password, file } = given.model["handover"] as { password: string; file: string };
    const p12 = path.join(temporaryFolder(), "taro.p12");
    writeFileSync(p12, Buffer.from(file.split(",")[1] ?? "", "base64"));
    const { stdout } = openssl(["pkcs12", "-in", p12, "-passin", `pass:${password}`, "-nokeys"]);
    expect(stdout).toContain("T.YAMADA");

    // Sent again, the same form makes no second certificate.
    const again = await visitor.post(`${place}/certificate`, { way: "file", ticket });
    expect([again.to, visitor.flash()]).toEqual([place, "certificateShownOnce"]);
    expect((await visitor.get(place)).model["certificates"]).toHaveLength(1);

    const dump = JSON.stringify(await everything(db));
    expect(dump).not.toContain(password);
    expect(dump).not.toContain("pkcs12");
  });

  test("issues for a CSR and refuses a private key unread", async () => {
    const db = await open();
    const visitor = await desk(db);
    const { tenant, taro } = await aobaTrading(db, NOW);
    const place = `/subscribers/${tenant}/operators/${taro.operatorId}`;
    const ticket = async () => String((await visitor.get(`${place}/certificate`)).model["ticket"]);
    const key = "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----";
    const refused = await visitor.post(`${place}/certificate`, {
      way: "csr",
      ticket: await ticket(),
      csr: key,
    });
    expect(Object.keys(refused.errors)).toEqual(["csr"]);
    expect(refused.html).not.toContain("MIGH");
    const empty = await visitor.post(`${place}/certificate`, {
      way: "csr",
      ticket: await ticket(),
      csr: " ",
    });
    expect(Object.keys(empty.errors)).toEqual(["csr"]);
    const form = { way: "csr", ticket: await ticket(), csr: csrPem() };
    const { handover } = (await visitor.post(`${place}/certificate`, form)).model as {
      handover: { chainPem: string; password: null };
    };
    expect(handover.password).toBeNull();
    expect(new X509Certificate(handover.chainPem).subject).toContain("T.YAMADA");
  });

  test("suspends and resumes an operator, and explains why the last one stays", async () => {
    const db = await open();
    const visitor = await desk(db);
    const { tenant, taro } = await aobaTrading(db, NOW);
    const place = `/subscribers/${tenant}/operators/${taro.operatorId}`;
    await visitor.get(`${place}/removal`);
    const last = await visitor.post(`${place}/removal`);
    expect(last.html).toContain("最後の1人のオペレーターは削除できません");
    await visitor.get(`${place}/suspension`);
    placeOf(await visitor.post(`${place}/suspension`));
    await visitor.get(`${place}/resumption`);
    placeOf(await visitor.post(`${place}/resumption`));
    placeOf(await visitor.post(`${place}/removal`));
    expect((await visitor.get(place)).html).toContain("削除済み");
  });

  test("keeps staff: added with roles, given a certificate, disabled", async () => {
    const db = await open();
    const visitor = await desk(db);
    await visitor.get("/staff/new");
    const none = await visitor.post("/staff/new", { name: "", email: "x", roles: "KING" });
    expect(Object.keys(none.errors).sort()).toEqual(["email", "name", "roles"]);
    const jiro = { name: "審査 次郎", email: "jiro@ca.example", roles: "VETTER,FINANCE" };
    const place = placeOf(await visitor.post("/staff/new", jiro));
    expect(Object.keys((await visitor.post("/staff/new", jiro)).errors)).toEqual(["email"]);
    await visitor.get(place);
    const ticket = String((await visitor.get(`${place}/certificate`)).model["ticket"]);
    await visitor.post(`${place}/certificate`, { way: "file", ticket });
    expect((await visitor.get("/staff")).html).toContain("審査担当、経理");
    await visitor.get(`${place}/disablement`);
    const boss = placeOf(await visitor.post("/staff/new", { ...jiro, email: "boss@ca.example" }));
    expect(await problemOf(visitor.post(`${boss}/disablement`))).toBe("not-allowed");
  });

  test("changes the approval policy with both sides in the log, and not over somebody else's change", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    expect((await visitor.get(`${at}/policy`)).html).toContain('value="1"');
    placeOf(await visitor.post(`${at}/policy`, { samePersonMayApprove: "on", version: "1" }));
    expect(await problemOf(visitor.post(`${at}/policy`, { version: "1" }))).toBe("stale-version");
    const { audit } = (await visitor.get(at)).model as { audit: { action: string; details: unknown }[] };
    expect(audit[0]).toMatchObject({
      action: "subscriber.policy-changed",
      details: {
        before: { samePersonMayApprove: false, secondFactorForApproval: true },
        after: { samePersonMayApprove: true, secondFactorForApproval: false },
      },
    });
  });

  test("finds, exports and verifies the audit log", async () => {
    const db = await open();
    const visitor = await desk(db);
    const at = await register(visitor);
    const { subscriber } = (await visitor.get(at)).model as {
      subscriber: { siteId: string; tenant: string };
    };
    await db.transact((tx) =>
      appendAudit(
        tx,
        Array.from({ length: 60 }, () => ({
          tenant: "system" as const,
          at: NOW.subtract({ hours: 48 }),
          actor: system("=1+1"),
          action: "crl.published" as const,
          subject: { kind: "issuer", id: "x" },
        })),
      ),
    );
    const count = async (query: string) =>
      ((await visitor.get(`/audit?${query}`)).model["lines"] as []).length;
    expect(await count("")).toBe(50);
    const { older } = (await visitor.get("/audit")).model;
    expect(await count(`before=${older}`)).toBe(11);
    expect(await count(`tenant=${subscriber.siteId.toLowerCase()}`)).toBe(1);
    expect(await count("tenant=system&action=crl")).toBe(50);
    expect(await count("action=crl.withdrawn")).toBe(0);
    expect(await count(`actor=${encodeURIComponent("花子")}`)).toBe(1);
    expect(await count("from=R8.11.21")).toBe(1);
    expect(await count("until=2026/11/20")).toBe(50);
    for (const unknown of ["tenant=NOBODY", "from=soon", "until=2026/02/30"]) {
      expect((await visitor.get(`/audit?${unknown}`)).html).toContain("notice tone-err");
    }
    const { lines } = (await visitor.get("/audit")).model as { lines: { id: string }[] };
    await visitor.get(`/audit/${lines[0]?.id}`);

    const file = (await visitor.get("/audit.csv?tenant=system")).file;
    const rows = new TextDecoder().decode(file ?? new Uint8Array()).split("\r\n");
    expect(rows).toHaveLength(62);
    expect(rows[1]).toContain("'=1+1");

    expect((await visitor.post("/audit/verification")).html).toContain("すべての記録の整合性を確認しました");
    const { auditEntries } = auditTables(db.read.columns);
    await db.transact(async (tx) => {
      await tx
        .update(auditEntries)
        .set({ actorName: "誰か" })
        .where(eq(auditEntries.tenant, subscriber.tenant));
    });
    const broken = await visitor.post("/audit/verification");
    expect(broken.html).toContain("記録の整合性が失われています");
    expect(broken.model["broken"]).toMatchObject({
      fault: "altered",
      subscriber: { siteId: subscriber.siteId },
    });
  });

  test("opens with what needs somebody", async () => {
    const db = await open();
    const visitor = await desk(db);
    const { tenant, organizationId, ...cast } = await aobaTrading(db, NOW);
    const home = async () => (await visitor.get("/")).model as unknown as DeskHome;
    // The cast's contract has ten months to go, its vetting 300 days; nobody waits. Only CRLs were never published.
    const quiet = await home();
    expect([quiet.contracts, quiet.organizations, quiet.awaiting, quiet.renewals]).toEqual([[], [], [], []]);
    expect(quiet.quiet).toBe(false);

    await approvedRequests(db, { tenant, organizationId, ...cast }, 1, {
      state: "ISSUE_FAILED",
      failure: { code: "organization-not-vetted", params: {} },
    });
    const operators = `/subscribers/${tenant}/operators`;
    const hana = { name: "花", email: "hana@aoba.example", commonName: "H.HANA" };
    const place = placeOf(await visitor.post(`${operators}/new`, hana));
    visitor.clock.advance({ hours: 24 * 250 });
    const { applicantOrganizations } = organizationTables(db.read.columns);
    const { messages } = outboxTables(db.read.columns);
    await visitor.post(`/subscribers/${tenant}/users/new`, {
      personId: cast.hanako.personId,
      loginId: "hanako.again",
      passwordNoticeEmail: "hanako@aoba.example",
    });
    await db.transact(async (tx) => {
      await tx.update(messages).set({ state: "FAILED", lastError: "550 no such user" });
    });
    const busy = await home();
    expect(busy.awaiting).toMatchObject([{ commonName: "H.HANA" }]);
    expect(busy.contracts).toMatchObject([{ subscriberId: tenant }]);
    expect(busy.organizations).toMatchObject([{ id: organizationId }]);
    expect(busy.mails.total).toBe(2);
    expect(busy.issuances.total).toBe(0);

    const ticket = String((await visitor.get(`${place}/certificate`)).model["ticket"]);
    await visitor.post(`${place}/certificate`, { way: "csr", ticket, csr: csrPem() });
    visitor.clock.advance({ hours: 24 * 340 });
    await db.transact(async (tx) => {
      await tx.update(applicantOrganizations).set({ vettedUntil: null });
    });
    const late = await home();
    expect(late.awaiting).toEqual([]);
    expect(late.renewals).toMatchObject([{ commonName: "H.HANA" }]);
    expect(late.organizations).toMatchObject([{ vettedUntil: null }]);
  });

  test("tells of an issuance that failed lately", async () => {
    const db = await open();
    const visitor = await desk(db);
    const cast = await aobaTrading(db, NOW);
    const failure = { code: "organization-not-vetted", params: {} } as const;
    await approvedRequests(db, cast, 1, { state: "ISSUE_FAILED", failure });
    expect((await visitor.get("/")).html).toContain("発行できなかった申請（30日以内に1件）");
  });

  test("shows nothing of one subscriber under another", async () => {
    const db = await open();
    const visitor = await desk(db);
    const { tenant, organizationId, taro, hanako } = await aobaTrading(db, NOW);
    const other = await register(visitor);
    expect(other).not.toContain(tenant);
    for (const address of [
      `organizations/${organizationId}`,
      `organizations/${organizationId}/domains/new`,
      `users/${hanako.userId}`,
      `users/${hanako.userId}/disablement`,
      `operators/${taro.operatorId}`,
      `operators/${taro.operatorId}/removal`,
    ]) {
      await visitor.get(`/subscribers/${tenant}/${address}`);
      expect(await problemOf(visitor.get(`${other}/${address}`)), address).toBe("not-found");
    }
    expect(await problemOf(visitor.post(`${other}/users/${hanako.userId}/disablement`))).toBe("not-found");
    expect(await problemOf(visitor.post(`${other}/operators/${taro.operatorId}/removal`))).toBe("not-found");
  });
});

const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => "nothing",
    (error: unknown) => (isProblem(error) ? error.code : error),
  );

async function everything(db: Database): Promise<unknown> {
  const { auditEntries } = auditTables(db.read.columns);
  const { messages } = outboxTables(db.read.columns);
  return [await db.read.select().from(auditEntries), await db.read.select().from(messages)];
}
