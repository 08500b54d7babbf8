import { createHash } from "node:crypto";
import type { RequestHandler } from "express";
import session from "express-session";
import type { Catalogue } from "../i18n/index.ts";
import type { Language } from "../kernel/languages.ts";

/**
 * Sessions of the sites. The cookie is `__Host-` bound (https, this host, path /); cookies do not know ports, so every
 * site has its own name. The store keeps only the SHA-256 of the session id: a read of the database opens no session.
 */
declare module "express-session" {
  interface SessionData {
    ownerId?: string;
    /** The client certificate that a session of an mTLS site belongs to. */
    fingerprint?: string;
    /** Epoch milliseconds of the last second factor given. */
    secondFactorAt?: number;
    language?: Language;
    flash?: { kind: "ok" | "info" | "warn" | "err"; code: keyof Catalogue["flash"] };
    /** Where to go after signing in or giving the second factor; always a path of this site. */
    next?: string;
    /** The challenge of a running passkey ceremony. */
    challenge?: string;
    /** Values between 入力 and 確認, by form. */
    drafts?: Record<string, Record<string, string>>;
    startedAt?: number;
  }
}

/** What handlers may do with the visitor's session. */
export interface VisitorSession {
  readonly id: string;
  get<K extends keyof session.SessionData>(key: K): session.SessionData[K] | undefined;
  set<K extends keyof session.SessionData>(key: K, value: session.SessionData[K] | undefined): void;
  /** A new session id, keeping the language: at sign-in and at every rise in privilege. */
  renew(): Promise<void>;
  /** Ends this session. */
  end(): Promise<void>;
}

export const SESSION_IDLE = Temporal.Duration.from({ minutes: 30 });
export const SESSION_ABSOLUTE = Temporal.Duration.from({ hours: 12 });

export const cookieName = (site: string): string => `__Host-inkan-${site}`;

/** The id under which a session is stored. */
export const storedSessionId = (sessionId: string): string =>
  createHash("sha256").update(sessionId).digest("hex");

export function sessions(options: { site: string; secret: string; store: session.Store }): RequestHandler {
  return session({
    name: cookieName(options.site),
    secret: options.secret,
    store: options.store,
    resave: false,
    saveUninitialized: false,
    rolling: false,
    cookie: { path: "/", httpOnly: true, secure: true, sameSite: "lax" },
  });
}

export function visitorSession(request: {
  session: session.Session & Partial<session.SessionData>;
}): VisitorSession {
  return {
    get id() {
      return request.session.id;
    },
    get: (key) => request.session[key],
    set: (key, value) => {
      if (value === undefined) delete request.session[key];
      else request.session[key] = value as never;
    },
    renew: () =>
      new Promise((resolve, reject) => {
        const { language, next } = request.session;
        request.session.regenerate((error) => {
          if (error) return reject(error);
          if (language) request.session.language = language;
          if (next) request.session.next = next;
          resolve();
        });
      }),
    end: () =>
      new Promise((resolve, reject) =>
        request.session.destroy((error) => (error ? reject(error) : resolve())),
      ),
  };
}
