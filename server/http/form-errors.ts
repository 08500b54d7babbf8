import type { z } from "zod";
import { type Catalogue, type FieldIssue, fieldSentence } from "../i18n/index.ts";
import type { FieldErrors } from "./view.ts";

/** One sentence a field, the first issue of each; a field without a label speaks as the form (""). */
export function formErrors(
  error: z.ZodError,
  t: Catalogue,
  labels: Readonly<Record<string, string>>,
): FieldErrors {
  const errors: Record<string, string> = {};
  for (const issue of error.issues) {
    const name = String(issue.path[0] ?? "");
    const field = name in labels ? name : "";
    if (field in errors) continue;
    const picked = issue.code === "invalid_value";
    errors[field] =
      field === ""
        ? t.fields.unknownField
        : fieldSentence(t, issue as FieldIssue, labels[field] ?? field, picked);
  }
  return errors;
}
