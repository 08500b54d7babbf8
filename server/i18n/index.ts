import type { Language } from "../kernel/languages.ts";
import type { Problem, ProblemCode } from "../kernel/problem.ts";
import type { Catalogue } from "./catalogue.ts";
import { en } from "./en.ts";
import { ja } from "./ja.ts";

export type { Catalogue } from "./catalogue.ts";
export { type FieldIssue, fieldSentence } from "./field-sentence.ts";

const CATALOGUES = { ja, en } as const satisfies Record<Language, Catalogue>;

/** All words of a language. */
export function catalogue(language: Language): Catalogue {
  return CATALOGUES[language];
}

/** What is wrong and what to do, in a language: the message of a problem with its params filled in. */
export function problemSentence(t: Catalogue, problem: Problem<ProblemCode>): string {
  // Code and params belong together by Problem's constructor; the union of functions cannot express it.
  return t.problems[problem.code](problem.params as never);
}
