import { appendAudit } from "../audit/index.ts";
import { addContract, lastDay } from "../contracts/index.ts";
import type { Database } from "../db/index.ts";
import { type Actor, type Tenant, tenantOf } from "../kernel/actor.ts";
import { type Clock, dayInJapan } from "../kernel/clock.ts";
import { newId, randomCode } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { addSubscriber, DEFAULT_POLICY, type SubscriberPolicy } from "../organizations/index.ts";

export interface EnrolmentDeps {
  readonly db: Database;
  readonly clock: Clock;
}

/**
 * Opens the site of a new subscriber: assigns its siteId and begins its contract of twelve months today, Japanese
 * time. What was agreed (`commitment`) is the number of certificates planned in that year.
 */
export async function registerSubscriber(
  deps: EnrolmentDeps,
  actor: Actor,
  input: {
    name: string;
    noticeAddress: string;
    language: Language;
    commitment: number;
    policy?: SubscriberPolicy;
  },
): Promise<Tenant> {
  const now = deps.clock.now();
  const tenant = tenantOf(newId());
  const siteId = `S${randomCode(40)}`;
  const startsOn = dayInJapan(now);
  await deps.db.transact(async (tx) => {
    await addSubscriber(tx, {
      id: tenant,
      siteId,
      name: input.name,
      noticeAddress: input.noticeAddress,
      language: input.language,
      policy: input.policy ?? DEFAULT_POLICY,
      state: "ACTIVE",
      createdAt: now,
      version: 1,
    });
    await addContract(tx, tenant, { startsOn, endsOn: lastDay(startsOn), commitment: input.commitment }, now);
    await appendAudit(tx, [
      {
        tenant,
        at: now,
        actor,
        action: "subscriber.registered",
        subject: { kind: "subscriber", id: tenant },
        details: { name: input.name, siteId, commitment: input.commitment },
      },
    ]);
  });
  return tenant;
}
