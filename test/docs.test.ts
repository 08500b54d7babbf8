import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { profileDocument } from "../server/cli/profile-document.ts";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

describe("the documents", () => {
  it("describe the profiles as the tables have them: `npm run profiles` after a change", () => {
    expect(read("docs/profiles.md")).toBe(profileDocument());
  });

  it("name every variable of the configuration", () => {
    const variables = [...read("server/config.ts").matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(
      ([, name]) => name,
    );
    expect(variables.length).toBeGreaterThan(15);
    const operations = read("docs/operations.md");
    expect(variables.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
  });

  it("name no command that does not exist", () => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [
      ...`${read("README.md")}${read("docs/operations.md")}`.matchAll(/npm run ([a-z:-]+)/g),
    ].map(([, name]) => name ?? "");
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
