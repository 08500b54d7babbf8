/**
 * A Problem is a refusal that a person can act on. Everything a user may be told is one of these codes; anything
 * else that is thrown is a defect and is answered as a 500 with an incident id and no detail.
 *
 * Adding a code does not compile until it has a status (http/problem-status.ts) and a message in both catalogues
 * (i18n/ja/problems.ts, i18n/en/problems.ts).
 */
export interface ProblemParams {
  // ── asking for things
  "not-found": Record<never, never>;
  "not-allowed": Record<never, never>;
  "method-not-allowed": { allowed: string };
  "too-large": { limitKiB: number };
  "form-invalid": Record<never, never>;
  "csrf-invalid": Record<never, never>;
  "wrong-host": Record<never, never>;
  "too-many-attempts": { retryAfterSeconds: number };
  "stale-version": Record<never, never>;
  "already-exists": { field: string };
  // ── signing in
  "credentials-wrong": Record<never, never>;
  "password-common": Record<never, never>;
  "password-same": Record<never, never>;
  "password-length": { minimum: number; maximum: number };
  "password-mismatch": Record<never, never>;
  "password-contains-login-id": Record<never, never>;
  "current-password-wrong": Record<never, never>;
  "login-id-taken": Record<never, never>;
  "last-second-factor": Record<never, never>;
  "passkey-refused": Record<never, never>;
  "second-factor-required": Record<never, never>;
  "second-factor-wrong": Record<never, never>;
  // ── certificate signing requests
  "csr-private-key": Record<never, never>;
  "csr-too-large": { limitKiB: number };
  "csr-not-pem": Record<never, never>;
  "csr-malformed": { at: string };
  "csr-other-type": { found: string };
  "csr-signature-broken": Record<never, never>;
  "csr-signature-algorithm": { found: string };
  "key-type-unsupported": { found: string };
  "key-weak": { why: string };
  "key-compromised": Record<never, never>;
  "key-held-by-another": Record<never, never>;
  // ── names and domains
  "name-invalid": { name: string; why: string };
  "name-not-covered": { name: string };
  "names-too-many": { limit: number };
  "shape-mismatch": { shape: "SINGLE" | "MULTI" | "WILDCARD"; name: string };
  "ev-name-refused": { name: string };
  "domain-not-registered": { domain: string };
  "domain-not-validated": { domain: string };
  "domain-limit-reached": { limit: number };
  "validation-not-found": { name: string };
  "validation-mismatch": { name: string };
  "validation-lookup-failed": { name: string };
  "method-not-permitted": { method: string };
  // ── certificate requests
  "contract-not-in-force": Record<never, never>;
  "organization-not-vetted": Record<never, never>;
  "english-fields-missing": Record<never, never>;
  "ev-not-enabled": Record<never, never>;
  "term-too-long": { limitDays: number };
  "request-not-pending": { state: string };
  "request-not-cancellable": { state: string };
  "approver-is-requester": Record<never, never>;
  // ── replacing certificates
  "certificate-not-replaceable": { state: string };
  "reissue-same-key": Record<never, never>;
  "reissue-differs": Record<never, never>;
  "reissue-under-way": Record<never, never>;
  "mass-revocation-state": { state: string };
  "mass-revocation-four-eyes": Record<never, never>;
  "mass-revocation-known-ahead": Record<never, never>;
  "mass-revocation-serial": { line: string };
  "mass-revocation-key": Record<never, never>;
  "mass-revocation-too-many": { limit: number };
  "mass-revocation-empty": Record<never, never>;
  "mass-revocation-unknown": { serials: string; count: number };
  // ── issuing
  "lint-failed": { lints: string };
  "external-linter-unavailable": { why: string };
  "signature-mismatch": Record<never, never>;
  "lease-lost": Record<never, never>;
  "issue-defect": Record<never, never>;
  "exports-busy": { limit: number };
  "export-too-long": { minutes: number };
  "certificate-not-revocable": { state: string };
  "revocation-ground-refused": { ground: string };
  "revocation-reason-refused": { ground: string; reason: string };
  "revocation-too-late": { latest: string };
  "revocation-planned-already": { executeAt: string };
  "revocation-not-cancellable": { state: string };
  // ── problem reports
  "proof-unreadable": Record<never, never>;
  "proof-encrypted": Record<never, never>;
  "proof-inconsistent": Record<never, never>;
  "private-key-pasted": Record<never, never>;
  "certificate-unreadable": Record<never, never>;
  "serial-invalid": Record<never, never>;
  "fingerprint-invalid": Record<never, never>;
  "report-not-open": { state: string };
  "report-not-settled": Record<never, never>;
  "last-operator": Record<never, never>;
  "organization-name-long": { limit: number };
  "registry-number-invalid": Record<never, never>;
  "operator-name-invalid": { name: string };
  "operator-not-changeable": { state: string };
  // ── the system itself
  "database-unreachable": { where: string };
  "database-busy": Record<never, never>;
  "schema-newer": { found: string; known: string };
  "schema-older": { found: string; known: string };
  "key-file-unsafe": { file: string; mode: string };
  "passphrase-wrong": { file: string };
  "passphrase-missing": { file: string };
  "root-key-unopened": { file: string; why: "missing" | "passphrase" };
  "keys-of-another-database": { folder: string };
  "hierarchies-exist": Record<never, never>;
  "ceremony-plan-invalid": { file: string; faults: string };
  "ceremony-plan-changed": { given: string; found: string };
  "pkcs11-not-installed": Record<never, never>;
  "pkcs11-not-configured": { role: string; place: string };
  "pkcs11-module-missing": { file: string };
  "pkcs11-token-missing": { token: string };
  "pkcs11-pin-wrong": { token: string };
  "pkcs11-pin-refused-before": { token: string; file: string };
  "pkcs11-key-missing": { token: string; key: string };
  "pkcs11-key-unprotected": { token: string; key: string };
  "issuer-name-fixed": { stored: string; given: string };
  "data-folder-in-use": { folder: string };
  "configuration-invalid": { variable: string; why: string };
  "backup-invalid": { why: string };
  "backup-failed": { why: string };
  "backup-tool-missing": { tool: string };
  "restore-not-empty": { where: string };
}

export type ProblemCode = keyof ProblemParams;

export class Problem<C extends ProblemCode = ProblemCode> extends Error {
  readonly code: C;
  readonly params: ProblemParams[C];

  constructor(code: C, ...rest: keyof ProblemParams[C] extends never ? [] : [params: ProblemParams[C]]) {
    super(code);
    this.name = "Problem";
    this.code = code;
    this.params = (rest[0] ?? {}) as ProblemParams[C];
  }
}

export function isProblem<C extends ProblemCode>(error: unknown, code?: C): error is Problem<C> {
  return error instanceof Problem && (code === undefined || error.code === code);
}
