/** オペレーター approve, issue and revoke; staff work on the desk. Both enter with a client certificate. */

export const OPERATOR_STATES = [
  "REQUESTED",
  "CA_REVIEW",
  "CERTIFICATE_READY",
  "ACTIVE",
  "RENEWAL_DUE",
  "SUSPENDED",
  "REMOVED",
] as const;
export type OperatorState = (typeof OPERATOR_STATES)[number];

/** An operator whose certificate opens the operator site. CERTIFICATE_READY becomes ACTIVE at the first visit. */
export const ADMITTED_OPERATOR_STATES: readonly OperatorState[] = ["CERTIFICATE_READY", "ACTIVE", "RENEWAL_DUE"];

export const STAFF_STATES = ["ACTIVE", "DISABLED"] as const;
export const HOLDER_KINDS = ["operator", "staff"] as const;
export type HolderKind = (typeof HOLDER_KINDS)[number];

const COMMON_NAME = /^[A-Z]\.[A-Z]+[0-9]{0,2}$/;

/** 名前頭文字.苗字, upper case, at most 15 characters, the desk's digits for namesakes included (domain.md 2). */
export function isOperatorCommonName(text: string): boolean {
  return text.length <= 15 && COMMON_NAME.test(text);
}
