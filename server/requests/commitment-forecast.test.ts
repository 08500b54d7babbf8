import { expect, it } from "vitest";
import { forecastCommitment } from "./commitment-forecast.ts";

const startsOn = Temporal.PlainDate.from("2026-11-21");
const contract = { startsOn, endsOn: Temporal.PlainDate.from("2027-11-20"), commitment: 60 };

it.each([
  // [days since the start, used, planned, forecast]
  [0, 4, 1, 5],
  [28, 4, 0, 4],
  [29, 4, 0, 49],
  [29, 4, 80, 84],
  [181, 20, 0, 40],
  [364, 50, 2, 52],
])("%i days in, %i used and %i planned make %i", (days, used, planned, forecast) => {
  expect(forecastCommitment(contract, { used, planned }, startsOn.add({ days })).forecast).toBe(forecast);
});
