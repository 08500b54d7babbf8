import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { auditTables } from "../../server/audit/index.ts";
import { authorityTables } from "../../server/authority/index.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import {
  addStaff,
  judgeClientCertificate,
  operatorTables,
  type Refusal,
  resumeOperator,
  suspendOperator,
} from "../../server/operators/index.ts";
import { organizationTables } from "../../server/organizations/index.ts";
import { OID } from "../../server/pki/index.ts";
import {
  type Content,
  makeRoot,
  makeUnder,
  storeClientCertificate,
  type TestAuthority,
} from "../support/certificates.ts";
import {
  ADMIN,
  customersRoot,
  db,
  deps,
  expectRefused,
  issuerId,
  operator,
  prepareDoor,
  refusalText,
  site,
  staffRoot,
  subscriber,
  taro,
  vouchedFor,
} from "../support/door.ts";
import { ask } from "../support/mutual-tls-site.ts";

prepareDoor();

describe("an operator's own certificate", () => {
  test("opens the operator site under TLS 1.2 and 1.3, in the name of its subscriber", async () => {
    const { tenant, operatorId, client } = await taro();
    const { port } = await site("operator");
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const answer = await ask(port, { client, minVersion: version, maxVersion: version });
      expect(answer.status).toBe(200);
      const { fingerprint } = client;
      expect(JSON.parse(answer.body)).toMatchObject({ kind: "operator", operatorId, tenant, fingerprint });
    }
  });

  test("of another subscriber lets in as that subscriber, never as this one", async () => {
    const aoba = await taro();
    const midori = await subscriber("緑工業株式会社");
    // The very same names in the subject and in the record: only the fingerprint tells them apart.
    const namesake = await operator(midori);
    const client = await vouchedFor(midori, namesake);
    const { port } = await site("operator");
    const answer = JSON.parse((await ask(port, { client })).body);
    expect(answer).toMatchObject({ tenant: midori, operatorId: namesake });
    expect(answer.tenant).not.toBe(aoba.tenant);
  });

  test("makes its holder ACTIVE at the first visit, once, with an entry in the audit log", async () => {
    const tenant = await subscriber("株式会社青葉商事");
    const operatorId = await operator(tenant, "CERTIFICATE_READY");
    const client = await vouchedFor(tenant, operatorId);
    const { port } = await site("operator");
    await Promise.all([ask(port, { client }), ask(port, { client }), ask(port, { client })]);
    const { operators: o } = operatorTables(db.read.columns);
    const [row] = await db.read.select({ state: o.state }).from(o).where(eq(o.id, operatorId));
    expect(row?.state).toBe("ACTIVE");
    const { auditEntries: e } = auditTables(db.read.columns);
    const entries = await db.read.select({ id: e.id }).from(e).where(eq(e.action, "operator.activated"));
    expect(entries).toHaveLength(1);
  });

  test("does not open the desk, nor a staff certificate the operator site", async () => {
    const { client } = await taro();
    const staffId = await addStaff(deps(), ADMIN, {
      name: "審査 花子",
      email: "h@example.jp",
      roles: ["VETTER"],
    });
    const holder = { kind: "staff", id: staffId, subscriberId: null } as const;
    const staff = await makeUnder(staffRoot, { profile: "STAFF_CLIENT", commonName: "審査 花子" });
    await storeClientCertificate(db, issuerId, staff, holder);
    const operatorSite = await site("operator");
    const desk = await site("staff");
    expect(JSON.parse((await ask(desk.port, { client: staff })).body)).toMatchObject({
      kind: "staff",
      staffId,
    });
    expectRefused(await ask(desk.port, { client }), "unsuitable");
    expectRefused(await ask(operatorSite.port, { client: staff }), "unsuitable");

    // With the other site's policy on it, the database still knows whose it is.
    const both = { policies: [OID.operatorCertificate, OID.staffCertificate] };
    const disguised = await makeUnder(staffRoot, { profile: "STAFF_CLIENT", commonName: "x", except: both });
    await storeClientCertificate(db, issuerId, disguised, holder);
    expectRefused(await ask(operatorSite.port, { client: disguised }), "not-admitted");
    expect((await ask(desk.port, { client: disguised })).status).toBe(200);
  });
});

