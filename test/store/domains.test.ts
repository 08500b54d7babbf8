import { expect, test } from "vitest";
import { registerDomain } from "../../server/domains/index.ts";
import { system } from "../../server/kernel/actor.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines } from "../support/databases.ts";
import { clockAt, NOW } from "../support/issuing.ts";

onBothEngines("a domain", (open) => {
  test("is registered for an organisation of the same subscriber alone", async () => {
    const db = await open();
    const deps = { db, clock: clockAt(NOW) };
    const { tenant, organizationId } = await aobaTrading(db, NOW);
    const { tenant: other } = await aobaTrading(db, NOW, { domain: "example.jp" });
    const register = (as: typeof tenant) =>
      registerDomain(deps, system("test"), {
        tenant: as,
        organizationId,
        name: "www.another.co.jp",
        evEnabled: false,
      });
    const crossed: unknown = await register(other).catch((error: unknown) => error);
    expect(isProblem(crossed, "not-found")).toBe(true);
    await register(tenant);
    const again: unknown = await register(tenant).catch((error: unknown) => error);
    expect(isProblem(again, "already-exists")).toBe(true);
  });
});
