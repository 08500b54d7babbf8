import { Agent } from "node:https";
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from "node:tls";
import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { auditTables } from "../../server/audit/index.ts";
import { authorityTables } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { createOpenSockets, type OpenSockets } from "../../server/http/open-sockets.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { system, type Tenant, tenantOf } from "../../server/kernel/actor.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import {
  addOperator,
  addStaff,
  disableStaff,
  judgeClientCertificate,
  type OperatorState,
  operatorTables,
  type Refusal,
  removeOperator,
  resumeOperator,
  suspendOperator,
} from "../../server/operators/index.ts";
import { addSubscriber, DEFAULT_POLICY, organizationTables } from "../../server/organizations/index.ts";
import { OID } from "../../server/pki/index.ts";
import {
  type Content,
  makeRoot,
  makeUnder,
  storeClientCertificate,
  storeStaffRoot,
  type TestAuthority,
  type TestCertificate,
} from "../support/certificates.ts";
import { migratedPlace, openPlace } from "../support/databases.ts";
import { ask, startMutualTlsSite } from "../support/mutual-tls-site.ts";

/** safety.md 2: a real listener, real client certificates, and a database that is asked on every request. */

const ADMIN = system("test");
let staffRoot: TestAuthority;
let customersRoot: TestAuthority;
let server: TestCertificate;
let db: Database;
let issuerId: Id;
let sockets: OpenSockets;

beforeAll(async () => {
  staffRoot = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root" });
  customersRoot = await makeRoot({ profile: "ROOT_CA", commonName: "Customers' Root" });
  const names = ["localhost"];
  server = await makeUnder(staffRoot, { profile: "SITE_SERVER", commonName: "localhost", names });
});

beforeEach(async () => {
  db = await openPlace(await migratedPlace("sqlite"));
  issuerId = await storeStaffRoot(db, staffRoot);
  sockets = createOpenSockets();
});

const site = (holder: "operator" | "staff", askAgainEvery?: Temporal.Duration) =>
  startMutualTlsSite({ db, holder, staffRoot, server, sockets, ...(askAgainEvery ? { askAgainEvery } : {}) });

const deps = () => ({ db, clock: systemClock, closeSockets: sockets.closeSockets });

async function subscriber(name: string): Promise<Tenant> {
  const id = newId();
  await db.transact((tx) =>
    addSubscriber(tx, {
      id,
      siteId: id.slice(-8),
      name,
      noticeAddress: "notice@example.jp",
      language: "ja",
      policy: DEFAULT_POLICY,
      state: "ACTIVE",
      createdAt: systemClock.now(),
      version: 1,
    }),
  );
  return tenantOf(id);
}

/** An operator in this state, without a certificate. */
async function operator(tenant: Tenant, state: OperatorState = "ACTIVE"): Promise<Id> {
  const { operatorId } = await addOperator(deps(), ADMIN, tenant, {
    name: "山田 太郎",
    kana: null,
    department: null,
    phone: null,
    email: "taro@example.jp",
    commonName: "T.YAMADA",
    personId: null,
  });
  const { operators: o } = operatorTables(db.read.columns);
  await db.transact(async (tx) => {
    await tx.update(o).set({ state }).where(eq(o.id, operatorId));
  });
  return operatorId;
}

/** A certificate that the database vouches for in the name of this operator, whatever it is in truth. */
async function vouchedFor(
  tenant: Tenant,
  operatorId: Id,
  content: Partial<Content> = {},
  issuer: TestAuthority = staffRoot,
): Promise<TestCertificate & { certificateId: Id }> {
  const made = await makeUnder(issuer, { profile: "OPERATOR_CLIENT", commonName: "T.YAMADA", ...content });
  const holder = { kind: "operator", id: operatorId, subscriberId: tenant } as const;
  return { ...made, certificateId: await storeClientCertificate(db, issuerId, made, holder) };
}

