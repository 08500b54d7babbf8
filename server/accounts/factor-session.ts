import { type Answer, redirect } from "../http/answer.ts";
import { localPath } from "../http/language.ts";
import type { Call } from "../http/route.ts";
import type { VisitorSession } from "../http/session.ts";
import { Problem } from "../kernel/problem.ts";
import type { FactorDeps } from "./enrol-factor.ts";
import { factorsOf } from "./factor-store.ts";
import type { Passkeys } from "./passkeys.ts";
import { type FactorActor, isFresh, ownerOf } from "./second-factor.ts";

/** What the second-factor pages need; `passkeys` and `totpIssuer` are those of the site that mounts them. */
export interface SecondFactorDeps extends FactorDeps {
  readonly passkeys: Passkeys;
  /** The name authenticator apps show above the code. */
  readonly totpIssuer: string;
}

export type FactorCall = Pick<
  Call<SecondFactorDeps, "operator" | "staff", unknown, unknown, unknown>,
  "deps" | "session" | "typed" | "visit"
> & { readonly actor: FactorActor };

/** Was a factor given in the last five minutes, with this certificate? */
export const fresh = ({ session, actor, deps }: FactorCall): boolean =>
  isFresh(
    { secondFactorAt: session.get("secondFactorAt"), fingerprint: session.get("fingerprint") },
    actor,
    deps.clock.now(),
  );

/** The first factor with the certificate alone; afterwards only with a factor just given, whatever the policy. */
export async function mayEnrol(call: FactorCall): Promise<boolean> {
  return fresh(call) || (await factorsOf(call.deps.db.read, ownerOf(call.actor))).length === 0;
}

/** To the challenge, and afterwards back to `next`. */
export function askAgain({ session, visit }: FactorCall, next = visit.url): Answer {
  session.set("next", next);
  return redirect("/second-factor");
}

/** A challenge is answered once, rightly or wrongly. Problem: passkey-refused. */
export function takeChallenge(session: VisitorSession): string {
  const expected = session.get("challenge");
  session.set("challenge", undefined);
  if (expected === undefined) throw new Problem("passkey-refused");
  return expected;
}

/** Marks the session, under a new id, as having given the factor now with this very certificate. */
export async function markGiven({ deps, actor, session, visit }: FactorCall): Promise<string> {
  const next = localPath(session.get("next"));
  // What was typed before the detour belongs to the same certificate, which this session is bound to.
  const drafts = session.get("drafts");
  await session.renew();
  session.set("drafts", drafts);
  session.set("next", undefined);
  session.set("ownerId", ownerOf(actor).id);
  session.set("fingerprint", actor.fingerprint);
  session.set("visitor", { address: visit.address, userAgent: visit.userAgent });
  session.set("secondFactorAt", deps.clock.now().epochMilliseconds);
  return next;
}
