import { type DatedTable, day, hasStarted, inForce, type Moment, startOfRuleDay } from "./dated.ts";
import { firstLapse, PUBLIC_VALIDITY, type ValidityRow } from "./validity.ts";

/** What a validation is to be used for: that very name, names below it, a wildcard, or an IP address. */
export const VALIDATION_SCOPES = ["exact", "subdomains", "wildcard", "ip"] as const;
export type ValidationScope = (typeof VALIDATION_SCOPES)[number];

/** 使用権確認: the ways to show control of a name (BR 3.2.2.4) or an address (BR 3.2.2.5), past ones included. */
export const VALIDATION_METHODS = [
  "whois-email",
  "whois-phone",
  "constructed-email",
  "dns-txt",
  "dns-cname",
  "dns-caa",
  "ip-of-name",
  "caa-email",
  "txt-email",
  "txt-phone",
  "caa-phone",
  "website",
  "acme-http-01",
  "acme-tls-alpn-01",
  "acme-dns-account-01",
  "persistent-txt",
  "ip-website",
  "ip-email",
  "ip-reverse-name",
  "ip-phone",
  "ip-http-01",
  "ip-tls-alpn-01",
  "ip-persistent-txt",
] as const;
export type ValidationMethod = (typeof VALIDATION_METHODS)[number];

export interface MethodRule {
  readonly section: string;
  readonly scopes: readonly ValidationScope[];
  /** May CNAMEs be followed from the name to the Authorization Domain Name? Never for a wildcard. */
  readonly followsCname: boolean;
  /** Must remote perspectives corroborate it (BR 3.2.2.9)? */
  readonly severalPerspectives: boolean;
  /** Still permitted, but on its way out. */
  readonly discouraged: boolean;
  /** The first day on which it is permitted; null when it always was. */
  readonly from: Temporal.PlainDate | null;
  /** The first day on which it is not, and on which earlier validations by it lapse; null while no ban is set. */
  readonly until: Temporal.PlainDate | null;
  /** A reuse limit in days of its own, where it is shorter than the table's. */
  readonly reuseDays: number | null;
}

const NAMES = ["exact", "subdomains", "wildcard"] as const;
const EXACT = ["exact"] as const;
const IP = ["ip"] as const;

const permitted = { discouraged: false, from: null, until: null, reuseDays: null } as const;
const phoneBan = { ...permitted, discouraged: true, until: day("2027-03-15") } as const;
const emailBan = { ...permitted, discouraged: true, until: day("2028-03-15") } as const;
// The model service ended WHOIS on 2024-12-20, ahead of BR's 2025-07-15.
const whoisBan = { ...permitted, discouraged: true, until: day("2024-12-20") } as const;
const dnsName = { scopes: NAMES, followsCname: true, severalPerspectives: true } as const;
const thatHost = { scopes: EXACT, followsCname: false, severalPerspectives: true } as const;
const address = { scopes: IP, followsCname: false } as const;

export type MethodTable = Readonly<Record<ValidationMethod, MethodRule>>;

/** Baseline Requirements 2.3.1, sections 3.2.2.4 and 3.2.2.5. */
export const PUBLIC_METHODS: MethodTable = {
  "whois-email": { section: "3.2.2.4.2", ...dnsName, severalPerspectives: false, ...whoisBan },
  "whois-phone": { section: "3.2.2.4.15", ...dnsName, severalPerspectives: false, ...whoisBan },
  "constructed-email": { section: "3.2.2.4.4", ...dnsName, severalPerspectives: false, ...emailBan },
  "dns-txt": { section: "3.2.2.4.7", ...dnsName, ...permitted },
  "dns-cname": { section: "3.2.2.4.7", ...dnsName, ...permitted },
  "dns-caa": { section: "3.2.2.4.7", ...dnsName, ...permitted },
  "ip-of-name": { section: "3.2.2.4.8", ...thatHost, ...permitted, until: day("2026-03-15") },
  "caa-email": { section: "3.2.2.4.13", ...dnsName, ...emailBan },
  "txt-email": { section: "3.2.2.4.14", ...dnsName, ...emailBan },
  "txt-phone": { section: "3.2.2.4.16", ...dnsName, ...phoneBan },
  "caa-phone": { section: "3.2.2.4.17", ...dnsName, ...phoneBan },
  website: { section: "3.2.2.4.18", ...thatHost, ...permitted },
  "acme-http-01": { section: "3.2.2.4.19", ...thatHost, ...permitted },
  "acme-tls-alpn-01": { section: "3.2.2.4.20", ...thatHost, ...permitted },
  "acme-dns-account-01": { section: "3.2.2.4.21", ...dnsName, followsCname: false, ...permitted },
  "persistent-txt": { section: "3.2.2.4.22", ...dnsName, followsCname: false, ...permitted, reuseDays: 10 },
  "ip-website": { section: "3.2.2.5.1", ...address, severalPerspectives: true, ...permitted },
  "ip-email": { section: "3.2.2.5.2", ...address, severalPerspectives: false, ...phoneBan },
  "ip-reverse-name": { section: "3.2.2.5.3", ...address, severalPerspectives: true, ...phoneBan },
  "ip-phone": { section: "3.2.2.5.5", ...address, severalPerspectives: false, ...phoneBan },
  "ip-http-01": { section: "3.2.2.5.6", ...address, severalPerspectives: true, ...permitted },
  "ip-tls-alpn-01": { section: "3.2.2.5.7", ...address, severalPerspectives: true, ...permitted },
  "ip-persistent-txt": {
    section: "3.2.2.5.8",
    ...address,
    severalPerspectives: true,
    ...permitted,
    reuseDays: 10,
  },
};

