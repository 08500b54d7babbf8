import { isListedWeak } from "../weak-key-lists.ts";
import { day, EVERYTHING, type Lint } from "./lint.ts";

/** Looked up again at the signature: a list may have come since the key was handed in. */
export const listedWeakKey: Lint = {
  id: "listed-weak-key",
  source: "BR 6.1.1.3, 4.9.1.1 (Debian weak keys and other lists)",
  since: day("2024-11-15"),
  profiles: EVERYTHING,
  check: ({ publicKey }) => (isListedWeak(publicKey) ? "on a list of weak keys" : null),
};
