import { hash, verify } from "@node-rs/argon2";
import { randomCode, randomToken } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { isCommonPassword } from "./common-passwords.ts";

export const PASSWORD_LENGTH = { minimum: 12, maximum: 128 } as const;

/** argon2id with 46 MiB and one pass: the first of OWASP's equivalent settings. `algorithm: 2` is argon2id. */
const ARGON2 = { algorithm: 2, memoryCost: 47_104, timeCost: 1, parallelism: 1 } as const;

/** One password may reach us in several Unicode spellings, by keyboard (NIST SP 800-63B 3.1.1.2: NFKC). */
const prepared = (password: string): string => password.normalize("NFKC");

/** PHC string of a password, to be stored. */
export function hashPassword(password: string): Promise<string> {
  return hash(prepared(password), ARGON2);
}

let decoy: Promise<string> | undefined;

/**
 * Does the password match? With no hash to compare (unknown user, no temporary password) it takes the same time and
 * says no.
 */
export async function passwordMatches(passwordHash: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(randomToken(128));
  const matches = await verify(passwordHash ?? (await decoy), prepared(password));
  return passwordHash !== null && matches;
}

/**
 * Refuses what must not become a password; there are no rules on its composition (NIST SP 800-63B 3.1.1.2).
 * Problems: password-length, password-contains-login-id, password-common.
 */
export function refuseWeakPassword(password: string, loginId: string): void {
  const length = [...prepared(password)].length;
  if (length < PASSWORD_LENGTH.minimum || length > PASSWORD_LENGTH.maximum) {
    throw new Problem("password-length", PASSWORD_LENGTH);
  }
  if (prepared(password).toLowerCase().includes(loginId.toLowerCase())) {
    throw new Problem("password-contains-login-id");
  }
  if (isCommonPassword(password)) throw new Problem("password-common");
}

/** A password to be used once: 80 random bits in four groups that can be typed from a printed mail. */
export function newTemporaryPassword(): string {
  return (randomCode(80).match(/.{4}/g) ?? []).join("-");
}
