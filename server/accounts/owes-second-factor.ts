import type { Request } from "express";
import type { Database } from "../db/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { policyOf } from "./factor-store.ts";
import { isFactorActor, isFresh, policyRequires } from "./second-factor.ts";

/** Must this actor give the second factor before a route that wants it fresh? (safety.md 2) */
export function owesSecondFactor({ db, clock }: { db: Database; clock: Clock }) {
  return async (actor: Actor, request: Request, typing: boolean): Promise<boolean> => {
    if (!isFactorActor(actor)) return false;
    const { secondFactorAt, fingerprint } = request.session;
    if (isFresh({ secondFactorAt, fingerprint }, actor, clock.now(), typing)) return false;
    return policyRequires(actor, await policyOf(db.read, actor));
  };
}
