import { constants } from "node:crypto";
import {
  createServer as createHttpServer,
  type RequestListener,
  type Server,
  type ServerOptions,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** A site that is being listened to. */
export interface Listener {
  /** The port in use, also where the system chose it (port 0). */
  readonly port: number;
  /** Takes no new connections, lets running answers end within `grace` (five seconds), then cuts what is left. */
  stop(grace?: Temporal.Duration): Promise<void>;
}

/** A site on https, whose certificate can be exchanged while it is being listened to. */
export interface HttpsListener extends Listener {
  /** What connections from now on are shown; those that stand keep what they have seen. */
  setCertificate(shown: Pick<HttpsOptions, "key" | "certificate">): void;
}

export interface ListenOptions {
  /** The address to listen on, e.g. 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly handler: RequestListener;
}

export interface HttpsOptions extends ListenOptions {
  /** The site's private key, PEM. */
  readonly key: string;
  /** The site's certificate and those above it, PEM. */
  readonly certificate: string;
}

export interface MutualTlsOptions extends HttpsOptions {
  /** The staff root, PEM: the only CA whose client certificates are looked at (safety.md 2). */
  readonly trustedRoot: string;
  /** Who may come in (client-certificates.ts). */
  readonly door: {
    /** Told of every connection as soon as its handshake is done, before any request. */
    readonly onConnection: (socket: TLSSocket) => void;
    /** Ends the connections of those who may no longer come in; never rejects. */
    readonly endUnadmitted: () => Promise<void>;
  };
  /** How often open connections are asked about again, for what other processes revoke. Ten seconds unless told. */
  readonly askAgainEvery?: Temporal.Duration;
}

const GRACE = Temporal.Duration.from({ seconds: 5 });
const ASK_AGAIN = Temporal.Duration.from({ seconds: 10 });

/** Slow or silent clients are cut off; a form of ours is small, and everything it answers is quick. */
const LIMITS = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 60_000,
  keepAliveTimeout: 30_000,
  connectionsCheckingInterval: 5_000,
} as const satisfies ServerOptions;
const HANDSHAKE_MS = 10_000;
/** A stream has to say something this often, a comment if nothing else. */
const SILENCE_MS = 120_000;

/** Plain http, for the repository alone (RFC 5280 4.2.1.13). */
export function listenHttp(options: ListenOptions): Promise<Listener> {
  return started(createHttpServer(LIMITS, options.handler), options);
}

/** https, TLS 1.2 or newer. */
export async function listenHttps(options: HttpsOptions): Promise<HttpsListener> {
  const server = createHttpsServer(tlsOf(options), options.handler);
  const listener = await started(server, options);
  return {
    ...listener,
    setCertificate: (shown) => server.setSecureContext(tlsOf({ ...options, ...shown })),
  };
}

/**
 * https that asks for a client certificate. A handshake without a good one is completed nevertheless, because a
 * refusal inside it shows people only a browser's error; the gate then answers with a page that explains.
 *
 * No session is ever resumed and nothing is renegotiated, so one connection has one certificate, proven at its
 * beginning. There must be no `newSession` or `resumeSession` listeners here: with them TLS 1.2 resumes by session id
 * in spite of NO_TICKET.
 */
export async function listenMutualTls(options: MutualTlsOptions): Promise<HttpsListener> {
  const { door, askAgainEvery = ASK_AGAIN } = options;
  // A new certificate makes a new context, which forgets whatever it is not told again.
  const contextOf = (shown: Pick<HttpsOptions, "key" | "certificate">) => ({
    ...tlsOf({ ...options, ...shown }),
    ca: [options.trustedRoot],
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  });
  const server = createHttpsServer(
    { ...contextOf(options), requestCert: true, rejectUnauthorized: false },
    options.handler,
  );
  server.on("secureConnection", door.onConnection);
  const listener = await started(server, options);
  let isAsking = false;
  const asking = setInterval(async () => {
    // A slow database is not asked twice at once.
    if (isAsking) return;
    isAsking = true;
    await door.endUnadmitted();
    isAsking = false;
  }, askAgainEvery.total("milliseconds"));
  return {
    port: listener.port,
    setCertificate: (shown) => server.setSecureContext(contextOf(shown)),
    stop(grace) {
      clearInterval(asking);
      return listener.stop(grace);
    },
  };
}

function tlsOf({ key, certificate }: HttpsOptions) {
  return {
    ...LIMITS,
    key,
    cert: certificate,
    minVersion: "TLSv1.2",
    handshakeTimeout: HANDSHAKE_MS,
  } as const;
}

async function started(server: Server, { host, port }: ListenOptions): Promise<Listener> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.setTimeout(SILENCE_MS);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
  return {
    port: (server.address() as AddressInfo).port,
    async stop(grace = GRACE) {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      const cut = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, grace.total("milliseconds"));
      await closed;
      clearTimeout(cut);
    },
  };
}
