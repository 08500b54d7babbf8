import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from "@simplewebauthn/server";
import { z } from "zod";
import { Problem } from "../kernel/problem.ts";
import type { PasskeyRecord, StoredFactor } from "./factor-store.ts";
import { type FactorActor, ownerOf } from "./second-factor.ts";

export type RegistrationAnswer = RegistrationResponseJSON;
export type AuthenticationAnswer = AuthenticationResponseJSON;

/** Passkeys of one site (WebAuthn level 3): bound to its host, accepted from its origin alone, user verified. */
export interface Passkeys {
  /** Options for navigator.credentials.create; their `challenge` belongs into the session. */
  registrationOptions(
    actor: FactorActor,
    known: readonly StoredFactor[],
  ): Promise<PublicKeyCredentialCreationOptionsJSON>;
  /** Options for navigator.credentials.get; null when there is no passkey to ask. */
  authenticationOptions(
    known: readonly StoredFactor[],
  ): Promise<PublicKeyCredentialRequestOptionsJSON | null>;
  /** Problem: passkey-refused. */
  registered(
    answer: RegistrationAnswer,
    challenge: string,
  ): Promise<{ record: PasskeyRecord; counter: number }>;
  /** The new signature counter. Problem: passkey-refused, also when the counter did not rise (a copied key). */
  authenticated(
    answer: AuthenticationAnswer,
    challenge: string,
    record: PasskeyRecord,
    counter: number,
  ): Promise<number>;
}

/** What the counter column holds; real authenticators count signatures, or always say 0. */
const LARGEST_COUNTER = 0x7fff_ffff;

/**
 * @param url where people find the site, looked up late because a port may be chosen at listen: its host is the
 * relying party's id, its origin the only one accepted
 */
export function passkeysOf(url: () => string, name: string): Passkeys {
  const site = () => new URL(url());
  return {
    registrationOptions(actor, known) {
      const owner = ownerOf(actor);
      return generateRegistrationOptions({
        rpID: site().hostname,
        rpName: name,
        userID: new TextEncoder().encode(`${owner.kind}:${owner.id}`),
        userName: actor.name,
        attestationType: "none",
        excludeCredentials: credentials(known),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
      });
    },

    async authenticationOptions(known) {
      const allowCredentials = credentials(known);
      if (allowCredentials.length === 0) return null;
      return generateAuthenticationOptions({
        rpID: site().hostname,
        allowCredentials,
        userVerification: "required",
      });
    },

    async registered(answer, challenge) {
      const verdict = await orRefused(
        verifyRegistrationResponse({
          response: answer,
          expectedChallenge: challenge,
          expectedOrigin: site().origin,
          expectedRPID: site().hostname,
          requireUserVerification: true,
        }),
      );
      if (!verdict.verified) throw new Problem("passkey-refused");
      const { credential, credentialBackedUp } = verdict.registrationInfo;
      if (credential.counter > LARGEST_COUNTER) throw new Problem("passkey-refused");
      const record = {
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString("base64url"),
        transports: credential.transports ?? [],
        backedUp: credentialBackedUp,
      };
      return { record, counter: credential.counter };
    },

    async authenticated(answer, challenge, record, counter) {
      const verdict = await orRefused(
        verifyAuthenticationResponse({
          response: answer,
          expectedChallenge: challenge,
          expectedOrigin: site().origin,
          expectedRPID: site().hostname,
          requireUserVerification: true,
          credential: {
            id: record.credentialId,
            publicKey: new Uint8Array(Buffer.from(record.publicKey, "base64url")),
            counter,
            transports: [...record.transports],
          },
        }),
      );
      const { newCounter } = verdict.authenticationInfo;
      if (!verdict.verified || newCounter > LARGEST_COUNTER) throw new Problem("passkey-refused");
      return newCounter;
    },
  };
}

function credentials(known: readonly StoredFactor[]): { id: string; transports: string[] }[] {
  return known.flatMap((factor) =>
    factor.kind === "PASSKEY"
      ? [{ id: factor.secret.credentialId, transports: [...factor.secret.transports] }]
      : [],
  );
}

/** The library throws an Error for whatever is not right in an answer: another origin, challenge, key, flag. */
async function orRefused<T>(verification: Promise<T>): Promise<T> {
  try {
    return await verification;
  } catch {
    throw new Problem("passkey-refused");
  }
}

const answerShape = z.looseObject({
  id: z.string().min(1).max(2048),
  rawId: z.string().min(1).max(2048),
  type: z.literal("public-key"),
  response: z.looseObject({ clientDataJSON: z.string().max(16_384) }),
  clientExtensionResults: z.looseObject({}),
});

/** What the browser put into the form: `PublicKeyCredential.toJSON()` as text. Problem: passkey-refused. */
export function parseAnswer<T extends RegistrationAnswer | AuthenticationAnswer>(text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Problem("passkey-refused");
  }
  const parsed = answerShape.safeParse(value);
  if (!parsed.success) throw new Problem("passkey-refused");
  return parsed.data as unknown as T;
}
