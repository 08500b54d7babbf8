import type { ja } from "./ja.ts";

/** All words of one language. */
export type Catalogue = typeof ja;
