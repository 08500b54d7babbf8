import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import {
  type ExternalLinterOptions,
  externalLinter,
  type LintSubject,
} from "../../server/adapters/external-linter.ts";
import { markTransaction } from "../../server/kernel/transaction-marker.ts";
import { temporaryFolder } from "../support/databases.ts";

/** A real child process and a real server on loopback, which answer in the linters' own forms or in no form at all. */

const SUBJECT: LintSubject = {
  tbs: new TextEncoder().encode("to be signed"),
  certificate: new TextEncoder().encode("a certificate, as far as the stand-in is concerned"),
  kind: "EV-FINAL-CERTIFICATE",
};

const zlint = (results: Record<string, string>) =>
  JSON.stringify(Object.fromEntries(Object.entries(results).map(([lint, result]) => [lint, { result }])));
const pkilint = (...found: [severity: string, code: string][]) =>
  JSON.stringify({
    results: found.map(([severity, code]) => ({
      node_path: "certificate",
      validator: "V",
      finding_descriptions: [{ severity, code, message: null }],
    })),
  });
const pkimetal = (...found: [linter: string, severity: string, finding: string][]) =>
  JSON.stringify(
    [["pkimetal", "meta", "Profile: tevg_leaf_tlsserver_ev"], ...found].map(
      ([Linter, Severity, Finding]) => ({ Linter, Severity, Finding }),
    ),
  );

const judge = (from: ExternalLinterOptions["from"], more: Partial<ExternalLinterOptions> = {}) =>
  externalLinter({
    from,
    timeout: Temporal.Duration.from({ seconds: 20 }),
    refuseFrom: "error",
    accepted: [],
    ...more,
  }).refusals(SUBJECT);

/** A linter of one line of JavaScript, run by this very Node. */
function program(script: string): string {
  const file = path.join(temporaryFolder(), "linter.mjs");
  writeFileSync(file, script);
  return `${process.execPath} ${file}`;
}
const says = (text: string, exitCode = 0) =>
  program(`process.stdout.write(${JSON.stringify(text)}); process.exitCode = ${exitCode};`);

const unavailable = (why: unknown = expect.any(String)) =>
  expect.objectContaining({ code: "external-linter-unavailable", params: { why } });

