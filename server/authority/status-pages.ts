import type { Reader } from "../db/index.ts";
import { Problem } from "../kernel/problem.ts";
import { type CrlHealth, crlHealth } from "./crl-health.ts";
import { ISSUER_ROLES, type IssuerRole, ONLINE_ROLES, type OnlineRole, repositoryName } from "./issuer.ts";
import { issuerOf } from "./issuers.ts";
import type { OcspHealth } from "./ocsp-health.ts";
import type { OcspFigures, OcspResponder } from "./ocsp-responder.ts";

/** How one issuer's status services stand. */
export interface IssuerStatus {
  readonly role: IssuerRole;
  /** As in addresses: `customer-ov`. */
  readonly name: string;
  /** May its CRL be published from here? The root's key is opened for its ceremony alone. */
  readonly isOnline: boolean;
  readonly notAfter: Temporal.Instant;
  readonly crlPartitions: number;
  /** The complete one first. */
  readonly crls: readonly CrlHealth[];
  readonly responder: OcspHealth | null;
}

export interface ShowStatus {
  readonly now: Temporal.Instant;
  readonly issuers: readonly IssuerStatus[];
  readonly figures: OcspFigures;
}

const onlineRole = (role: IssuerRole): OnlineRole | null =>
  ONLINE_ROLES.find((each) => each === role) ?? null;

/** CRLs and OCSP of every issuer, as the desk shows them; the responder's figures are those of this process. */
export async function showStatus(
  on: Reader,
  responder: Pick<OcspResponder, "health" | "figures">,
  now: Temporal.Instant,
): Promise<ShowStatus> {
  const crls = await crlHealth(on, now);
  const responders = responder.health(now);
  const issuers: IssuerStatus[] = [];
  for (const role of ISSUER_ROLES) {
    const { notAfter, crlPartitions } = await issuerOf(on, role);
    issuers.push({
      role,
      name: repositoryName(role),
      isOnline: onlineRole(role) !== null,
      notAfter,
      crlPartitions,
      crls: crls.filter((crl) => crl.role === role),
      responder: responders.find((each) => each.role === role) ?? null,
    });
  }
  return { now, issuers, figures: responder.figures() };
}

/** The issuer that an address names, where its key is online. Problem: not-found. */
export function onlineRoleNamed(name: string): OnlineRole {
  const role = ONLINE_ROLES.find((each) => repositoryName(each) === name);
  if (!role) throw new Problem("not-found");
  return role;
}
