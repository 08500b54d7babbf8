import type { Request } from "express";
import type { Database } from "../db/index.ts";
import { type Actor, PUBLIC } from "../kernel/actor.ts";
import { actorOf } from "./sign-in.ts";
import { userById } from "./store.ts";

/**
 * Who asks on the applicant site: the session names a user, the database says on every request whether that user may
 * still come in (safety.md 1, class 29).
 */
export function identifyApplicant({ db }: { db: Database }): (request: Request) => Promise<Actor> {
  return async (request) => {
    const ownerId = request.session?.ownerId;
    if (ownerId === undefined) return PUBLIC;
    const user = await userById(db.read, ownerId);
    return user === null || user.state !== "ACTIVE" ? PUBLIC : actorOf(user);
  };
}
