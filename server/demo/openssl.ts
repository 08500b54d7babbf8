import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/**
 * Runs the `openssl` command with nothing on its standard input and gives what it prints; throws where it fails.
 * Secrets go through the environment, never the arguments.
 */
export async function openssl(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  return (await opensslBoth(args, environment)).stdout;
}

/** The same with both streams: `s_client -brief` speaks on the second. */
export async function opensslBoth(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ stdout: string; stderr: string }> {
  const running = run("openssl", [...args], {
    env: { PATH: process.env["PATH"], ...environment },
    maxBuffer: 16 * 1024 * 1024,
    timeout: 60_000,
  });
  running.child.stdin?.end();
  return running;
}

export type CsrKey = "RSA-2048" | "P-256";

/** A key and a CSR made by `openssl req`, as an applicant makes them; the key goes to `keyFile`. */
export async function makeCsr(
  commonName: string,
  key: CsrKey,
  keyFile: string,
  subject = `/C=JP/ST=Tokyo/O=Minato Shokai/CN=${commonName}`,
): Promise<string> {
  const kind = key === "P-256" ? ["ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"] : ["rsa:2048"];
  return openssl([
    "req",
    "-new",
    "-newkey",
    ...kind,
    "-nodes",
    "-keyout",
    keyFile,
    "-utf8",
    "-subj",
    subject,
  ]);
}

/** Key and certificates of a .p12 file as one PEM, for command line clients. */
export function pemOf(p12File: string, password: string): Promise<string> {
  return openssl(["pkcs12", "-in", p12File, "-nodes", "-passin", "env:INKAN_P12_PASSWORD"], {
    INKAN_P12_PASSWORD: password,
  });
}
