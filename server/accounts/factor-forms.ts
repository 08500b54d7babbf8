import { type Answer, page, redirect } from "../http/answer.ts";
import type { VisitorSession } from "../http/session.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { totpContext } from "./enrol-factor.ts";
import type { FactorCall } from "./factor-session.ts";
import { factorsOf, type StoredFactor } from "./factor-store.ts";
import { type Sealed, seal, unseal } from "./seal.ts";
import { ownerOf } from "./second-factor.ts";
import { newTotpSecret, type QrCode, qrCode, totpSecretText, totpUri } from "./totp.ts";

interface Challenge {
  readonly totp: boolean;
  /** Options for the browser, as JSON text; null: no passkey is registered. */
  readonly passkey: string | null;
  readonly errors: FieldErrors;
}

interface TotpForm {
  readonly qr: QrCode;
  readonly uri: string;
  readonly key: string;
  /** As typed; null: nothing yet. */
  readonly name: string | null;
  readonly errors: FieldErrors;
}

interface PasskeyForm {
  readonly options: string;
  /** As typed; null: nothing yet. */
  readonly name: string | null;
  readonly errors: FieldErrors;
}

const challengeView = view<Challenge>("shared/second-factor/challenge");
const totpView = view<TotpForm>("shared/second-factor/totp");
const passkeyView = view<PasskeyForm>("shared/second-factor/passkey");

/** The challenge page; without any factor there is nothing to ask for, but one to enrol. */
export async function challenge({ deps, actor, session }: FactorCall, errors: FieldErrors): Promise<Answer> {
  const factors = await factorsOf(deps.db.read, ownerOf(actor));
  if (factors.length === 0) return redirect("/second-factors");
  const options = await deps.passkeys.authenticationOptions(factors);
  session.set("challenge", options?.challenge);
  return page(challengeView, {
    totp: factors.some((factor: StoredFactor) => factor.kind === "TOTP"),
    passkey: options === null ? null : JSON.stringify(options),
    errors,
  });
}

export function totpForm(call: FactorCall, errors: FieldErrors): Answer {
  const { deps, actor, session, typed } = call;
  let secret = pendingSecret(call);
  if (secret === null) {
    secret = newTotpSecret();
    const sealed = seal(deps.sealingKey, secret, totpContext(actor));
    session.set("drafts", { ...session.get("drafts"), totp: { ...sealed } });
  }
  const uri = totpUri(secret, { issuer: deps.totpIssuer, account: actor.name });
  const key = totpSecretText(secret);
  return page(totpView, { qr: qrCode(uri), uri, key, name: typed["name"] ?? null, errors });
}

/** The secret on the enrolment page waits in the session, sealed, so that reloading shows the same QR code. */
export function pendingSecret({ deps, actor, session }: FactorCall): Uint8Array | null {
  const sealed = session.get("drafts")?.["totp"] as Sealed | undefined;
  return sealed === undefined ? null : unseal(deps.sealingKey, sealed, totpContext(actor));
}

export async function passkeyForm(
  { deps, actor, session, typed }: FactorCall,
  errors: FieldErrors,
): Promise<Answer> {
  const known = await factorsOf(deps.db.read, ownerOf(actor));
  const options = await deps.passkeys.registrationOptions(actor, known);
  session.set("challenge", options.challenge);
  return page(passkeyView, { options: JSON.stringify(options), name: typed["name"] ?? null, errors });
}

/** Once it is enrolled, the session forgets it. */
export function forgetPendingSecret(session: VisitorSession): void {
  const { totp: _, ...others } = session.get("drafts") ?? {};
  session.set("drafts", others);
}
