import { and, eq, inArray } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import { operatorTables } from "../operators/tables.ts";
import { organizationTables, type SubscriberPolicy } from "../organizations/index.ts";

/** Who hears of a subscriber's requests, and what the subscriber decided about approvals. */
export interface Parties {
  readonly name: string;
  readonly language: Language;
  /** CC and Reply-To of every mail marked H (domain.md 6). */
  readonly noticeAddress: string;
  readonly policy: SubscriberPolicy;
  readonly operatorEmails: readonly string[];
}

/** One query for the subscriber, one for its operators who can approve today. */
export async function partiesOf(on: Reader, tenant: Tenant): Promise<Parties> {
  const { subscribers: s } = organizationTables(on.columns);
  const { operators: o } = operatorTables(on.columns);
  const [subscriber] = await on
    .select({ name: s.name, language: s.language, noticeAddress: s.noticeAddress, policy: s.policy })
    .from(s)
    .where(eq(s.id, tenant));
  if (!subscriber) throw new Problem("not-found");
  const operators = await on
    .select({ email: o.email })
    .from(o)
    .where(and(eq(o.subscriberId, tenant), inArray(o.state, ["ACTIVE", "RENEWAL_DUE"])))
    .orderBy(o.id);
  return { ...subscriber, operatorEmails: [...new Set(operators.map(({ email }) => email))] };
}
