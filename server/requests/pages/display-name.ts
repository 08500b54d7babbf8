import { domainToUnicode } from "node:url";
import { parseServerName } from "../../pki/index.ts";

/** A name for people: U-labels instead of xn--. What was only searched for may be no name that can be issued. */
export function displayName(ascii: string): string {
  if (!ascii.includes("xn--")) return ascii;
  try {
    return parseServerName(ascii).unicode;
  } catch {
    return domainToUnicode(ascii) || ascii;
  }
}
