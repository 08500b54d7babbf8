/** 申請サイト利用者, their sessions and the second factors of those who enter with a client certificate. */

export const USER_STATES = ["ACTIVE", "DISABLED"] as const;
export const FACTOR_OWNERS = ["operator", "staff"] as const;
export const FACTOR_KINDS = ["TOTP", "PASSKEY"] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];