/** One active operator of a new subscriber with a good certificate. */
async function taro() {
  const tenant = await subscriber("株式会社青葉商事");
  const operatorId = await operator(tenant);
  return { tenant, operatorId, client: await vouchedFor(tenant, operatorId) };
}

const refusalText = (refusal: Refusal, language: "ja" | "en" = "ja") =>
  catalogue(language).operators.certificateRequired.refusal[refusal];

function expectRefused(
  answer: { status: number; headers: Readonly<Record<string, unknown>>; body: string },
  refusal: Refusal,
) {
  expect(answer.status).toBe(403);
  expect(answer.body).toContain(refusalText(refusal));
  expect(answer.headers["connection"]).toBe("close");
}

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
  const updated = (change: (client: Taro) => Promise<unknown>) => change;
  const cases: [string, (who: Taro) => Promise<unknown>][] = [
    [
      "revoked",
      updated(({ client }) =>
        db.transact(async (tx) => {
          const { certificates: c } = authorityTables(tx.columns);
          await tx.update(c).set({ state: "REVOKED" }).where(eq(c.id, client.certificateId));
        }),
      ),
    ],
    [
      "taken away",
      updated(({ client }) =>
        db.transact(async (tx) => {
          const { clientCertificates: cc } = operatorTables(tx.columns);
          const removedAt = systemClock.now();
          await tx.update(cc).set({ removedAt }).where(eq(cc.fingerprint, client.fingerprint));
        }),
      ),
    ],
    [
      "by the database's dates over",
      updated(({ client }) =>
        db.transact(async (tx) => {
          const { certificates: c } = authorityTables(tx.columns);
          const notAfter = systemClock.now().subtract({ seconds: 2 });
          await tx.update(c).set({ notAfter }).where(eq(c.id, client.certificateId));
        }),
      ),
    ],
    [
      "of another issuer by the database",
      updated(() =>
        db.transact(async (tx) => {
          const { issuers: i } = authorityTables(tx.columns);
          await tx.update(i).set({ role: "CUSTOMER_OV" }).where(eq(i.id, issuerId));
        }),
      ),
    ],
    [
      "of a suspended operator",
      ({ tenant, operatorId }) => suspendOperator(deps(), ADMIN, tenant, operatorId),
    ],
    [
      "of a suspended subscriber",
      updated(({ tenant }) =>
        db.transact(async (tx) => {
          const { subscribers: s } = organizationTables(tx.columns);
          await tx.update(s).set({ state: "SUSPENDED" }).where(eq(s.id, tenant));
        }),
      ),
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

/** A kept-alive connection: one socket for every request made through it. */
function keptAlive() {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return agent;
}

const closing = (socket: TLSSocket) => new Promise<void>((resolve) => socket.once("close", () => resolve()));

describe("an open connection after its holder was shut out", () => {
  test("is refused at the next request and closed, when another process did it", async () => {
    const who = await taro();
    const { port } = await site("operator");
    const agent = keptAlive();
    const first = await ask(port, { ...who, agent });
    expect(first.status).toBe(200);
    // Another process: the database changes, this process hears nothing.
    const elsewhere = { ...deps(), closeSockets: () => undefined };
    await operatorBeside(who.tenant);
    await removeOperator(elsewhere, ADMIN, who.tenant, who.operatorId);
    const closed = closing(first.socket);
    const second = await ask(port, { ...who, agent });
    expect(second.socket).toBe(first.socket);
    expectRefused(second, "not-admitted");
    await closed;
  });

  test("is closed at once by the removal, without a further request", async () => {
    const who = await taro();
    const { port } = await site("operator");
    const first = await ask(port, { ...who, agent: keptAlive() });
    const closed = closing(first.socket);
    await operatorBeside(who.tenant);
    await removeOperator(deps(), ADMIN, who.tenant, who.operatorId);
    await closed;
    expectRefused(await ask(port, who), "not-admitted");
    const { certificates: c } = authorityTables(db.read.columns);
    const [row] = await db.read.select().from(c).where(eq(c.id, who.client.certificateId));
    expect(row).toMatchObject({ state: "REVOKED", revocationReason: 3 });
  });

  test("is closed at once by suspension and by disabling staff, and nobody else's is", async () => {
    const who = await taro();
    const other = await taro();
    const staffId = await addStaff(deps(), ADMIN, {
      name: "審査 花子",
      email: "h@example.jp",
      roles: ["VETTER"],
    });
    const staff = await makeUnder(staffRoot, { profile: "STAFF_CLIENT", commonName: "審査 花子" });
    await storeClientCertificate(db, issuerId, staff, { kind: "staff", id: staffId, subscriberId: null });
    const { port } = await site("operator");
    const desk = await site("staff");
    const mine = await ask(port, { ...who, agent: keptAlive() });
    const theirs = await ask(port, { ...other, agent: keptAlive() });
    const staffs = await ask(desk.port, { client: staff, agent: keptAlive() });
    expect([mine.status, theirs.status, staffs.status]).toEqual([200, 200, 200]);
    const closed = [closing(mine.socket), closing(staffs.socket)];
    await suspendOperator(deps(), ADMIN, who.tenant, who.operatorId);
    await disableStaff(deps(), ADMIN, staffId);
    await Promise.all(closed);
    expect(theirs.socket.destroyed).toBe(false);
    expectRefused(await ask(desk.port, { client: staff }), "not-admitted");
  });

  test("ends a stream when another process shut its holder out", async () => {
    const who = await taro();
    const { port } = await site("operator", Temporal.Duration.from({ milliseconds: 100 }));
    const ended = ask(port, { ...who, path: "/stream" }).then(
      () => "ended",
      (error: NodeJS.ErrnoException) => error.code,
    );
    await new Promise((resolve) => setTimeout(resolve, 250));
    const { operators: o } = operatorTables(db.read.columns);
    await db.transact(async (tx) => {
      await tx.update(o).set({ state: "SUSPENDED" }).where(eq(o.id, who.operatorId));
    });
    expect(await ended).toBe("ECONNRESET");
  });
});

async function operatorBeside(tenant: Tenant): Promise<Id> {
  return operator(tenant);
}

function handshake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host: "localhost",
      port,
      servername: "localhost",
      rejectUnauthorized: false,
      ...options,
    });
    socket.once("error", reject);
    socket.once("secureConnect", () => resolve(socket));
  });
}

