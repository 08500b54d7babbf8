import { randomUUID } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import type { ExternalLinterOptions } from "./adapters/external-linter.ts";
import { LINT_SEVERITIES } from "./adapters/linter-answers.ts";
import { Problem } from "./kernel/problem.ts";

/**
 * Every environment variable the product reads, parsed once and frozen. Nothing else looks at `process.env`.
 * An empty variable counts as absent.
 */

const port = z.coerce.number().int().min(0).max(65535);
const seconds = z.coerce.number().int().positive();
const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ""));

const variables = z.object({
  /** Folder of everything durable but keys: the SQLite database, uploads, one-time files. */
  INKAN_DATA_DIR: z.string().default("./data"),
  /** Folder of keys and certificates, all of them encrypted at rest or public. */
  INKAN_CERTS_DIR: z.string().default("./certs"),
  /** File with the passphrase of the issuing keys (0600), made at first start. Keep it out of every backup. */
  INKAN_PASSPHRASE_FILE: z.string().default("./secrets/passphrase"),
  /** File with the root's passphrase (0600) for `npm run root-crl` where nobody can type it; not for the server. */
  INKAN_ROOT_PASSPHRASE_FILE: z.string().optional(),
  /** Path of the vendor's PKCS #11 library, where keys lie in a token (docs/operations.md, "Keys in a token"). */
  INKAN_PKCS11_MODULE: z.string().optional(),
  /** Label of the token with the keys that sign while the server runs. */
  INKAN_PKCS11_TOKEN: z.string().optional(),
  /** File with that token's user PIN (0600). */
  INKAN_PKCS11_PIN_FILE: z.string().optional(),
  /** How many signatures that token makes at once. */
  INKAN_PKCS11_SESSIONS: z.coerce.number().int().min(1).max(64).default(4),
  /** Where a first start makes the keys that sign while the server runs. */
  INKAN_ISSUING_KEYS: z.enum(["file", "token"]).default("file"),
  /** Label of the token with the customers' root's key, for `npm run ceremony` and `npm run root-crl` alone. */
  INKAN_ROOT_PKCS11_TOKEN: z.string().optional(),
  /** File with that token's user PIN (0600); asked on the terminal where it is left out. */
  INKAN_ROOT_PKCS11_PIN_FILE: z.string().optional(),
  /** PostgreSQL when set (postgres://…); SQLite in the data folder otherwise. */
  DATABASE_URL: z.string().optional(),

  /** The address the sites listen on. */
  INKAN_HOST: z.string().default("127.0.0.1"),
  INKAN_PUBLIC_PORT: port.default(8440),
  INKAN_APPLICANT_PORT: port.default(8441),
  INKAN_OPERATOR_PORT: port.default(8442),
  INKAN_DESK_PORT: port.default(8443),
  /** Plain http: CA certificates and CRLs (RFC 5280 4.2.1.13 asks for http). */
  INKAN_REPOSITORY_PORT: port.default(8080),
  /** /health and /metrics, plain http, always on the loopback address. */
  INKAN_STATUS_PORT: port.default(8079),

  /** The addresses people and certificates use, where they differ from https://localhost:port. */
  INKAN_PUBLIC_URL: httpUrl.optional(),
  INKAN_APPLICANT_URL: httpUrl.optional(),
  INKAN_OPERATOR_URL: httpUrl.optional(),
  INKAN_DESK_URL: httpUrl.optional(),
  INKAN_REPOSITORY_URL: httpUrl.optional(),

  /** Where mail goes (smtp:// or smtps://, with user and password if the server asks). Unset: mail waits in the outbox. */
  INKAN_SMTP_URL: z.string().optional(),
  INKAN_MAIL_FROM: z.string().default("Inkan <no-reply@localhost>"),
  /** A validating resolver, host:port. Unset: the system's resolver, for development only. */
  INKAN_DNS_RESOLVER: z.string().optional(),

  /** The name of the issuing company, in subjects of its CAs and on pages. */
  INKAN_ISSUER_NAME: z.string().min(1).max(64).default("Inkan"),
  /** First administrator of the desk, made at first start. */
  INKAN_ADMIN_NAME: z.string().min(1).max(64).default("Administrator"),
  INKAN_ADMIN_EMAIL: z.email().default("admin@localhost.localdomain"),

  /** A program that judges every subscriber's certificate before it is signed: `zlint {file}`. No shell. Unset: none. */
  INKAN_LINTER_COMMAND: z.string().optional(),
  /** The same as a service with pkimetal's interface, instead of a program. */
  INKAN_LINTER_URL: httpUrl.optional(),
  /** The mildest finding that stands in the way of a signature. */
  INKAN_LINTER_SEVERITY: z.enum(LINT_SEVERITIES).default("error"),
  /** Names of lints whose findings are known and accepted, with commas between them. */
  INKAN_LINTER_ACCEPTED: z.string().default(""),
  /** How long the linter may take over one certificate. */
  INKAN_LINTER_TIMEOUT_SECONDS: seconds.default(10),

  /** Folder with lists of weak keys (Debian's openssl-blacklist, or SHA-256 of keys). Unset: none. */
  INKAN_WEAK_KEYS_DIR: z.string().optional(),

  /** Memory for OCSP answers; 112 bytes each. */
  INKAN_OCSP_CACHE_MIB: z.coerce.number().int().min(1).max(4096).default(64),
  /** OCSP answers a second that must be signed for one request alone: nonces, unknown serials. */
  INKAN_OCSP_LIVE_PER_SECOND: z.coerce.number().int().min(1).default(500),

  /** How long an issuance may hold a request before another process may take it over. */
  INKAN_ISSUANCE_LEASE_SECONDS: seconds.default(60),
  INKAN_LOG_LEVEL: z.enum(["fatal", "error", "warn", "info", "debug", "silent"]).default("info"),
});