describe("a command", () => {
  test("is given the certificate as a file and its kind, and the file is gone afterwards", async () => {
    const seen = path.join(temporaryFolder(), "seen.json");
    const script = `
      import { readFileSync, writeFileSync } from "node:fs";
      const [file, kind] = process.argv.slice(2);
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ file, kind, pem: readFileSync(file, "utf8"), env: process.env }));
      console.log('{"e_rule":{"result":"pass"}}');`;
    expect(await judge({ command: `${program(script)} {file} {kind}` })).toEqual([]);
    const { file, kind, pem, env } = JSON.parse(readFileSync(seen, "utf8"));
    expect(kind).toBe("EV-FINAL-CERTIFICATE");
    expect(existsSync(file)).toBe(false);
    const body = pem.replace(/-----[^-]+-----|\s/g, "");
    expect(Uint8Array.fromBase64(body)).toEqual(SUBJECT.certificate);
    expect(Object.keys(env).filter((name) => !["PATH", "HOME", "LANG"].includes(name))).toEqual([]);
  });

  test("without {file} reads standard input", async () => {
    const script = `
      let input = "";
      for await (const chunk of process.stdin) input += chunk;
      const result = input.startsWith("-----BEGIN CERTIFICATE-----") ? "pass" : "error";
      console.log(JSON.stringify({ e_rule: { result } }));`;
    expect(await judge({ command: program(script) })).toEqual([]);
  });

  test.each<[string, string, readonly string[]]>([
    [
      "zlint",
      says(zlint({ e_a: "error", e_b: "pass", w_c: "warn", e_d: "NA", e_f: "fatal" })),
      ["e_a", "e_f"],
    ],
    ["pkilint", says(pkilint(["ERROR", "cabf.a"], ["WARNING", "cabf.b"]), 2), ["cabf.a"]],
    ["pkilint without a finding", says(pkilint()), []],
  ])("%s's findings refuse from the threshold on", async (_name, command, expected) => {
    expect(await judge({ command })).toEqual(expected);
  });

  test("the threshold and the accepted findings are configured", async () => {
    const command = says(zlint({ e_a: "error", w_c: "warn", n_d: "info" }));
    expect(await judge({ command }, { refuseFrom: "warning" })).toEqual(["e_a", "w_c"]);
    expect(await judge({ command }, { refuseFrom: "fatal" })).toEqual([]);
    expect(await judge({ command }, { accepted: ["e_a"] })).toEqual([]);
  });

  test.each<[string, () => string, unknown?]>([
    ["is not there", () => path.join(temporaryFolder(), "no-such-linter")],
    ["says nothing", () => says(""), "output"],
    ["says what is no JSON", () => says("all is well"), "output"],
    ["says JSON of another form", () => says('{"ok":true}'), "output"],
    ["has linted nothing", () => says("{}"), "output"],
    ["knows a severity that nobody knows", () => says(zlint({ e_a: "terrible" })), "output"],
    ["ends with an error after a clean answer", () => says(zlint({ e_a: "pass" }), 1), "exit code 1"],
    ["counts other findings than it tells", () => says(pkilint(["INFO", "a"]), 3), "exit code 3"],
    ["crashes", () => program("process.kill(process.pid, 'SIGSEGV')"), "ended by SIGSEGV"],
    [
      "floods",
      () => program("for (;;) await new Promise((on) => process.stdout.write('x'.repeat(1 << 16), on))"),
      "output",
    ],
  ])("that %s is no permission", async (_what, command, why = expect.any(String)) => {
    await expect(judge({ command: command() })).rejects.toEqual(unavailable(why));
  });

  test("that hangs is ended when its time is over", async () => {
    const timeout = Temporal.Duration.from({ milliseconds: 700 });
    const started = performance.now();
    await expect(judge({ command: program("setInterval(() => {}, 1000)") }, { timeout })).rejects.toEqual(
      unavailable("ended by SIGKILL"),
    );
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test.each([
    ["hangs itself", "setInterval(() => {}, 1000);"],
    ["is done", ""],
  ])("that %s and leaves a program behind on its output is waited for no longer", async (_what, then) => {
    const script = `
      import { spawn } from "node:child_process";
      const left = spawn(process.execPath, ["-e", "setTimeout(() => {}, 20000)"], { stdio: ["ignore", 1, "ignore"] });
      left.unref();
      ${then}`;
    const timeout = Temporal.Duration.from({ milliseconds: 1500 });
    const started = performance.now();
    await expect(judge({ command: program(script) }, { timeout })).rejects.toEqual(unavailable());
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  test("is never run inside a transaction", async () => {
    const inside = markTransaction(() => judge({ command: says(zlint({ e_a: "pass" })) }));
    await expect(inside).rejects.toThrow("inside a transaction");
  });
});

describe("a service", () => {
  const closing: (() => void)[] = [];
  afterEach(() => {
    for (const close of closing.splice(0)) close();
  });
  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => {
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const answering = (body: string, status = 200) =>
    serve((_request, response) => response.writeHead(status).end(body));

  test.each([
    ["", "/linttbscert", SUBJECT.tbs],
    ["/linttbscert", "/linttbscert", SUBJECT.tbs],
    ["/lintcert", "/lintcert", SUBJECT.certificate],
  ])("at the address %j is asked as pkimetal is", async (suffix, asked, bytes) => {
    const seen: { path: string; form: URLSearchParams }[] = [];
    const base = await serve(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      seen.push({ path: `${request.method} ${request.url}`, form: new URLSearchParams(body) });
      response.end(pkimetal(["zlint", "error", "e_rule"], ["certlint", "notice", "something"]));
    });
    expect(await judge({ address: base + suffix })).toEqual(["e_rule"]);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.path).toBe(`POST ${asked}`);
    expect(seen[0]?.form.get("profile")).toBe("tevg_leaf_tlsserver_ev");
    expect(Uint8Array.fromBase64(seen[0]?.form.get("b64input") ?? "")).toEqual(bytes);
  });

  test.each<[string, string, number?]>([
    ["answers 500", pkimetal(), 500],
    ["answers 204", "", 204],
    ["answers with an empty list", "[]"],
    ["answers with a page", "<!doctype html>"],
    ["reports a linter that broke down", pkimetal(["pkimetal", "fatal", "zlint: broken pipe"])],
  ])("that %s is no permission", async (_what, body, status = 200) => {
    await expect(judge({ address: await answering(body, status) })).rejects.toEqual(unavailable());
  });

  test("that redirects, hangs, drops the connection or is not there is no permission", async () => {
    const redirecting = await serve((_q, response) =>
      response.writeHead(302, { location: "/elsewhere" }).end(),
    );
    const dropping = await serve((request) => request.socket.destroy());
    const halfway = await serve((_q, response) => response.writeHead(200).write("["));
    const timeout = Temporal.Duration.from({ milliseconds: 400 });
    for (const address of [redirecting, dropping, halfway, "http://127.0.0.1:1"]) {
      await expect(judge({ address }, { timeout })).rejects.toEqual(unavailable());
    }
  });
});
