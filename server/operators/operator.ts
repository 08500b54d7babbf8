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
export const ADMITTED_OPERATOR_STATES: readonly OperatorState[] = [
  "CERTIFICATE_READY",
  "ACTIVE",
  "RENEWAL_DUE",
];

/** An operator who has entered with a certificate and may again: one of these must remain (domain.md 3). */
export const WORKING_OPERATOR_STATES: readonly OperatorState[] = ["ACTIVE", "RENEWAL_DUE"];

export const STAFF_STATES = ["ACTIVE", "DISABLED"] as const;
export type StaffState = (typeof STAFF_STATES)[number];
export const HOLDER_KINDS = ["operator", "staff"] as const;
export type HolderKind = (typeof HOLDER_KINDS)[number];

/** How long the client certificate of an operator or a staff member is good for, in days. */
export const CLIENT_CERTIFICATE_DAYS = 365;

const COMMON_NAME = /^[A-Z]\.[A-Z]+[0-9]{0,2}$/;
const LONGEST_COMMON_NAME = 15;

/** 名前頭文字.苗字, upper case, at most 15 characters, the desk's digits for namesakes included (domain.md 2). */
export function isOperatorCommonName(text: string): boolean {
  return text.length <= LONGEST_COMMON_NAME && COMMON_NAME.test(text);
}

/**
 * The common name that romaji make: 名前頭文字.苗字, cut where it would pass 15 characters. Macrons fall away (Ōta →
 * OTA), and so does everything else that is no letter.
 *
 * @returns null when either part has no letter
 */
export function proposedCommonName(givenRomaji: string, familyRomaji: string): string | null {
  const letters = (text: string) =>
    text
      .normalize("NFKD")
      .toUpperCase()
      .replaceAll(/[^A-Z]/g, "");
  const initial = letters(givenRomaji).slice(0, 1);
  const family = letters(familyRomaji);
  return initial && family ? `${initial}.${family}`.slice(0, LONGEST_COMMON_NAME) : null;
}

/**
 * The name a new operator gets: the one wanted, or with the first free digits where a namesake has it already
 * (T.YAMADA, T.YAMADA2, … T.YAMADA99). The names of removed operators stay taken: a common name never changes hands.
 *
 * @param wanted a common name (isOperatorCommonName)
 * @param taken every common name this subscriber has ever used
 * @returns null when no free name fits into 15 characters
 */
export function freeCommonName(wanted: string, taken: readonly string[]): string | null {
  if (!taken.includes(wanted)) return wanted;
  const base = wanted.replace(/[0-9]+$/, "");
  for (let digits = 2; digits <= 99; digits += 1) {
    const name = `${base}${digits}`;
    if (!isOperatorCommonName(name)) return null;
    if (!taken.includes(name)) return name;
  }
  return null;
}

/** The state after a new certificate was issued; null: this operator may have none. */
export function stateAfterIssue(state: OperatorState): OperatorState | null {
  switch (state) {
    case "REQUESTED":
    case "CA_REVIEW":
    case "CERTIFICATE_READY":
      return "CERTIFICATE_READY";
    case "ACTIVE":
    case "RENEWAL_DUE":
      return "ACTIVE";
    case "SUSPENDED":
    case "REMOVED":
      return null;
  }
}

/** Whoever was suspended before having a certificate waits for one again. */
export function stateAfterResume(hasCertificate: boolean): OperatorState {
  return hasCertificate ? "ACTIVE" : "REQUESTED";
}

/**
 * May this operator go? Not the last who works: nobody could approve or revoke any more (domain.md 3).
 *
 * @param othersWorking how many other operators of the subscriber are in WORKING_OPERATOR_STATES
 */
export function mayRemove(state: OperatorState, othersWorking: number): boolean {
  return !WORKING_OPERATOR_STATES.includes(state) || othersWorking > 0;
}