export type SiteName = "public" | "applicant" | "operator" | "desk" | "repository";

export interface SiteAddress {
  readonly host: string;
  readonly port: number;
  /** As people write it, without a trailing slash. */
  readonly url: string;
}

/** A token as the settings name it. */
export interface TokenSettings {
  readonly module: string;
  readonly token: string;
  /** Null: to be asked on the terminal. */
  readonly pinFile: string | null;
  readonly sessions: number;
}

export interface Config {
  readonly dataDir: string;
  readonly certsDir: string;
  readonly passphraseFile: string;
  readonly rootPassphraseFile: string | null;
  /** The token of the keys that sign while the server runs; null where all keys are files. */
  readonly token: (TokenSettings & { readonly pinFile: string }) | null;
  readonly rootToken: TokenSettings | null;
  /** Where a first start makes the keys that sign while the server runs. */
  readonly onlineKeys: "file" | "token";
  readonly databaseUrl: string | null;
  readonly sites: Readonly<Record<SiteName, SiteAddress>>;
  readonly statusPort: number;
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly dnsResolver: string | null;
  /** What the environment says or the default; what counts is what the first start stored (start/issuer-name.ts). */
  readonly issuerName: string;
  /** Did the environment name the issuer, or is it the default? */
  readonly isIssuerNameGiven: boolean;
  readonly administrator: { readonly name: string; readonly email: string };
  readonly weakKeysDir: string | null;
  readonly externalLinter: ExternalLinterOptions | null;
  readonly ocsp: { readonly cacheBytes: number; readonly livePerSecond: number };
  readonly issuanceLease: Temporal.Duration;
  readonly logLevel: string;
  /** Names this process among others on the same database: the owner of leases. */
  readonly instance: string;
}

/**
 * Reads the configuration from `environment` (normally process.env); paths become absolute from `folder`.
 * Raises `configuration-invalid`, naming the first variable that is wrong.
 */
