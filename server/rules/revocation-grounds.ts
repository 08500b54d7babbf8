import { type DatedRow, type DatedTable, inForce, type Moment } from "./dated.ts";

/** Why a certificate must be or may be revoked (BR 4.9.1.1), first those of 24 hours, then those of 5 days. */
export const REVOCATION_GROUNDS = [
  "SUBSCRIBER_REQUEST",
  "UNAUTHORISED_REQUEST",
  "KEY_COMPROMISE",
  "KEY_COMPUTABLE",
  "VALIDATION_UNRELIABLE",
  "WEAK_PARAMETERS",
  "MISUSE",
  "AGREEMENT_BREACH",
  "NO_RIGHT_TO_NAME",
  "WRONG_DATA",
  "NON_COMPLIANCE",
  "CA_CEASES",
] as const;
export type RevocationGround = (typeof REVOCATION_GROUNDS)[number];

/** CRLReason as far as BR 7.2.2 lets it appear; `unspecified` is said by leaving it out (RFC 5280 5.3.1). */
type Reason =
  | "unspecified"
  | "keyCompromise"
  | "affiliationChanged"
  | "superseded"
  | "cessationOfOperation"
  | "privilegeWithdrawn";

export interface GroundRule {
  /** From the moment the issuer learnt of it until the certificate must be revoked. */
  readonly deadlineHours: 24 | 120;
  /** What the CRL may say for it; the first is the usual one. */
  readonly reasons: readonly [Reason, ...Reason[]];
  readonly by: readonly ("subscriber" | "desk")[];
  /** Whether a planned revocation may be called off: not where the ground is a proven fact about the key itself. */
  readonly mayTurnOutUnfounded: boolean;
  readonly source: string;
}

export interface RevocationRules extends DatedRow {
  readonly grounds: Readonly<Record<RevocationGround, GroundRule>>;
}

const DAY = 24;
const FIVE_DAYS = 120;

/** Baseline Requirements 4.9.1.1 and 7.2.2, with the reason that belongs to each ground since ballot SC-061. */
export const PUBLIC_REVOCATION: DatedTable<RevocationRules> = [
  {
    from: null,
    grounds: {
      SUBSCRIBER_REQUEST: {
        deadlineHours: DAY,
        reasons: ["unspecified", "affiliationChanged", "superseded", "cessationOfOperation"],
        by: ["subscriber", "desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (1), 7.2.2",
      },
      UNAUTHORISED_REQUEST: {
        deadlineHours: DAY,
        reasons: ["privilegeWithdrawn"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (2)",
      },
      KEY_COMPROMISE: {
        deadlineHours: DAY,
        reasons: ["keyCompromise"],
        by: ["subscriber", "desk"],
        mayTurnOutUnfounded: false,
        source: "BR 4.9.1.1 (3)",
      },
      KEY_COMPUTABLE: {
        deadlineHours: DAY,
        reasons: ["keyCompromise"],
        by: ["desk"],
        mayTurnOutUnfounded: false,
        source: "BR 4.9.1.1 (4)",
      },
      VALIDATION_UNRELIABLE: {
        deadlineHours: DAY,
        reasons: ["superseded"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (5)",
      },
      WEAK_PARAMETERS: {
        deadlineHours: FIVE_DAYS,
        reasons: ["superseded"],
        by: ["desk"],
        mayTurnOutUnfounded: false,
        source: "BR 4.9.1.1 (6)",
      },
      MISUSE: {
        deadlineHours: FIVE_DAYS,
        reasons: ["privilegeWithdrawn"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (7), (10)",
      },
      AGREEMENT_BREACH: {
        deadlineHours: FIVE_DAYS,
        reasons: ["privilegeWithdrawn"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (8)",
      },
      NO_RIGHT_TO_NAME: {
        deadlineHours: FIVE_DAYS,
        reasons: ["cessationOfOperation"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (9)",
      },
      WRONG_DATA: {
        deadlineHours: FIVE_DAYS,
        reasons: ["privilegeWithdrawn"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (11), (13)",
      },
      NON_COMPLIANCE: {
        deadlineHours: FIVE_DAYS,
        reasons: ["superseded"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (12)",
      },
      CA_CEASES: {
        deadlineHours: FIVE_DAYS,
        reasons: ["unspecified"],
        by: ["desk"],
        mayTurnOutUnfounded: true,
        source: "BR 4.9.1.1 (14)",
      },
    },
  },
];

/** What a ground asks at a moment: deadline, reasons and who may use it. */
export function groundRule(
  ground: RevocationGround,
  on: Moment,
  table: DatedTable<RevocationRules> = PUBLIC_REVOCATION,
): GroundRule {
  return inForce(table, on).grounds[ground];
}
