import { afterEach, beforeEach, vi } from "vitest";

/** What a test prints as an error is a failure of that test: a warning nobody reads is worth nothing. */
let printed: string[] = [];

beforeEach(() => {
  printed = [];
  vi.spyOn(console, "error").mockImplementation((...words: unknown[]) => {
    printed.push(words.map(String).join(" "));
  });
});

afterEach(() => {
  if (printed.length > 0) throw new Error(`the test printed an error: ${printed.join("\n")}`);
});
