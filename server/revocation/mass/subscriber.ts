import { z } from "zod";
import { page } from "../../http/answer.ts";
import { routesOf } from "../../http/route.ts";
import { view } from "../../http/view.ts";
import { Problem } from "../../kernel/problem.ts";
import type { RequestDeps } from "../../requests/index.ts";
import { type MemberLine, membersOf } from "./members.ts";
import { type OwnMass, ownMassRevocation } from "./own-pages.ts";

interface OwnModel {
  readonly mass: OwnMass;
  readonly members: readonly MemberLine[];
  /** Where the list goes on; null: this is its end. */
  readonly next: string | null;
}

const route = routesOf<RequestDeps>();
const ownView = view<OwnModel>("shared/mass-revocations/show");
const PAGE = 100;

/** A subscriber's share of a mass revocation: the same page on both sites. */
export const ownMassRevocationRoutes = (permission: "applicant" | "operator") => [
  route({
    method: "GET",
    path: "/mass-revocations/:id",
    permission,
    params: z.object({ id: z.uuid() }),
    query: z.object({ after: z.uuid().optional().catch(undefined) }),
    handle: async ({ deps, actor, params, query }) => {
      const mass = await ownMassRevocation(deps.db.read, actor.tenant, params.id, deps.clock.now());
      if (mass === null) throw new Problem("not-found");
      const options = { tenant: actor.tenant, after: query.after ?? null, limit: PAGE + 1 };
      const found = await membersOf(deps.db.read, params.id, options);
      const members = found.slice(0, PAGE);
      const last = found.length > PAGE ? members.at(-1) : undefined;
      const next = last ? `/mass-revocations/${params.id}?after=${last.id}` : null;
      return page(ownView, { mass, members, next });
    },
  }),
];