/** The value a customer publishes: at least 112 bits, used for at most 30 days (BR 3.2.2.4, Random Value). */
export const RANDOM_VALUE = { bits: 128, longestDays: 30 } as const;

export interface ValidationRules {
  readonly methods: MethodTable;
  readonly validity: DatedTable<ValidityRow>;
}
const PUBLIC_RULES: ValidationRules = { methods: PUBLIC_METHODS, validity: PUBLIC_VALIDITY };

export function isValidationMethod(text: string): text is ValidationMethod {
  return (VALIDATION_METHODS as readonly string[]).includes(text);
}

/** Is the method in use at all at this moment: begun, and not banned? */
export function isMethodInForce(method: ValidationMethod, on: Moment, rules = PUBLIC_RULES): boolean {
  const rule = rules.methods[method];
  return hasStarted(rule.from, on) && (rule.until === null || !hasStarted(rule.until, on));
}

/** May a validation by this method be used for this scope at this moment (BR 3.2.2.4, 3.2.2.5)? */
export function isPermitted(
  method: ValidationMethod,
  scope: ValidationScope,
  on: Moment,
  rules = PUBLIC_RULES,
): boolean {
  return isMethodInForce(method, on, rules) && rules.methods[method].scopes.includes(scope);
}

/** Days for which a validation by this method may be used again at `on`; 0 when the method is banned (BR 4.2.1). */
export function reuseLimit(method: ValidationMethod, on: Moment, rules = PUBLIC_RULES): number {
  if (!isMethodInForce(method, on, rules)) return 0;
  const row = inForce(rules.validity, on);
  return Math.min(row.validationReuseDays, rules.methods[method].reuseDays ?? row.validationReuseDays);
}

/**
 * The first moment at which a validation may no longer be used: the shortest of the limits of every rule that holds
 * between its start and then (a stricter rule ahead ends it on its first day), the method's own limit, and its ban.
 * `validatedAt` is the start of the validation, the earliest collection (BR 4.2.1). A result at or before
 * `validatedAt` says that the method was already banned.
 */
export function validationLapsesAt(
  method: ValidationMethod,
  validatedAt: Temporal.Instant,
  rules = PUBLIC_RULES,
): Temporal.Instant {
  const rule = rules.methods[method];
  const lapse = firstLapse(validatedAt, rules.validity, (row) =>
    Math.min(row.validationReuseDays, rule.reuseDays ?? row.validationReuseDays),
  );
  if (rule.until === null) return lapse;
  const ban = startOfRuleDay(rule.until);
  return Temporal.Instant.compare(ban, lapse) < 0 ? ban : lapse;
}

/** May a validation made at `validatedAt` be used at `at`? Never before it was made. */
export function isValidationUsable(
  method: ValidationMethod,
  validatedAt: Temporal.Instant,
  at: Temporal.Instant,
  rules = PUBLIC_RULES,
): boolean {
  return (
    Temporal.Instant.compare(at, validatedAt) >= 0 &&
    Temporal.Instant.compare(at, validationLapsesAt(method, validatedAt, rules)) < 0
  );
}
