import { normalizeDomain } from "../../kernel/text.ts";
import { parseServerName } from "../../pki/index.ts";

/** A name for people: U-labels instead of xn--. */
export function displayName(ascii: string): string {
  return ascii.includes("xn--") ? parseServerName(ascii).unicode : ascii;
}

/** What a search box holds, as names are stored: A-labels where it is a whole name, else as typed, lower case. */
export function searchedName(typed: string): string {
  const text = normalizeDomain(typed);
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  try {
    return parseServerName(text).ascii;
  } catch {
    return text;
  }
}
