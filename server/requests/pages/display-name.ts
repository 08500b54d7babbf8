import { parseServerName } from "../../pki/index.ts";

/** A name for people: U-labels instead of xn--. */
export function displayName(ascii: string): string {
  return ascii.includes("xn--") ? parseServerName(ascii).unicode : ascii;
}
