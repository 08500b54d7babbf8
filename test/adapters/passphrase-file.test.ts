import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { openPassphraseFile } from "../../server/adapters/passphrase-file.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { temporaryFolder } from "../support/databases.ts";

const problemOf = (opening: Promise<unknown>) => opening.catch((error: unknown) => error);

test("a passphrase is made once, for its owner alone, with nothing left beside it", async () => {
  const folder = path.join(temporaryFolder(), "secrets");
  const file = path.join(folder, "passphrase");
  const { text } = await openPassphraseFile(file, []);
  expect(Buffer.from(text, "base64url")).toHaveLength(32);
  expect(readFileSync(file, "utf8")).toBe(`${text}\n`);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder)).toEqual(["passphrase"]);
  expect((await openPassphraseFile(file, [])).text).toBe(text);
});

test("a start that died while it wrote leaves nothing under the name", async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, "passphrase");
  writeFileSync(`${file}.0123456789ab.new`, "", { mode: 0o600 });
  expect((await openPassphraseFile(file, [])).text).toHaveLength(43);
});

test("a file that others may read, or that holds no passphrase, is refused", async () => {
  const file = path.join(temporaryFolder(), "passphrase");
  writeFileSync(file, "short\n", { mode: 0o600 });
  expect(isProblem(await problemOf(openPassphraseFile(file, [])), "passphrase-wrong")).toBe(true);
  chmodSync(file, 0o640);
  expect(isProblem(await problemOf(openPassphraseFile(file, [])), "key-file-unsafe")).toBe(true);
});

test("beside keys none is made: it would open none of them", async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, "passphrase");
  const error = await problemOf(openPassphraseFile(file, ["customer-ov-1"]));
  expect(isProblem(error, "passphrase-missing") && error.params).toEqual({ file });
  expect(readdirSync(folder)).toEqual([]);
  const { text } = await openPassphraseFile(file, []);
  expect((await openPassphraseFile(file, ["customer-ov-1"])).text).toBe(text);
});
