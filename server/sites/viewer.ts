import { eq } from "drizzle-orm";
import type { Database } from "../db/index.ts";
import type { Viewer } from "../http/view.ts";
import type { Actor } from "../kernel/actor.ts";
import { organizationTables } from "../organizations/index.ts";

/** Who is looking, as the header of every page says it. */
export function viewerOf(db: Database): (actor: Actor) => Promise<Viewer | null> {
  return async (actor) => {
    if (actor.kind === "staff") return { name: actor.name, organization: null };
    if (actor.kind !== "applicant" && actor.kind !== "operator") return null;
    const { subscribers } = organizationTables(db.read.columns);
    const [row] = await db.read
      .select({ name: subscribers.name })
      .from(subscribers)
      .where(eq(subscribers.id, actor.tenant));
    return { name: actor.name, organization: row?.name ?? null };
  };
}
