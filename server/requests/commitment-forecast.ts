import type { Contract } from "../contracts/index.ts";

/** コミットメント: how many certificates of the contract year are used, planned, and will probably be. */
export interface CommitmentForecast {
  readonly planned: number;
  readonly used: number;
  /** Used so far, and renewals that fall due before the contract ends. */
  readonly expected: number;
  /** At the pace so far until the last day, or what is already expected, whichever is more. The first days of a
   * contract, when everything moves in at once, are no pace: until then it is what is expected. */
  readonly forecast: number;
  readonly daysLeft: number;
}

const DAYS_BEFORE_A_PACE = 30;

/** Projects the year from the days that have passed, today included. */
export function forecastCommitment(
  contract: Contract,
  counted: { readonly used: number; readonly planned: number },
  today: Temporal.PlainDate,
): CommitmentForecast {
  const passed = contract.startsOn.until(today).days + 1;
  const whole = contract.startsOn.until(contract.endsOn).days + 1;
  const atThisPace = passed < DAYS_BEFORE_A_PACE ? 0 : Math.round((counted.used * whole) / passed);
  const expected = counted.used + counted.planned;
  return {
    planned: contract.commitment,
    used: counted.used,
    expected,
    forecast: Math.max(atThisPace, expected),
    daysLeft: today.until(contract.endsOn).days,
  };
}
