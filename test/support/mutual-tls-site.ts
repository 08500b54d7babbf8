import { type Agent, type RequestOptions, request } from "node:https";
import path from "node:path";
import type { TLSSocket } from "node:tls";
import expressSession from "express-session";
import { pino } from "pino";
import { onTestFinished } from "vitest";
import { z } from "zod";
import type { Database } from "../../server/db/index.ts";
import { json, page } from "../../server/http/answer.ts";
import { refusalPages } from "../../server/http/certificate-required.ts";
import { clientCertificateDoor } from "../../server/http/client-certificates.ts";
import { type Listener, listenMutualTls } from "../../server/http/listeners.ts";
import { createMetrics } from "../../server/http/metrics.ts";
import type { OpenSockets } from "../../server/http/open-sockets.ts";
import { problemView } from "../../server/http/problem-answer.ts";
import { createRenderer } from "../../server/http/render.ts";
import { routesOf } from "../../server/http/route.ts";
import { cookieName, sessions } from "../../server/http/session.ts";
import { buildSite } from "../../server/http/site.ts";
import { loadAssets } from "../../server/http/static.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import { operatorAdmission, staffAdmission } from "../../server/operators/index.ts";
import type { TestAuthority, TestCertificate } from "./certificates.ts";

/** A real site behind a real mutual-TLS listener, with routes that tell what the server thinks of its visitor. */
const route = routesOf<object>();
const me = (permission: "operator" | "staff") => [
  route({ method: "GET", path: "/me", permission, handle: ({ actor }) => json(actor) }),
  route({
    method: "GET",
    path: "/form",
    permission,
    handle: () => page(problemView, { status: 404, message: "form", incident: null }),
  }),
  route({
    method: "GET",
    path: "/session",
    permission,
    handle: ({ session }) => json({ secondFactorAt: session.get("secondFactorAt") ?? null }),
  }),
  route({
    method: "POST",
    path: "/session",
    permission,
    form: z.object({}),
    handle: ({ session }) => {
      session.set("secondFactorAt", 1);
      return json({ done: true });
    },
  }),
  route({
    method: "GET",
    path: "/stream",
    permission,
    handle: () => ({ kind: "events", events: forever() }),
  }),
];

async function* forever() {
  for (;;) {
    yield { event: "tick", data: "tick" };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export interface SiteUnderTest {
  readonly port: number;
  readonly cookie: string;
}

const root = path.join(import.meta.dirname, "../..");
const assets = loadAssets(path.join(root, "static"));
const renderer = createRenderer({ viewsDir: path.join(root, "views"), assets, strict: true, cache: true });

export async function startMutualTlsSite(options: {
  db: Database;
  holder: "operator" | "staff";
  staffRoot: TestAuthority;
  server: TestCertificate;
  sockets: OpenSockets;
  askAgainEvery?: Temporal.Duration;
}): Promise<SiteUnderTest> {
  const { db, holder, staffRoot, server, sockets } = options;
  const name = holder === "operator" ? "operator" : "desk";
  const admission = (holder === "operator" ? operatorAdmission : staffAdmission)({ db, clock: systemClock });
  const pages = refusalPages(renderer, name, systemClock.now());
  const { door, gate, identify } = clientCertificateDoor({ admission, clock: systemClock, sockets, pages });
  let listener: Listener | null = null;
  const site = buildSite({
    name,
    url: () => `https://localhost:${listener?.port ?? 0}`,
    routes: me(holder),
    deps: {},
    clock: systemClock,
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    renderer,
    assets,
    sessions: sessions({ site: name, secret: "test", store: new expressSession.MemoryStore() }),
    gate,
    identify,
    owesSecondFactor: async () => false,
    navigation: async () => [],
    viewer: async () => null,
    signInPath: null,
    signOutPath: null,
  });
  listener = await listenMutualTls({
    host: "127.0.0.1",
    port: 0,
    handler: site,
    key: server.keyPem,
    certificate: server.pem,
    trustedRoot: staffRoot.pem,
    door,
    ...(options.askAgainEvery ? { askAgainEvery: options.askAgainEvery } : {}),
  });
  const { port, stop } = listener;
  const end = () => stop(Temporal.Duration.from({ milliseconds: 50 }));
  onTestFinished(end);
  return { port, cookie: cookieName(name) };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
  readonly socket: TLSSocket;
}

/** One request as a browser would make it. */
export function ask(
  port: number,
  options: RequestOptions & { client?: TestCertificate; chain?: string; agent?: Agent; body?: string } = {},
): Promise<Answered> {
  const { client, chain, body, ...rest } = options;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: "localhost",
        port,
        path: "/me",
        rejectUnauthorized: false,
        ...(client ? { key: client.keyPem, cert: client.pem + (chain ?? "") } : {}),
        ...(rest.agent ? {} : { agent: false }),
        ...rest,
      },
      (response) => {
        const socket = response.socket as TLSSocket;
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
            socket,
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}