describe("a certificate that the database vouches for is refused all the same", () => {
  const otherCa = () => makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root" });
  const long = { from: Temporal.Now.instant().subtract({ hours: 24 * 40 }), days: 30 };
  const early = { from: Temporal.Now.instant().add({ hours: 24 }), days: 30 };
  const cases: {
    what: string;
    content?: Partial<Content>;
    issuer?: () => Promise<TestAuthority>;
    why: Refusal;
  }[] = [
    { what: "of another CA, with the staff root's name", issuer: otherCa, why: "untrusted" },
    { what: "directly under the customers' root", issuer: async () => customersRoot, why: "untrusted" },
    { what: "expired", content: long, why: "out-of-date" },
    { what: "not valid yet", content: early, why: "out-of-date" },
    {
      what: "without any extended key usage",
      content: { except: { extendedKeyUsage: [] } },
      why: "unsuitable",
    },
    {
      what: "for servers alone",
      content: { except: { extendedKeyUsage: [OID.serverAuth] } },
      why: "unsuitable",
    },
    {
      what: "of a CA",
      content: { except: { certificateAuthority: true } },
      why: "unsuitable",
    },
    { what: "without our policy", content: { except: { policies: [] } }, why: "unsuitable" },
    {
      what: "with a foreign policy",
      content: { except: { policies: [OID.organizationValidated] } },
      why: "unsuitable",
    },
  ];
  test.each(cases)("$what", async ({ content = {}, issuer, why }) => {
    const tenant = await subscriber("株式会社青葉商事");
    const client = await vouchedFor(tenant, await operator(tenant), content, await issuer?.());
    const { port } = await site("operator");
    expectRefused(await ask(port, { client }), why);
  });

  test("over by our own clock, whatever OpenSSL's says", async () => {
    const { der, notAfter, notBefore } = await makeUnder(staffRoot, {
      profile: "OPERATOR_CLIENT",
      commonName: "T.YAMADA",
    });
    const shown = { der, authorized: true, authorizationError: null, resumed: false };
    const judgedAt = (at: Temporal.Instant) => judgeClientCertificate(shown, "operator", at);
    expect(judgedAt(notAfter)).toMatchObject({ accepted: true });
    expect(judgedAt(notAfter.add({ seconds: 1 }))).toEqual({ accepted: false, refusal: "out-of-date" });
    expect(judgedAt(notBefore.subtract({ seconds: 1 }))).toEqual({ accepted: false, refusal: "out-of-date" });
  });

  test("under the customers' hierarchy, sent with its intermediate and root", async () => {
    const tenant = await subscriber("株式会社青葉商事");
    const operatorId = await operator(tenant);
    // The issuing CA is made fit for clients, so that the trust list alone stands in the way.
    const issuing = await makeUnder(customersRoot, {
      profile: "ISSUING_CA_OV",
      commonName: "Customers' CA",
      except: { extendedKeyUsage: [OID.serverAuth, OID.clientAuth] },
    });
    const client = await vouchedFor(tenant, operatorId, {}, issuing);
    const { port } = await site("operator");
    expectRefused(await ask(port, { client, chain: issuing.pem }), "untrusted");
    expectRefused(await ask(port, { client, chain: issuing.pem + customersRoot.pem }), "untrusted");
  });
});

