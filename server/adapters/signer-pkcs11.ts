import { Worker } from "node:worker_threads";
import { isProblem, Problem, type ProblemCode } from "../kernel/problem.ts";
import { refuseInsideTransaction } from "../kernel/transaction-marker.ts";
import type { KeyStore } from "./key-store.ts";
import type { PublicHalf, TokenPlace } from "./pkcs11-session.ts";
import type { TokenAnswer, TokenCall, TokenCalls } from "./pkcs11-worker.ts";
import { semaphore } from "./semaphore.ts";
import type { Signer } from "./signer.ts";

/**
 * Issuing keys in a token (an HSM, a smart card, SoftHSM) behind PKCS #11: made there, never to leave it. Each session
 * has a worker thread and one call under way; what comes in meanwhile waits in line.
 *
 * A token that is gone fails the signatures under way with a plain error, as a database does: what was to be signed is
 * recovery's. The next signature logs in anew. Only a signature that the token refused to begin is asked for twice.
 */

export interface TokenOptions extends TokenPlace {
  /** How many sessions, and so signatures at once. */
  readonly sessions: number;
}

export interface Token extends KeyStore {
  close(): Promise<void>;
}

/** RFC 7512 2.3: the token by its label; everything but unreserved characters in percent form. */
const tokenUri = (label: string): string => `pkcs11:token=${encodeURIComponent(label)}`;

const WORKER = new URL("./pkcs11-worker.ts", import.meta.url);
/** Initializing a library again interrupts everybody on it: not for every signature that waits for a token. */
const REINITIALIZE_EVERY_MS = 5_000;
/** How many pools stand on each library: with a second one, nobody may initialize it again. */
const pools = new Map<string, number>();

/**
 * Logs in to a token. Problems: pkcs11-not-installed, pkcs11-module-missing, pkcs11-token-missing, pkcs11-pin-wrong,
 * which is final: a token locks itself after a few wrong PINs, so this one is never tried again.
 */
export async function openToken(options: TokenOptions): Promise<Token> {
  const { module, token, sessions } = options;
  const seats = Array.from({ length: sessions }, () => seatOn(options));
  const free = [...seats];
  const inLine = semaphore(sessions);
  const oneAtATime = semaphore(1);
  pools.set(module, (pools.get(module) ?? 0) + 1);
  let pinRefused: Problem | null = null;
  let reinitializedAt = Number.NEGATIVE_INFINITY;
  /** Stands while the library is initialized again. */
  let paused: Promise<void> = Promise.resolve();

  /** One login at a time, so that a PIN that became wrong is tried once and not once for each session. */
  async function connect(seat: Seat): Promise<void> {
    if (seat.isConnected()) return;
    await oneAtATime(async () => {
      if (pinRefused) throw pinRefused;
      try {
        await paused;
        await seat.call("connect").catch(async (error: unknown) => {
          if (!isProblem(error, "pkcs11-token-missing") || !(await reinitialized(seat))) throw error;
          await seat.call("connect");
        });
      } catch (error) {
        if (isProblem(error, "pkcs11-pin-wrong")) pinRefused = error;
        throw error;
      }
    });
  }

  async function reinitialized(seat: Seat): Promise<boolean> {
    const now = performance.now();
    if (now - reinitializedAt < REINITIALIZE_EVERY_MS || (pools.get(module) ?? 0) > 1) return false;
    reinitializedAt = now;
    const { promise, resolve } = Promise.withResolvers<void>();
    paused = promise;
    try {
      await Promise.allSettled(seats.map((each) => each.underWay()));
      for (const each of seats) each.forget();
      await seat.call("reinitialize");
    } finally {
      resolve();
    }
    return true;
  }

  const call = <N extends keyof TokenCalls>(name: N, ...args: TokenCalls[N]["args"]) =>
    inLine(async () => {
      const seat = free.pop();
      if (!seat) throw new Error("more calls than sessions");
      try {
        for (let tried = 1; ; tried += 1) {
          await connect(seat);
          await paused;
          try {
            return await seat.call(name, ...args);
          } catch (error) {
            // It was there when it was opened: this is another token, or one that comes back piece by piece.
            if (name === "sign" && isProblem(error)) seat.forget();
            if (tried > 1 || !(error instanceof TokenFailure && error.unsigned)) throw error;
          }
        }
      } finally {
        free.push(seat);
      }
    });

  const signer = (name: string, { spki, algorithm }: PublicHalf): Signer => ({
    publicKeySpki: spki,
    algorithm,
    async sign(bytes) {
      refuseInsideTransaction("sign");
      try {
        return await call("sign", name, bytes);
      } catch (error) {
        // Nobody who asks for a certificate did anything wrong: for issuance this is a failure, never a refusal.
        throw isProblem(error) ? new TokenFailure(token, error.code, true) : error;
      }
    },
  });

  let closed = false;
  const close = async () => {
    if (closed) return;
    closed = true;
    await Promise.all(seats.map((seat) => seat.close()));
    pools.set(module, (pools.get(module) ?? 1) - 1);
  };
  try {
    await call("connect");
  } catch (error) {
    await close();
    throw error;
  }
  return {
    place: tokenUri(token),
    names: () => call("names"),
    open: async (name) => signer(name, await call("key", name)),
    async create(name, kind) {
      refuseInsideTransaction("make a key");
      return signer(name, await call("create", name, kind));
    },
    remove: async (name) => void (await call("remove", name)),
    close,
  };
}

