import { isPermitted, isValidationUsable } from "../rules/index.ts";
import type { ValidationRecord } from "./domain.ts";

/**
 * Does this validation show control of that name, at that moment? `name` is what would stand in subjectAltName: an
 * A-label name, a wildcard, or an address. BR 3.2.2.4: the Authorization Domain Name is the name itself or got by
 * pruning labels from its left; for a wildcard `*.` is stripped first. Whether the method reaches below its ADN, or
 * covers wildcards, is the method table's word; whether it is still fresh, counted from its start, BR 4.2.1's.
 */
export const isCoveredBy = (name: string, validation: ValidationRecord, now: Temporal.Instant): boolean =>
  isUsable(validation, now) && reaches(validation, name, now);

/** The half of it that is the same for every name. */
export function isUsable(validation: ValidationRecord, now: Temporal.Instant): boolean {
  const { authorizationDomainName: adn, method, startedAt, state } = validation;
  return state === "VALIDATED" && adn !== null && adn !== "" && isValidationUsable(method, startedAt, now);
}

/** The other half: does a usable validation reach as far as this name? */
export function reaches(validation: ValidationRecord, name: string, now: Temporal.Instant): boolean {
  const { authorizationDomainName: adn, method, scope } = validation;
  if (adn === null) return false;
  if (isPermitted(method, "ip", now)) return name === adn;
  if (name.startsWith("*.")) {
    const base = name.slice(2);
    return isPermitted(method, "wildcard", now) && scope !== "FQDN" && (base === adn || isBelow(base, adn));
  }
  if (name === adn) return isPermitted(method, "exact", now);
  return scope !== "FQDN" && isPermitted(method, "subdomains", now) && isBelow(name, adn);
}

/** At a label boundary only: `evilexample.jp` is not below `example.jp`. */
function isBelow(name: string, ancestor: string): boolean {
  return name.endsWith(`.${ancestor}`);
}