/** A request by hand, for what no browser sends. */
function exchange(socket: TLSSocket, head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    socket.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    socket.once("error", reject);
    socket.once("close", () => resolve(said));
    socket.write(`${head}\r\nConnection: close\r\n\r\n`);
  });
}

describe("one connection, one proof", () => {
  test.each(["TLSv1.2", "TLSv1.3"] as const)(
    "%s: an attempt to resume is a full handshake",
    async (version) => {
      const { client } = await taro();
      const { port } = await site("operator");
      const versions: { minVersion: SecureVersion; maxVersion: SecureVersion } = {
        minVersion: version,
        maxVersion: version,
      };
      const identity = { key: client.keyPem, cert: client.pem, ...versions };
      const tickets: Buffer[] = [];
      const first = await handshake(port, identity);
      const known = first.getSession();
      if (known) tickets.push(known);
      first.on("session", (ticket: Buffer) => tickets.push(ticket));
      expect(await exchange(first, "GET /me HTTP/1.1\r\nHost: localhost")).toContain("200 OK");
      expect(tickets.length).toBeGreaterThan(0);
      for (const session of tickets) {
        // The resuming client brings no certificate of its own: whatever it gets, it got from the session.
        const again = await handshake(port, { session, ...versions });
        expect(again.isSessionReused()).toBe(false);
        expect(await exchange(again, "GET /me HTTP/1.1\r\nHost: localhost")).toContain("403 Forbidden");
      }
    },
  );

  test("renegotiation is refused", async () => {
    const { client } = await taro();
    const { port } = await site("operator");
    const socket = await handshake(port, { key: client.keyPem, cert: client.pem, maxVersion: "TLSv1.2" });
    const outcome = await new Promise<string>((resolve) => {
      socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once("close", () => resolve("closed"));
      socket.renegotiate({ rejectUnauthorized: false }, (error) =>
        resolve(error ? "refused" : "renegotiated"),
      );
    });
    socket.destroy();
    expect(outcome).not.toBe("renegotiated");
  });

  test("TLS 1.1 is not spoken", async () => {
    const { port } = await site("operator");
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    await expect(handshake(port, old)).rejects.toMatchObject({
      code: expect.stringMatching(/ALERT|PROTOCOL/),
    });
  });
});

