import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { loadWeakKeys } from "./weak-keys.ts";

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), "inkan-weak-keys-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}
const invalid = (why: unknown) => ({
  code: "configuration-invalid",
  params: { variable: "INKAN_WEAK_KEYS_DIR", why },
});

it("reads every file of the folder", async () => {
  const lists = folder();
  writeFileSync(path.join(lists, "blacklist.RSA-2048"), `# Debian\n${"a".repeat(20)}\n`);
  writeFileSync(path.join(lists, "leaked"), `${"b".repeat(64)}\n${"c".repeat(64)}\n`);
  expect(await loadWeakKeys(lists)).toBe(3);
  expect(await loadWeakKeys(null)).toBe(0);
});

it("does not start without the lists it was told to look at", async () => {
  const broken = folder();
  writeFileSync(path.join(broken, "list"), "a page that says 404\n");
  await expect(loadWeakKeys(broken)).rejects.toMatchObject(invalid("list: line 1"));
  await expect(loadWeakKeys(folder())).rejects.toMatchObject(invalid("no key in it"));
  await expect(loadWeakKeys("/no/such/folder")).rejects.toMatchObject(
    invalid(expect.stringContaining("ENOENT")),
  );
});
