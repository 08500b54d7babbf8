import { expect, test } from "vitest";
import { deskSiteRoutes } from "./desk.ts";

/** rules.md E: a .p12 file alone can be copied. What it may do alone is look, and enrol a first factor. */
test("whatever only an administrator may do at the desk asks for the second factor", () => {
  const administrating = deskSiteRoutes.filter(({ permission }) => permission === "administrator");
  expect(administrating.length).toBeGreaterThan(20);
  const open = administrating.filter(({ freshSecondFactor }) => !freshSecondFactor);
  expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});