describe("the names of the connection and of the request", () => {
  const cases: { servername: string; host: string; status: string }[] = [
    { servername: "localhost", host: "localhost", status: "200" },
    { servername: "localhost", host: "LOCALHOST:9", status: "200" },
    { servername: "localhost", host: "desk.example.jp", status: "421" },
    { servername: "localhost", host: "localhost.example.jp", status: "421" },
    { servername: "desk.example.jp", host: "localhost", status: "421" },
    { servername: "desk.example.jp", host: "desk.example.jp", status: "421" },
    { servername: "", host: "localhost", status: "421" },
    { servername: "", host: "127.0.0.1", status: "421" },
  ];
  test.each(cases)("SNI $servername, Host $host: $status", async ({ servername, host, status }) => {
    const { client } = await taro();
    const { port } = await site("operator");
    const socket = await handshake(port, { key: client.keyPem, cert: client.pem, servername });
    const said = await exchange(socket, `GET /me HTTP/1.1\r\nHost: ${host}`);
    expect(said).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  });
});

describe("a session", () => {
  const cookieOf = (answer: { headers: Readonly<Record<string, string | string[] | undefined>> }) =>
    String(answer.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
  const tokenIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? "";

  async function withSecondFactor(port: number, client: TestCertificate) {
    const form = await ask(port, { client, path: "/form" });
    const cookie = cookieOf(form);
    const token = tokenIn(form.body);
    expect(token).not.toBe("");
    const headers = { cookie, "content-type": "application/x-www-form-urlencoded" };
    const body = `_csrf=${encodeURIComponent(token)}`;
    const posted = await ask(port, { client, path: "/session", method: "POST", headers, body });
    expect(posted.status).toBe(200);
    return { cookie, headers, body };
  }

  test("belongs to one certificate: another one's cookie ends it", async () => {
    const who = await taro();
    const other = await taro();
    const { port } = await site("operator");
    const { cookie } = await withSecondFactor(port, who.client);
    const own = await ask(port, { client: who.client, path: "/session", headers: { cookie } });
    expect(JSON.parse(own.body)).toEqual({ secondFactorAt: 1 });
    const stolen = await ask(port, { client: other.client, path: "/session", headers: { cookie } });
    expect(JSON.parse(stolen.body)).toEqual({ secondFactorAt: null });
    // And it is over for its owner as well.
    const after = await ask(port, { client: who.client, path: "/session", headers: { cookie } });
    expect(JSON.parse(after.body)).toEqual({ secondFactorAt: null });
  });

  test("a form with another one's session is not carried out", async () => {
    const who = await taro();
    const other = await taro();
    const { port } = await site("operator");
    const { headers, body } = await withSecondFactor(port, who.client);
    const stolen = await ask(port, { client: other.client, path: "/session", method: "POST", headers, body });
    expect(stolen.status).toBe(403);
    const after = await ask(port, {
      client: other.client,
      path: "/session",
      headers: { cookie: cookieOf(stolen) },
    });
    expect(JSON.parse(after.body)).toEqual({ secondFactorAt: null });
  });
});
