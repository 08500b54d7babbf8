import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Request, RequestHandler } from "express";
import passport from "passport";
import { Strategy, type VerifyCallback, type VerifyFunctionWithRequest } from "passport-client-cert";
import { type Actor, type OperatorActor, PUBLIC, type StaffActor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import {
  type Admission,
  fingerprintOf,
  judgeClientCertificate,
  type Refusal,
  type Verdict,
} from "../operators/index.ts";
import type { RefusalPages } from "./certificate-required.ts";
import type { MutualTlsOptions } from "./listeners.ts";
import type { OpenSockets } from "./open-sockets.ts";

/**
 * The door of a mutual-TLS site. What a certificate is worth by itself is judged once, when its connection opens, and
 * stays with the connection; whether its holder is let in is asked of the database on every request. The decision
 * falls for the whole listener, never by path: not even a stylesheet is served to a stranger (safety.md 2).
 */
export interface ClientCertificateDoor {
  /** For `listenMutualTls`. */
  readonly door: MutualTlsOptions["door"];
  /** The first handler of the site, before parser and session: lets the admitted pass, shows others a page and closes. */
  readonly gate: RequestHandler;
  /** For `SiteOptions.identify`; ties the session to the certificate. */
  readonly identify: (request: Request) => Promise<Actor>;
}

export interface DoorOptions {
  readonly admission: Admission;
  readonly clock: Clock;
  readonly sockets: OpenSockets;
  readonly pages: RefusalPages;
}

type Holder = OperatorActor | StaffActor;
const ABSENT: Verdict = { accepted: false, refusal: "absent" };

export function clientCertificateDoor({
  admission,
  clock,
  sockets,
  pages,
}: DoorOptions): ClientCertificateDoor {
  const verdicts = new WeakMap<object, Verdict>();
  const admitted = new WeakMap<IncomingMessage, Holder>();
  const open = new Map<TLSSocket, string>();
  const authenticate = databaseStrategy(admission, verdicts);

  const gate: RequestHandler = (request, response, next) => {
    const refuse = (refusal: Refusal) => pages.refuse(refusal, request, response);
    // A socket nobody has judged is none of this listener's.
    const verdict = verdicts.get(request.socket) ?? ABSENT;
    if (!verdict.accepted) return refuse(verdict.refusal);
    authenticate(request, (error, holder) => {
      // A database that does not answer opens nothing: the request ends as an error.
      if (error) return next(error);
      if (!holder) return refuse("not-admitted");
      admitted.set(request, holder);
      next();
    });
  };

  return {
    gate,
    door: {
      onConnection(socket) {
        const verdict = judgeClientCertificate(presentedBy(socket), admission.holder, clock.now());
        verdicts.set(socket, verdict);
        if (!verdict.accepted) return;
        sockets.add(verdict.fingerprint, socket);
        open.set(socket, verdict.fingerprint);
        socket.once("close", () => open.delete(socket));
      },
      async endUnadmitted() {
        for (const fingerprint of new Set(open.values())) {
          // What cannot be asked is treated as no: a failure opens nothing, and a browser comes back by itself.
          const still = await admission.isStillAdmitted(fingerprint).catch(() => false);
          if (!still) sockets.closeSockets(fingerprint);
        }
      },
    },
    async identify(request) {
      const holder = admitted.get(request);
      if (!holder) return PUBLIC;
      await tieSession(request, holder);
      return holder;
    },
  };
}

function presentedBy(socket: TLSSocket) {
  // Without a certificate Node gives null or an empty object, depending on the version of TLS.
  const { raw } = (socket.getPeerCertificate() ?? {}) as { raw?: Buffer };
  const error = socket.authorizationError as Error | string | null | undefined;
  return {
    der: raw === undefined ? null : new Uint8Array(raw),
    authorized: socket.authorized,
    authorizationError: error ? (error instanceof Error ? error.message : error) : null,
    resumed: socket.isSessionReused(),
  };
}

type Authenticate = (request: Request, done: (error: unknown, holder: Holder | null) => void) => void;

/**
 * passport-client-cert asks whether the socket is authorized and its certificate not empty; its verify callback, ours,
 * asks the database. The certificate must still be the one the connection was judged by.
 */
function databaseStrategy(admission: Admission, verdicts: WeakMap<object, Verdict>): Authenticate {
  const authenticator = new passport.Passport();
  // Its types name the first two arguments the other way round: what it calls with is request, certificate, done.
  const verify = (request: Request, certificate: { raw: Buffer }, done: VerifyCallback) => {
    const verdict = verdicts.get(request.socket) ?? ABSENT;
    const fingerprint = fingerprintOf(certificate.raw);
    if (!verdict.accepted || verdict.fingerprint !== fingerprint) return done(null, false);
    admission.admit(fingerprint).then(
      (holder) => done(null, holder ?? false),
      (error: unknown) => done(error),
    );
  };
  const strategy = new Strategy({ passReqToCallback: true }, verify as unknown as VerifyFunctionWithRequest);
  authenticator.use("client-cert", strategy as unknown as passport.Strategy);
  return (request, done) => {
    const handler = authenticator.authenticate(
      "client-cert",
      { session: false },
      (error: unknown, holder: Holder | false | null) => done(error, holder || null),
    );
    handler(request, request.res, (error: unknown) => done(error, null));
  };
}

/**
 * A session belongs to one certificate. Whoever brings another's cookie ends that session and starts with an empty
 * one; a form that came with it is not carried out.
 */
async function tieSession(request: Request, holder: Holder): Promise<void> {
  const { session } = request;
  const mismatch = session.fingerprint !== undefined && session.fingerprint !== holder.fingerprint;
  if (mismatch) {
    await new Promise<void>((resolve, reject) =>
      session.regenerate((error: unknown) => (error ? reject(error) : resolve())),
    );
  }
  request.session.fingerprint = holder.fingerprint;
  request.session.ownerId = holder.kind === "operator" ? holder.operatorId : holder.staffId;
  if (mismatch && request.method !== "GET" && request.method !== "HEAD") throw new Problem("csrf-invalid");
}
