import { recoverIntents } from "../authority/index.ts";
import { system } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import type { IssuanceDeps } from "./issuance.ts";
import { issuanceStore } from "./store.ts";

const RECOVERY = system("recovery");

/**
 * Puts right what a process left behind when it died: each intent whose lease has run out becomes ABANDONED, so that
 * its serial answers "revoked", and in the same transaction its request goes back to APPROVED, to be issued anew
 * under another serial. Intents of operators, staff and sites are abandoned too; whoever ordered them orders again.
 * Gives how many intents were abandoned and which requests went back.
 */
export async function recoverIssuance(
  deps: Pick<IssuanceDeps, "db" | "clock" | "step">,
): Promise<{ readonly abandoned: number; readonly released: readonly Id[] }> {
  const released = new Set<Id>();
  const abandoned = await recoverIntents(deps, async (tx, intents, at) => {
    const store = issuanceStore(tx);
    const requests = await store.release(intents.map(({ id }) => id));
    await store.note(requests, "RECOVERED", RECOVERY, at);
    // A set, as a transaction that PostgreSQL runs again comes by twice.
    for (const { id } of requests) released.add(id);
  });
  return { abandoned: abandoned.length, released: [...released] };
}
