/** 申請サイト利用者, their sessions and the second factors of those who enter with a client certificate. */

export const USER_STATES = ["ACTIVE", "DISABLED"] as const;
export type UserState = (typeof USER_STATES)[number];
export const FACTOR_OWNERS = ["operator", "staff"] as const;
export const FACTOR_KINDS = ["TOTP", "PASSKEY"] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** How long a temporary password opens the door, once. */
export const TEMPORARY_PASSWORD_LIFETIME = Temporal.Duration.from({ hours: 24 });

const LOGIN_ID = /^[A-Za-z0-9._-]{6,32}$/;

/** ログインID: 6 to 32 letters, digits, dots, underscores and hyphens (domain.md 2). */
export function isLoginId(text: string): boolean {
  return LOGIN_ID.test(text);
}

/** The form a login ID is stored and looked up in: case does not tell two people apart. */
export function loginIdKey(text: string): string {
  return text.trim().toLowerCase();
}

/** As much of a user's row as signing in decides on. */
export interface Credentials {
  readonly state: UserState;
  readonly temporaryUntil: Temporal.Instant | null;
}

export type SignInDecision = "own-password" | "temporary-password" | "refused";

/**
 * Which password let the user in. A temporary one counts while it lasts; the user's own stays valid beside it, so
 * that asking for a temporary password in somebody else's name locks nobody out.
 */
export function decideSignIn(
  user: Credentials | null,
  matches: { readonly own: boolean; readonly temporary: boolean },
  now: Temporal.Instant,
): SignInDecision {
  if (user === null || user.state !== "ACTIVE") return "refused";
  if (matches.own) return "own-password";
  const inTime = user.temporaryUntil !== null && Temporal.Instant.compare(now, user.temporaryUntil) < 0;
  return matches.temporary && inTime ? "temporary-password" : "refused";
}
