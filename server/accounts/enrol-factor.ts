import { appendAudit } from "../audit/index.ts";
import type { Database } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { factorStore, type NewFactor } from "./factor-store.ts";
import type { Passkeys, RegistrationAnswer } from "./passkeys.ts";
import { seal } from "./seal.ts";
import { type FactorActor, ownerOf } from "./second-factor.ts";
import { acceptedStep } from "./totp.ts";

export interface FactorDeps {
  readonly db: Database;
  readonly clock: Clock;
  /** 32 bytes that seal TOTP secrets; kept outside the database. */
  readonly sealingKey: Uint8Array;
}

/** The first factor is enrolled with the client certificate alone; any further one needs a factor just given. */
interface Enrolment {
  readonly name: string;
  readonly fresh: boolean;
}

/** What the secret of an authenticator app is sealed for. */
export const totpContext = (actor: FactorActor): string => {
  const owner = ownerOf(actor);
  return `totp:${owner.kind}:${owner.id}`;
};

/**
 * Adds an authenticator app that has shown one right code, which is used up by this.
 * Problems: second-factor-wrong, second-factor-required.
 */
export async function enrolTotp(
  deps: FactorDeps,
  actor: FactorActor,
  input: Enrolment & { readonly secret: Uint8Array; readonly code: string },
): Promise<void> {
  const step = acceptedStep(input.secret, input.code, deps.clock.now(), -1);
  if (step === null) throw new Problem("second-factor-wrong");
  const secret = seal(deps.sealingKey, input.secret, totpContext(actor));
  await add(deps, actor, input, { id: newId(), kind: "TOTP", name: input.name, secret, lastUsedStep: step });
}

/**
 * Adds a passkey that has answered the session's challenge.
 * Problems: passkey-refused, second-factor-required.
 */
export async function enrolPasskey(
  deps: FactorDeps & { readonly passkeys: Passkeys },
  actor: FactorActor,
  input: Enrolment & { readonly challenge: string; readonly answer: RegistrationAnswer },
): Promise<void> {
  const { record, counter } = await deps.passkeys.registered(input.answer, input.challenge);
  await add(deps, actor, input, {
    id: newId(),
    kind: "PASSKEY",
    name: input.name,
    secret: record,
    lastUsedStep: counter,
  });
}

async function add(
  deps: FactorDeps,
  actor: FactorActor,
  { fresh }: Enrolment,
  factor: NewFactor,
): Promise<void> {
  const now = deps.clock.now();
  await deps.db.transact(async (tx) => {
    const store = factorStore(tx, ownerOf(actor));
    if (!fresh && (await store.list()).length > 0) throw new Problem("second-factor-required");
    await store.add(factor, now);
    await appendAudit(tx, [
      {
        tenant: actor.kind === "operator" ? actor.tenant : "system",
        at: now,
        actor,
        action: "second-factor.added",
        subject: { kind: "secondFactor", id: factor.id },
        details: { kind: factor.kind, name: factor.name },
      },
    ]);
  });
}
