import { Agent } from "node:https";
import { type ConnectionOptions, connect, type SecureVersion, type TLSSocket } from "node:tls";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { authorityTables } from "../../server/authority/index.ts";
import {
  addStaff,
  disableStaff,
  operatorTables,
  removeOperator,
  suspendOperator,
} from "../../server/operators/index.ts";
import { makeUnder, storeClientCertificate } from "../support/certificates.ts";
import {
  ADMIN,
  db,
  deps,
  expectRefused,
  issuerId,
  operator,
  prepareDoor,
  site,
  staffRoot,
  taro,
} from "../support/door.ts";
import { ask } from "../support/mutual-tls-site.ts";

prepareDoor();

/** A kept-alive connection: one socket for every request made through it. */
const keptAlive = () => new Agent({ keepAlive: true, maxSockets: 1 });

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
    await operator(who.tenant);
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
    await operator(who.tenant);
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
    const { client } = who;
    const stream = await handshake(port, { key: client.keyPem, cert: client.pem });
    let said = "";
    const begun = new Promise<void>((resolve) => {
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes("tick")) resolve();
      });
    });
    // However it ends: what counts is that it does.
    stream.on("error", () => undefined);
    const ended = closing(stream);
    stream.write("GET /stream HTTP/1.1\r\nHost: localhost\r\n\r\n");
    await begun;
    const { operators: o } = operatorTables(db.read.columns);
    await db.transact(async (tx) => {
      await tx.update(o).set({ state: "SUSPENDED" }).where(eq(o.id, who.operatorId));
    });
    await ended;
    // Broken off: the last chunk of a whole answer is an empty one (RFC 9112 7.1).
    expect(said).not.toMatch(/\r\n0\r\n\r\n$/);
  });
});

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
