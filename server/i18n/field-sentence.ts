import type { ProblemCode } from "../kernel/problem.ts";
import type { Catalogue } from "./catalogue.ts";

/** As much of a zod issue as a sentence needs (zod 4 `$ZodIssue`). */
export interface FieldIssue {
  readonly code?: string | undefined;
  readonly input?: unknown;
  readonly origin?: string | undefined;
  readonly format?: string | undefined;
  readonly minimum?: number | bigint | undefined;
  readonly maximum?: number | bigint | undefined;
  readonly exact?: boolean | undefined;
  readonly expected?: string | undefined;
  readonly divisor?: number | bigint | undefined;
  readonly values?: readonly unknown[] | undefined;
  /** Of a custom issue: `{ problem: code, ...its params }` speaks with that problem's message. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Zod's own Japanese is unnatural, so its issues are said in our words.
 *
 * @param label the field's label in the same language
 * @param choice whether the field is picked rather than typed (radio, select, checkbox)
 */
export function fieldSentence(t: Catalogue, issue: FieldIssue, label: string, choice = false): string {
  const missing = choice ? t.fields.notChosen({ label }) : t.fields.missing({ label });
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "number" || issue.expected === "int") return t.fields.notNumber({ label });
      return missing;
    case "too_small":
      return tooSmall(t, issue, label, missing);
    case "too_big":
      return tooBig(t, issue, label);
    case "invalid_format":
      return wrongFormat(t, issue, label);
    case "invalid_value":
      return choice && !issue.input ? missing : t.fields.notOffered({ label });
    case "invalid_union":
      return choice ? missing : t.fields.invalid({ label });
    case "not_multiple_of":
      return t.fields.notMultiple({ label, step: String(issue.divisor ?? 1) });
    case "unrecognized_keys":
      return t.fields.unknownField;
    case "custom":
      return problemOf(t, issue) ?? t.fields.invalid({ label });
    default:
      return t.fields.invalid({ label });
  }
}

function tooSmall(t: Catalogue, issue: FieldIssue, label: string, missing: string): string {
  const minimum = Number(issue.minimum ?? 1);
  if (issue.origin === "array" || issue.origin === "set") {
    return minimum === 1 ? missing : t.fields.tooFew({ label, minimum });
  }
  if (issue.origin !== "string") return t.fields.tooSmall({ label, minimum: String(issue.minimum ?? 0) });
  if (issue.exact) return t.fields.wrongLength({ label, length: minimum });
  return minimum === 1 ? missing : t.fields.tooShort({ label, minimum });
}

function tooBig(t: Catalogue, issue: FieldIssue, label: string): string {
  const maximum = Number(issue.maximum ?? 0);
  if (issue.origin === "array" || issue.origin === "set") return t.fields.tooMany({ label, maximum });
  if (issue.origin !== "string") return t.fields.tooBig({ label, maximum: String(issue.maximum ?? 0) });
  return issue.exact
    ? t.fields.wrongLength({ label, length: maximum })
    : t.fields.tooLong({ label, maximum });
}

function wrongFormat(t: Catalogue, issue: FieldIssue, label: string): string {
  switch (issue.format) {
    case "email":
      return t.fields.notEmail({ label });
    case "url":
      return t.fields.notUrl({ label });
    case "date":
    case "datetime":
      return t.fields.notDate({ label });
    default:
      return t.fields.wrongFormat({ label });
  }
}

function problemOf(t: Catalogue, issue: FieldIssue): string | null {
  const { problem: code, ...params } = issue.params ?? {};
  if (typeof code !== "string" || !Object.hasOwn(t.problems, code)) return null;
  return t.problems[code as ProblemCode](params as never);
}
