import { z } from "zod";

/** From the mildest to the gravest, as pkimetal orders them; `meta` are its own remarks about the run. */
export const LINT_SEVERITIES = [
  "meta",
  "debug",
  "info",
  "notice",
  "warning",
  "error",
  "bug",
  "fatal",
] as const;
export type LintSeverity = (typeof LINT_SEVERITIES)[number];

/** One thing an external linter has found. */
export interface ExternalFinding {
  readonly severity: LintSeverity;
  /** The linter's own name of the rule, or its sentence where it has no name. */
  readonly lint: string;
}

/** An answer that is understood; `countsAsExitCode` where the tool exits with the number of its findings. */
export interface LinterAnswer {
  readonly findings: readonly ExternalFinding[];
  readonly countsAsExitCode: boolean;
}

const SPELLINGS: Readonly<Record<string, LintSeverity>> = { warn: "warning" };
const severity = z
  .string()
  .transform((text) => SPELLINGS[text.toLowerCase()] ?? text.toLowerCase())
  .pipe(z.enum(LINT_SEVERITIES));

/** pkimetal: an array; its first element says which profile was used, so that an empty one means nothing was linted. */
const pkimetal = z
  .array(z.object({ Linter: z.string(), Finding: z.string(), Severity: severity }))
  .min(1)
  // pkimetal's own fatal remark is that a linter broke down or that it did not understand us: no opinion at all.
  .refine((list) => !list.some((each) => each.Linter === "pkimetal" && each.Severity === "fatal"))
  .transform((list) => ({
    findings: list.map((each) => ({ severity: each.Severity, lint: each.Finding })),
    countsAsExitCode: false,
  }));

/** pkilint: findings grouped by where they are. */
const pkilint = z
  .object({
    results: z.array(
      z.object({ finding_descriptions: z.array(z.object({ severity: severity, code: z.string() })) }),
    ),
  })
  .transform(({ results }) => ({
    findings: results.flatMap(({ finding_descriptions: found }) =>
      found.map((each) => ({ severity: each.severity, lint: each.code })),
    ),
    countsAsExitCode: true,
  }));

const NOTHING_FOUND = ["pass", "na", "ne", "NA", "NE"];

/** zlint: every rule with its result; one without a single rule has linted nothing. */
const zlint = z
  .record(z.string().regex(/^[a-z]_/), z.object({ result: z.string() }))
  .refine((rules) => Object.keys(rules).length > 0)
  .transform((rules) =>
    Object.entries(rules).flatMap(([lint, { result }]) =>
      NOTHING_FOUND.includes(result) ? [] : [{ lint, severity: result }],
    ),
  )
  .pipe(z.array(z.object({ lint: z.string(), severity })))
  .transform((findings) => ({ findings, countsAsExitCode: false }));

const answer = z.union([pkimetal, pkilint, zlint]);

/** The answer of zlint, pkilint or pkimetal, told apart by their shape; null where it is none of them. */
export function readLinterAnswer(text: string): LinterAnswer | null {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return null;
  }
  const read = answer.safeParse(json);
  return read.success ? read.data : null;
}
