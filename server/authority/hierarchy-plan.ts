import type { IssuerKeyKind, NameAttribute, ProfileName } from "../pki/index.ts";
import type { IssuerRole } from "./issuer.ts";

/** What the hierarchies are to be: one for a first start, or a reviewed one for a ceremony (cli/ceremony.ts). */
export interface HierarchyPlan {
  /** Without a trailing slash, as certificates carry it. */
  readonly repositoryUrl: string;
  readonly issuers: Readonly<Record<IssuerRole, IssuerPlan>>;
}

export interface IssuerPlan {
  readonly subject: readonly NameAttribute[];
  readonly key: IssuerKeyKind;
  /** Where the key is made, and stays. */
  readonly place: KeyPlace;
  readonly days: number;
  /** Over how many partitions of the CRL certificates are spread; 0: the complete CRL alone. */
  readonly crlPartitions: number;
}

export const KEY_PLACES = ["file", "token"] as const;
export type KeyPlace = (typeof KEY_PLACES)[number];

export const ISSUER_PROFILES: Readonly<Record<IssuerRole, ProfileName>> = {
  CUSTOMER_ROOT: "ROOT_CA",
  CUSTOMER_OV: "ISSUING_CA_OV",
  CUSTOMER_EV: "ISSUING_CA_EV",
  STAFF_ROOT: "STAFF_ROOT",
};

const YEAR_DAYS = 365;
/** Chrome Root Program Policy: a root lives at most 15 years; what it signs ends before it. */
export const LONGEST_DAYS: Readonly<Record<IssuerRole, number>> = {
  CUSTOMER_ROOT: 15 * YEAR_DAYS,
  CUSTOMER_OV: 10 * YEAR_DAYS,
  CUSTOMER_EV: 10 * YEAR_DAYS,
  STAFF_ROOT: 15 * YEAR_DAYS,
};

const COMMON_NAMES: Readonly<Record<IssuerRole, string>> = {
  CUSTOMER_ROOT: "TLS Root CA G1",
  CUSTOMER_OV: "TLS OV CA G1",
  CUSTOMER_EV: "TLS EV CA G1",
  STAFF_ROOT: "Staff Root CA G1",
};

export interface KeyKinds {
  readonly root: IssuerKeyKind;
  readonly issuing: IssuerKeyKind;
  readonly staffRoot: Extract<IssuerKeyKind, `RSA-${string}`>;
}

/**
 * RSA verifies everywhere. The staff root is RSA whatever the rest is: not every browser's store takes an EC chain
 * for a client certificate.
 */
const KEY_KINDS: KeyKinds = { root: "RSA-3072", issuing: "RSA-2048", staffRoot: "RSA-3072" };

/** The plan of a first start. The root's key is always a file then: its token, if it is to have one, is not at hand. */
export function firstStartPlan(given: {
  readonly issuerName: string;
  readonly repositoryUrl: string;
  readonly keyKinds?: Partial<KeyKinds>;
  readonly onlineKeys?: KeyPlace;
}): HierarchyPlan {
  const kinds = { ...KEY_KINDS, ...given.keyKinds };
  const plan = (role: IssuerRole, key: IssuerKeyKind, place: KeyPlace): IssuerPlan => ({
    subject: [
      { type: "C", value: "JP" },
      { type: "O", value: given.issuerName },
      { type: "CN", value: COMMON_NAMES[role] },
    ],
    key,
    place,
    days: LONGEST_DAYS[role],
    crlPartitions: 0,
  });
  const online = given.onlineKeys ?? "file";
  return {
    repositoryUrl: given.repositoryUrl,
    issuers: {
      CUSTOMER_ROOT: plan("CUSTOMER_ROOT", kinds.root, "file"),
      CUSTOMER_OV: plan("CUSTOMER_OV", kinds.issuing, online),
      CUSTOMER_EV: plan("CUSTOMER_EV", kinds.issuing, online),
      STAFF_ROOT: plan("STAFF_ROOT", kinds.staffRoot, online),
    },
  };
}
