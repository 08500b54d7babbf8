import { expect, test } from "vitest";
import { readConfig } from "../../server/config.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { readSetting, writeSetting } from "../../server/settings/index.ts";
import { fixedIssuerName } from "../../server/start/issuer-name.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { clockAt, establishTestHierarchies, NOW } from "../support/issuing.ts";

const unnamed = readConfig({});
const named = (name: string) => readConfig({ INKAN_ISSUER_NAME: name });

onBothEngines("the issuing company's name", (open) => {
  test("is stored at first start and read ever after, whatever the default says", async () => {
    const db = await open();
    const clock = clockAt(NOW);
    await establishTestHierarchies(db, clock, temporaryFolder());
    expect(await fixedIssuerName(db, clock, named("印鑑認証"))).toBe("印鑑認証");
    expect(await readSetting(db.read, "issuerName")).toBe("印鑑認証");
    expect(await fixedIssuerName(db, clock, unnamed)).toBe("印鑑認証");

    await db.transact((tx) => writeSetting(tx, "issuerName", "印鑑認証局", NOW));
    expect(await fixedIssuerName(db, clock, unnamed)).toBe("印鑑認証局");
  });

  test("cannot be another one later, nor after a start that ended before it stored it", async () => {
    const db = await open();
    const clock = clockAt(NOW);
    await establishTestHierarchies(db, clock, temporaryFolder());
    const given = { stored: "印鑑認証", given: "Inkan" };
    for (const when of ["never stored", "stored"]) {
      const error: unknown = await fixedIssuerName(db, clock, named("Inkan")).catch((one: unknown) => one);
      expect(isProblem(error, "issuer-name-fixed") && error.params, when).toEqual(given);
      expect(await fixedIssuerName(db, clock, unnamed), when).toBe("印鑑認証");
    }
  });
});
