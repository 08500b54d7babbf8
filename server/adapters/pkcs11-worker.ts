import process from "node:process";
import { parentPort, workerData } from "node:worker_threads";
import { isProblem, type ProblemCode, type ProblemParams } from "../kernel/problem.ts";
import type { KeyKind } from "./key-store.ts";
import {
  type LoadedModule,
  loadModule,
  openSession,
  type PublicHalf,
  reinitialize,
  type TokenPlace,
  type TokenSession,
} from "./pkcs11-session.ts";

/**
 * The thread that waits for the token, so that the event loop does not. It answers one call at a time, and holds one
 * session. Any failure of a call ends the session: the next `connect` opens another.
 */

export interface TokenCalls {
  connect: { args: []; result: null };
  reinitialize: { args: []; result: null };
  names: { args: []; result: string[] };
  key: { args: [name: string]; result: PublicHalf };
  create: { args: [name: string, kind: KeyKind]; result: PublicHalf };
  remove: { args: [name: string]; result: null };
  sign: { args: [name: string, bytes: Uint8Array]; result: Uint8Array };
  close: { args: []; result: null };
}

export type TokenCall = {
  [N in keyof TokenCalls]: { name: N; args: TokenCalls[N]["args"] };
}[keyof TokenCalls];

export type TokenAnswer =
  | { readonly result: TokenCalls[keyof TokenCalls]["result"] }
  | { readonly problem: { readonly code: ProblemCode; readonly params: ProblemParams[ProblemCode] } }
  /** `unsigned`: the token refused before it could sign anything, so that the call may be made again. */
  | { readonly failure: string; readonly unsigned: boolean };

const place = workerData as TokenPlace;
let loaded: LoadedModule | null = null;
let session: TokenSession | null = null;

function close(): null {
  session?.close();
  session = null;
  return null;
}

async function answer(call: TokenCall): Promise<TokenCalls[keyof TokenCalls]["result"]> {
  if (call.name === "close") return close();
  loaded ??= await loadModule(place.module);
  if (call.name === "reinitialize") {
    close();
    reinitialize(loaded);
    return null;
  }
  if (call.name === "connect") {
    // Whatever session was before has ended. It is not closed here: its handle may be another thread's by now.
    session = openSession(loaded, place);
    return null;
  }
  if (!session) throw new Error("no session");
  if (call.name === "names") return session.names();
  if (call.name === "key") return session.key(...call.args);
  if (call.name === "create") return session.create(...call.args);
  if (call.name === "sign") return session.sign(...call.args);
  session.remove(...call.args);
  return null;
}

const failed = (error: unknown, call: TokenCall): TokenAnswer => {
  // A key that was there when it was opened is missing: the session is of another token than it was.
  if (!isProblem(error) || call.name === "sign") close();
  if (isProblem(error)) return { problem: { code: error.code, params: error.params } };
  const { message, method } = error as Error & { method?: string };
  return { failure: `${method ? `${method}: ` : ""}${message}`, unsigned: method === "C_SignInit" };
};

parentPort?.on("message", async (call: TokenCall) => {
  const said = await answer(call).then(
    (result): TokenAnswer => ({ result }),
    (error: unknown) => failed(error, call),
  );
  parentPort?.postMessage(said);
  if (call.name === "close") process.exit();
});
