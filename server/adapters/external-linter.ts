import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { Problem } from "../kernel/problem.ts";
import { refuseInsideTransaction } from "../kernel/transaction-marker.ts";
import {
  type ExternalFinding,
  LINT_SEVERITIES,
  type LintSeverity,
  readLinterAnswer,
} from "./linter-answers.ts";
import { semaphore } from "./semaphore.ts";

/** What is about to be signed, in both forms that linters take. */
export interface LintSubject {
  readonly tbs: Uint8Array;
  /** The same bytes as a certificate, signed with a throw-away key: the issuing key has not touched them yet. */
  readonly certificate: Uint8Array;
  /** The name that pkilint and pkimetal have for the kind: `OV-FINAL-CERTIFICATE`. */
  readonly kind: "OV-FINAL-CERTIFICATE" | "EV-FINAL-CERTIFICATE";
}

/**
 * A second opinion on every publicly trusted certificate before it is signed (BR 4.3.1.2), by a program or a service
 * that somebody else writes. Raises external-linter-unavailable on whatever is no clear answer: none in time, another
 * exit code or status, output that cannot be read. Silence never means "nothing found".
 */
export interface ExternalLinter {
  /** The lints that stand in the way of the signature; empty: it may be made. */
  refusals(subject: LintSubject): Promise<readonly string[]>;
}

export interface ExternalLinterOptions {
  /** Exactly one of the two. */
  readonly from: { readonly command: string } | { readonly address: string };
  readonly timeout: Temporal.Duration;
  /** The mildest finding that stands in the way. */
  readonly refuseFrom: LintSeverity;
  /** Lints whose findings are known and accepted, by name. */
  readonly accepted: readonly string[];
}

type Opinion = (subject: LintSubject) => Promise<readonly ExternalFinding[]>;

export function externalLinter({
  from,
  timeout,
  refuseFrom,
  accepted,
}: ExternalLinterOptions): ExternalLinter {
  const opinion =
    "command" in from ? commandLinter(from.command, timeout) : serviceLinter(from.address, timeout);
  const least = LINT_SEVERITIES.indexOf(refuseFrom);
  return {
    async refusals(subject) {
      refuseInsideTransaction("ask an external linter");
      const refused = (await opinion(subject)).filter(
        ({ severity, lint }) => LINT_SEVERITIES.indexOf(severity) >= least && !accepted.includes(lint),
      );
      return [...new Set(refused.map(({ lint }) => lint))];
    },
  };
}

/** More output than any linter has to say about one certificate. */
const LARGEST_ANSWER = 4 * 1024 * 1024;

const unavailable = (why: string): Problem => new Problem("external-linter-unavailable", { why });

function understood(text: string, exitCode: number | null): readonly ExternalFinding[] {
  const answer = readLinterAnswer(text);
  if (answer === null) throw unavailable("output");
  const { findings, countsAsExitCode } = answer;
  const expected = countsAsExitCode ? Math.min(findings.length, 255) : 0;
  if (exitCode !== null && exitCode !== expected) throw unavailable(`exit code ${exitCode}`);
  return findings;
}

/**
 * A command such as `zlint {file}` or `lint_cabf_serverauth_cert lint -t {kind} -s INFO -f JSON {file}`: words parted by
 * blanks, no shell. `{file}` becomes a file with the certificate as PEM, `{kind}` the kind; without `{file}` the PEM
 * goes to standard input.
 */
function commandLinter(command: string, timeout: Temporal.Duration): Opinion {
  const words = command.trim().split(/\s+/);
  // A linter takes a core as long as it runs.
  const inFlight = semaphore(availableParallelism());
  return (subject) =>
    inFlight(async () => {
      const folder = await mkdtemp(path.join(tmpdir(), "inkan-lint-"));
      try {
        const pem = pemOf(subject.certificate);
        const file = path.join(folder, "certificate.pem");
        await writeFile(file, pem, { mode: 0o600 });
        const [program = "", ...args] = words.map((word) =>
          word.replaceAll("{file}", file).replaceAll("{kind}", subject.kind),
        );
        const { code, output } = await run(program, args, command.includes("{file}") ? "" : pem, timeout);
        return understood(output, code);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

function run(
  program: string,
  args: readonly string[],
  input: string,
  timeout: Temporal.Duration,
): Promise<{ code: number; output: string }> {
  return new Promise((resolve, reject) => {
    // Nothing of our environment is a linter's business: passphrases and database addresses stand in it.
    const { PATH = "", HOME = "", LANG = "C.UTF-8" } = process.env;
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "ignore"],
      env: { PATH, HOME, LANG },
    });
    // A program that the linter itself started may live on and hold the output open: then nothing ever closes.
    const late = setTimeout(() => {
      child.kill("SIGKILL");
      child.stdout.destroy();
      reject(unavailable("ended by SIGKILL"));
    }, timeout.total("milliseconds"));
    const chunks: Buffer[] = [];
    let size = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > LARGEST_ANSWER) child.kill("SIGKILL");
      else chunks.push(chunk);
    });
    child.on("error", ({ message }) => {
      clearTimeout(late);
      reject(unavailable(message));
    });
    child.on("close", (code, signal) => {
      clearTimeout(late);
      if (code === null) reject(unavailable(size > LARGEST_ANSWER ? "output" : `ended by ${signal}`));
      else resolve({ code, output: Buffer.concat(chunks).toString("utf8") });
    });
    // A linter that reads nothing closes its end early.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}

/**
 * A service with pkimetal's interface: `b64input` and `profile` as a form, an array of findings as JSON. An address
 * that ends in `/lintcert` is given the certificate; otherwise the to-be-signed bytes go to its `/linttbscert`.
 */
function serviceLinter(address: string, timeout: Temporal.Duration): Opinion {
  const dressed = address.endsWith("/lintcert");
  const url = dressed || address.endsWith("/linttbscert") ? address : `${address}/linttbscert`;
  return async ({ tbs, certificate, kind }) => {
    const form = new URLSearchParams({
      b64input: (dressed ? certificate : tbs).toBase64(),
      profile: PKIMETAL_PROFILES[kind],
      format: "json",
    });
    let text: string;
    try {
      const signal = AbortSignal.timeout(timeout.total("milliseconds"));
      const response = await fetch(url, { method: "POST", body: form, signal, redirect: "error" });
      if (response.status !== 200) throw unavailable(`status ${response.status}`);
      text = await bodyOf(response);
    } catch (error) {
      if (error instanceof Problem) throw error;
      throw unavailable(error instanceof Error ? error.message : "no answer");
    }
    return understood(text, null);
  };
}

const PKIMETAL_PROFILES: Readonly<Record<LintSubject["kind"], string>> = {
  "OV-FINAL-CERTIFICATE": "tbr_leaf_tlsserver_ov",
  "EV-FINAL-CERTIFICATE": "tevg_leaf_tlsserver_ev",
};

async function bodyOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > LARGEST_ANSWER) throw unavailable("output");
  }
  return text + decoder.decode();
}

/** RFC 7468; the certificate's own encoder lives with the PKI, which an adapter does not know. */
function pemOf(der: Uint8Array): string {
  const lines = der.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
