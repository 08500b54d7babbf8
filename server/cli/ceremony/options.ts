import path from "node:path";
import { parseArgs } from "node:util";
import { LANGUAGES, type Language } from "../../kernel/languages.ts";
import { Problem } from "../../kernel/problem.ts";

/** What is said to the command. */
export interface Options {
  readonly planFile: string;
  /** The hash of the approved plan, as somebody else wrote it down. */
  readonly planSha256: string | null;
  readonly dryRun: boolean;
  readonly transcriptFile: string | null;
  readonly rootPassphraseFile: string | null;
  readonly language: Language;
}

/** Reads the command line. Problem: configuration-invalid. */
export function optionsOf(words: readonly string[], spoken: Language): Options | "example" {
  const invalid = (variable: string, why: string) => new Problem("configuration-invalid", { variable, why });
  const values = parsed(words, (why) => invalid("npm run ceremony", why));
  if (values.example) return "example";
  if (values.plan === undefined) throw invalid("--plan", "missing");
  const language = LANGUAGES.find((each) => each === (values.language ?? spoken));
  if (!language) throw invalid("--language", "ja | en");
  const at = (file: string | undefined) => (file === undefined ? null : path.resolve(file));
  return {
    planFile: path.resolve(values.plan),
    planSha256: values["plan-sha256"] ?? null,
    dryRun: values["dry-run"],
    transcriptFile: at(values.transcript),
    rootPassphraseFile: at(values["root-passphrase-file"]),
    language,
  };
}

function parsed(words: readonly string[], invalid: (why: string) => Problem) {
  try {
    return parseArgs({
      args: [...words],
      options: {
        plan: { type: "string" },
        "plan-sha256": { type: "string" },
        "dry-run": { type: "boolean", default: false },
        transcript: { type: "string" },
        "root-passphrase-file": { type: "string" },
        language: { type: "string" },
        example: { type: "boolean", default: false },
      },
    }).values;
  } catch (error) {
    throw invalid((error as Error).message);
  }
}