export function readConfig(
  environment: Record<string, string | undefined>,
  folder: string = process.cwd(),
): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const parsed = variables.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new Problem("configuration-invalid", {
      variable: String(issue?.path[0] ?? "?"),
      why: issue?.message ?? "?",
    });
  }
  const v = parsed.data;
  const at = (name: string) => path.resolve(folder, name);
  const site = (scheme: "http" | "https", sitePort: number, url: string | undefined): SiteAddress => ({
    host: v.INKAN_HOST,
    port: sitePort,
    url: url ?? `${scheme}://localhost:${sitePort}`,
  });
  return Object.freeze({
    dataDir: at(v.INKAN_DATA_DIR),
    certsDir: at(v.INKAN_CERTS_DIR),
    passphraseFile: at(v.INKAN_PASSPHRASE_FILE),
    rootPassphraseFile: v.INKAN_ROOT_PASSPHRASE_FILE === undefined ? null : at(v.INKAN_ROOT_PASSPHRASE_FILE),
    ...tokensOf(v, at),
    databaseUrl: v.DATABASE_URL ?? null,
    sites: Object.freeze({
      public: site("https", v.INKAN_PUBLIC_PORT, v.INKAN_PUBLIC_URL),
      applicant: site("https", v.INKAN_APPLICANT_PORT, v.INKAN_APPLICANT_URL),
      operator: site("https", v.INKAN_OPERATOR_PORT, v.INKAN_OPERATOR_URL),
      desk: site("https", v.INKAN_DESK_PORT, v.INKAN_DESK_URL),
      repository: site("http", v.INKAN_REPOSITORY_PORT, v.INKAN_REPOSITORY_URL),
    }),
    statusPort: v.INKAN_STATUS_PORT,
    smtpUrl: v.INKAN_SMTP_URL ?? null,
    mailFrom: v.INKAN_MAIL_FROM,
    dnsResolver: v.INKAN_DNS_RESOLVER ?? null,
    issuerName: v.INKAN_ISSUER_NAME,
    isIssuerNameGiven: given["INKAN_ISSUER_NAME"] !== undefined,
    administrator: Object.freeze({ name: v.INKAN_ADMIN_NAME, email: v.INKAN_ADMIN_EMAIL }),
    weakKeysDir: v.INKAN_WEAK_KEYS_DIR === undefined ? null : at(v.INKAN_WEAK_KEYS_DIR),
    externalLinter: externalLinterOf(v),
    ocsp: Object.freeze({
      cacheBytes: v.INKAN_OCSP_CACHE_MIB * 1024 * 1024,
      livePerSecond: v.INKAN_OCSP_LIVE_PER_SECOND,
    }),
    issuanceLease: Temporal.Duration.from({ seconds: v.INKAN_ISSUANCE_LEASE_SECONDS }),
    logLevel: v.INKAN_LOG_LEVEL,
    instance: randomUUID(),
  });
}

function externalLinterOf(v: z.infer<typeof variables>): ExternalLinterOptions | null {
  const { INKAN_LINTER_COMMAND: command, INKAN_LINTER_URL: address } = v;
  if (command !== undefined && address !== undefined) {
    const why = "a program or a service, not both";
    throw new Problem("configuration-invalid", { variable: "INKAN_LINTER_URL", why });
  }
  const from = command !== undefined ? { command } : address !== undefined ? { address } : null;
  if (from === null) return null;
  return {
    from,
    timeout: Temporal.Duration.from({ seconds: v.INKAN_LINTER_TIMEOUT_SECONDS }),
    refuseFrom: v.INKAN_LINTER_SEVERITY,
    accepted: v.INKAN_LINTER_ACCEPTED.split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  };
}

function tokensOf(
  v: z.infer<typeof variables>,
  at: (name: string) => string,
): Pick<Config, "token" | "rootToken" | "onlineKeys"> {
  const missing = (variable: string) => new Problem("configuration-invalid", { variable, why: "missing" });
  const module = v.INKAN_PKCS11_MODULE === undefined ? null : at(v.INKAN_PKCS11_MODULE);
  const named = (token: string, pinFile: string | undefined, sessions: number): TokenSettings => {
    if (module === null) throw missing("INKAN_PKCS11_MODULE");
    return Object.freeze({ module, token, pinFile: pinFile === undefined ? null : at(pinFile), sessions });
  };
  const token =
    v.INKAN_PKCS11_TOKEN === undefined
      ? null
      : named(v.INKAN_PKCS11_TOKEN, v.INKAN_PKCS11_PIN_FILE, v.INKAN_PKCS11_SESSIONS);
  // A server starts where nobody can type.
  const pinFile = token?.pinFile ?? null;
  if (token && pinFile === null) throw missing("INKAN_PKCS11_PIN_FILE");
  if (!token && v.INKAN_ISSUING_KEYS === "token") throw missing("INKAN_PKCS11_TOKEN");
  return {
    token: token && pinFile !== null ? { ...token, pinFile } : null,
    rootToken:
      v.INKAN_ROOT_PKCS11_TOKEN === undefined
        ? null
        : named(v.INKAN_ROOT_PKCS11_TOKEN, v.INKAN_ROOT_PKCS11_PIN_FILE, 1),
    onlineKeys: v.INKAN_ISSUING_KEYS,
  };
}