/** Not a Problem: nobody did anything wrong who could put it right by asking differently. */
class TokenFailure extends Error {
  readonly unsigned: boolean;

  constructor(token: string, why: string, unsigned: boolean) {
    super(`the token ${token} does not answer (${why})`);
    this.name = "TokenFailure";
    this.unsigned = unsigned;
  }
}

/** A Problem does not survive the way between threads as itself. */
const revived = ({ code, params }: { code: ProblemCode; params: object }): Problem =>
  Object.assign(new Problem("not-found"), { code, params, message: code });

interface Seat {
  call<N extends keyof TokenCalls>(name: N, ...args: TokenCalls[N]["args"]): Promise<TokenCalls[N]["result"]>;
  isConnected(): boolean;
  /** The library was initialized again: its session is gone. */
  forget(): void;
  underWay(): Promise<unknown>;
  close(): Promise<void>;
}

/** A session's place: the thread is started with the first call and, where it ended, with the next. */
function seatOn({ module, token, pin }: TokenPlace): Seat {
  let worker: Worker | null = null;
  let connected = false;
  let waiting: ((said: TokenAnswer) => void) | null = null;
  let last: Promise<unknown> = Promise.resolve();

  function start(): Worker {
    const workerData: TokenPlace = { module, token, pin };
    const made = new Worker(WORKER, { workerData });
    made.on("message", (said: TokenAnswer) => waiting?.(said));
    const ended = (error: unknown) => {
      if (worker === made) worker = null;
      connected = false;
      waiting?.({ failure: String(error), unsigned: false });
    };
    made.on("error", ended);
    made.on("exit", (code) => ended(`the thread ended with ${code}`));
    return made;
  }

  async function call<N extends keyof TokenCalls>(
    name: N,
    ...args: TokenCalls[N]["args"]
  ): Promise<TokenCalls[N]["result"]> {
    worker ??= start();
    const to = worker;
    to.ref(); // an idle session keeps no process alive
    const answered = new Promise<TokenAnswer>((resolve) => {
      waiting = resolve;
      to.postMessage({ name, args } as TokenCall);
    });
    last = answered;
    const said = await answered;
    waiting = null;
    to.unref();
    if ("result" in said) {
      connected = name !== "close" && name !== "reinitialize";
      return said.result as TokenCalls[N]["result"];
    }
    if ("problem" in said) throw revived(said.problem);
    connected = false;
    throw new TokenFailure(token, said.failure, said.unsigned);
  }

  return {
    call,
    isConnected: () => connected,
    forget() {
      connected = false;
    },
    underWay: () => last,
    async close() {
      const running = worker;
      if (!running) return;
      await last.catch(() => undefined);
      await call("close").catch(() => undefined);
      await running.terminate();
    },
  };
}
