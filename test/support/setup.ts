import { afterEach, beforeEach, expect, vi } from "vitest";

/** A Temporal value has no members of its own: toMatchObject would find any two of a kind alike. */
expect.addEqualityTesters([
  (one: unknown, other: unknown) => {
    const [a, b] = [temporalText(one), temporalText(other)];
    return a === null && b === null ? undefined : a === b;
  },
]);

function temporalText(value: unknown): string | null {
  const { Instant, PlainDate, Duration } = Temporal;
  const known = [Instant, PlainDate, Duration].find((kind) => value instanceof kind);
  return known ? `${known.name} ${String(value)}` : null;
}

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