describe("a good certificate is refused", () => {
  type Taro = Awaited<ReturnType<typeof taro>>;
  const cases: [string, (who: Taro) => Promise<unknown>][] = [
    [
      "revoked",
      ({ client }) =>
        db.transact(async (tx) => {
          const { certificates: c } = authorityTables(tx.columns);
          await tx.update(c).set({ state: "REVOKED" }).where(eq(c.id, client.certificateId));
        }),
    ],
    [
      "taken away",
      ({ client }) =>
        db.transact(async (tx) => {
          const { clientCertificates: cc } = operatorTables(tx.columns);
          const removedAt = systemClock.now();
          await tx.update(cc).set({ removedAt }).where(eq(cc.fingerprint, client.fingerprint));
        }),
    ],
    [
      "by the database's dates over",
      ({ client }) =>
        db.transact(async (tx) => {
          const { certificates: c } = authorityTables(tx.columns);
          const notAfter = systemClock.now().subtract({ seconds: 2 });
          await tx.update(c).set({ notAfter }).where(eq(c.id, client.certificateId));
        }),
    ],
    [
      "of another issuer by the database",
      () =>
        db.transact(async (tx) => {
          const { issuers: i } = authorityTables(tx.columns);
          await tx.update(i).set({ role: "CUSTOMER_OV" }).where(eq(i.id, issuerId));
        }),
    ],
    [
      "of a suspended operator",
      ({ tenant, operatorId }) => suspendOperator(deps(), ADMIN, tenant, operatorId),
    ],
    [
      "of a suspended subscriber",
      ({ tenant }) =>
        db.transact(async (tx) => {
          const { subscribers: s } = organizationTables(tx.columns);
          await tx.update(s).set({ state: "SUSPENDED" }).where(eq(s.id, tenant));
        }),
    ],
  ];
  test.each(cases)("when it is %s, from the next request on", async (_what, change) => {
    const who = await taro();
    const { port } = await site("operator");
    expect((await ask(port, who)).status).toBe(200);
    await change(who);
    expectRefused(await ask(port, who), "not-admitted");
  });

  test("when nobody in the database has it", async () => {
    const client = await makeUnder(staffRoot, { profile: "OPERATOR_CLIENT", commonName: "T.YAMADA" });
    await taro();
    const { port } = await site("operator");
    expectRefused(await ask(port, { client }), "not-admitted");
  });

  test("while its holder is REQUESTED, in review or removed", async () => {
    const { port } = await site("operator");
    for (const state of ["REQUESTED", "CA_REVIEW", "SUSPENDED", "REMOVED"] as const) {
      const tenant = await subscriber(state);
      const client = await vouchedFor(tenant, await operator(tenant, state));
      expectRefused(await ask(port, { client }), "not-admitted");
    }
  });

  test("when the record gives it to a holder of the other kind", async () => {
    const { operatorId } = await taro();
    const client = await makeUnder(staffRoot, { profile: "OPERATOR_CLIENT", commonName: "T.YAMADA" });
    await storeClientCertificate(db, issuerId, client, { kind: "staff", id: operatorId, subscriberId: null });
    const { port } = await site("operator");
    expectRefused(await ask(port, { client }), "not-admitted");
  });

  test("of a disabled staff member, even if nobody took it away", async () => {
    const entry = { name: "審査 花子", email: "h@example.jp", roles: ["VETTER"] } as const;
    const staffId = await addStaff(deps(), ADMIN, entry);
    const client = await makeUnder(staffRoot, { profile: "STAFF_CLIENT", commonName: "審査 花子" });
    await storeClientCertificate(db, issuerId, client, { kind: "staff", id: staffId, subscriberId: null });
    const { port } = await site("staff");
    expect((await ask(port, { client })).status).toBe(200);
    const { staff: s } = operatorTables(db.read.columns);
    await db.transact(async (tx) => {
      await tx.update(s).set({ state: "DISABLED" }).where(eq(s.id, staffId));
    });
    expectRefused(await ask(port, { client }), "not-admitted");
  });

  test("until the operator is resumed, who then comes in with the same certificate", async () => {
    const who = await taro();
    const { port } = await site("operator");
    await suspendOperator(deps(), ADMIN, who.tenant, who.operatorId);
    expectRefused(await ask(port, who), "not-admitted");
    await resumeOperator(deps(), ADMIN, who.tenant, who.operatorId);
    expect((await ask(port, who)).status).toBe(200);
  });

  test("and a database that does not answer opens nothing", async () => {
    const who = await taro();
    const { port } = await site("operator");
    await db.close();
    const answer = await ask(port, who);
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain(who.operatorId);
  });
});

describe("without a certificate", () => {
  test.each(["/", "/me", "/static/x/inkan.css", "/no-such-page"])(
    "%s answers the same page and closes",
    async (path) => {
      const { port } = await site("operator");
      const answer = await ask(port, { path });
      expectRefused(answer, "absent");
      expect(answer.body).toContain(refusalText("absent", "en"));
      expect(answer.headers["content-security-policy"]).toContain("default-src 'none'; style-src 'sha256-");
      expect(answer.headers["set-cookie"]).toBeUndefined();
    },
  );

  test("a form is not read, and the connection is closed", async () => {
    const { port } = await site("operator");
    const answer = await ask(port, { method: "POST", body: "x".repeat(200_000) }).catch((error) => error);
    // Closed while the body was still on its way, or after the page: never accepted.
    if (answer instanceof Error)
      expect(answer).toMatchObject({ code: expect.stringMatching(/EPIPE|ECONNRESET/) });
    else expectRefused(answer, "absent");
  });

  test("a header of a proxy that nobody named changes nothing", async () => {
    const { client } = await taro();
    const { port } = await site("operator");
    const value = `:${Buffer.from(client.der).toString("base64")}:`;
    for (const name of [
      "Client-Cert",
      "client_cert",
      "X-Client-Cert",
      "X-SSL-Client-Cert",
      "X-Forwarded-Client-Cert",
    ]) {
      expectRefused(await ask(port, { headers: { [name]: value } }), "absent");
    }
  });
});
