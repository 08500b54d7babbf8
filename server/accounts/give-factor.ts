import { appendAudit } from "../audit/index.ts";
import type { Executor } from "../db/index.ts";
import { Problem } from "../kernel/problem.ts";
import { type FactorDeps, totpContext } from "./enrol-factor.ts";
import { factorStore, factorsOf, type StoredFactor } from "./factor-store.ts";
import type { AuthenticationAnswer, Passkeys } from "./passkeys.ts";
import { unseal } from "./seal.ts";
import { type FactorActor, ownerOf } from "./second-factor.ts";
import { type CountedAttempt, countSignIn } from "./throttle-store.ts";
import { acceptedStep } from "./totp.ts";

/**
 * A code of one of the actor's authenticator apps.
 * Problems: second-factor-wrong (also for a code that was used), too-many-attempts.
 */
export async function giveTotp(
  deps: FactorDeps,
  actor: FactorActor,
  input: { readonly code: string; readonly address: string },
): Promise<void> {
  const attempt = await count(deps, actor, input.address);
  const now = deps.clock.now();
  for (const factor of await factorsOf(deps.db.read, ownerOf(actor))) {
    if (factor.kind !== "TOTP") continue;
    const secret = unseal(deps.sealingKey, factor.secret, totpContext(actor));
    const step = acceptedStep(secret, input.code, now, factor.lastUsedStep);
    if (step === null) continue;
    await deps.db.transact(async (tx) => {
      if (!(await factorStore(tx, ownerOf(actor)).takeStep(factor.id, step, now))) {
        throw new Problem("second-factor-wrong");
      }
      await given(tx, actor, factor, attempt, now);
    });
    return;
  }
  throw new Problem("second-factor-wrong");
}

/**
 * The answer of one of the actor's passkeys to the session's challenge, which the caller has taken out of the session.
 * Problems: passkey-refused, too-many-attempts.
 */
export async function givePasskey(
  deps: FactorDeps & { readonly passkeys: Passkeys },
  actor: FactorActor,
  input: { readonly challenge: string; readonly answer: AuthenticationAnswer; readonly address: string },
): Promise<void> {
  const attempt = await count(deps, actor, input.address);
  const factors = await factorsOf(deps.db.read, ownerOf(actor));
  const factor = factors.find((one) => one.kind === "PASSKEY" && one.secret.credentialId === input.answer.id);
  if (factor?.kind !== "PASSKEY") throw new Problem("passkey-refused");
  const counter = await deps.passkeys.authenticated(
    input.answer,
    input.challenge,
    factor.secret,
    factor.lastUsedStep,
  );
  const now = deps.clock.now();
  await deps.db.transact(async (tx) => {
    if (!(await factorStore(tx, ownerOf(actor)).moveCounter(factor.id, factor.lastUsedStep, counter, now))) {
      throw new Problem("passkey-refused");
    }
    await given(tx, actor, factor, attempt, now);
  });
}

const count = (deps: FactorDeps, actor: FactorActor, address: string): Promise<CountedAttempt> =>
  countSignIn(deps.db, { kind: "factor", account: ownerOf(actor).id, address }, deps.clock.now());

async function given(
  tx: Executor,
  actor: FactorActor,
  factor: StoredFactor,
  attempt: CountedAttempt,
  now: Temporal.Instant,
): Promise<void> {
  await attempt.succeeded(tx);
  await appendAudit(tx, [
    {
      tenant: actor.kind === "operator" ? actor.tenant : "system",
      at: now,
      actor,
      action: "second-factor.given",
      subject: { kind: "secondFactor", id: factor.id },
      details: { kind: factor.kind },
    },
  ]);
}
