import process from "node:process";
import { describe, expect } from "vitest";
import { openStage, scriptedStory } from "./stage.ts";

/** Fonts that Chromium really drew an element's text with. */
interface UsedFonts {
  readonly fonts: readonly { readonly familyName: string; readonly isCustomFont: boolean }[];
}

// The package holds a Linux binary only; elsewhere the tests need a Chromium of the system's.
describe.runIf(process.platform === "linux" && process.arch === "x64")("the packaged Chromium", () => {
  const stage = openStage("npm");

  scriptedStory(stage, "writes Japanese without a single font of the system", async (people) => {
    const { page, context } = await people.applicant();
    await page.goto("/requests");
    await page.evaluate("document.fonts.ready.then(() => true)");
    const devtools = await context.newCDPSession(page);
    await devtools.send("DOM.enable");
    await devtools.send("CSS.enable");
    const { root } = await devtools.send("DOM.getDocument", { depth: 0 });
    for (const selector of ["h1", ".brand-site", "thead th", ".button-primary"]) {
      const { nodeId } = await devtools.send("DOM.querySelector", { nodeId: root.nodeId, selector });
      const used = (await devtools.send("CSS.getPlatformFontsForNode", { nodeId })) as UsedFonts;
      expect(used.fonts.length).toBeGreaterThan(0);
      for (const { familyName, isCustomFont } of used.fonts) {
        expect(`${selector}: ${familyName} ${isCustomFont}`).toMatch(/Noto Sans JP.* true$/);
      }
    }
  });

  scriptedStory(stage, "opens the operator site with a client certificate", async (people) => {
    const { page } = await people.operator("sato");
    await page.goto("/");
    await page.getByText("佐藤 次郎").first().waitFor();
  });
});
