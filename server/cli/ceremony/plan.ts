import { createHash } from "node:crypto";
import { z } from "zod";
import { KEY_KINDS } from "../../adapters/key-store.ts";
import {
  type HierarchyPlan,
  ISSUER_ROLES,
  type IssuerRole,
  KEY_PLACES,
  LONGEST_DAYS,
} from "../../authority/index.ts";
import { encodeName, type NameAttribute } from "../../pki/index.ts";

/** The plan of a key ceremony: a JSON file that people review beforehand and confirm by its hash on the day. */

const PARTICIPANT_ROLES = ["administrator", "custodian", "witness", "auditor"] as const;
export type ParticipantRole = (typeof PARTICIPANT_ROLES)[number];

const FORMAT = "inkan-ceremony-1";
const SHORTEST_DAYS = 30;
/** As many as the numbers of a CRL's address allow without making anybody fetch nothing but headers. */
const MOST_PARTITIONS = 1024;

const issuer = z.strictObject({
  subject: z.strictObject({ C: z.string(), O: z.string(), CN: z.string() }),
  key: z.enum(KEY_KINDS),
  place: z.enum(KEY_PLACES),
  days: z.int().min(SHORTEST_DAYS),
  crlPartitions: z.int().min(0).max(MOST_PARTITIONS),
});

const plan = z.strictObject({
  format: z.literal(FORMAT),
  title: z.string().min(1).max(200),
  repositoryUrl: z.string(),
  participants: z.array(
    z.strictObject({ name: z.string().trim().min(1).max(100), role: z.enum(PARTICIPANT_ROLES) }),
  ),
  issuers: z.strictObject(
    Object.fromEntries(ISSUER_ROLES.map((role) => [role, issuer])) as Record<IssuerRole, typeof issuer>,
  ),
});

export type CeremonyPlan = z.infer<typeof plan>;

/** A plan without faults, and the hash of its file. */
export interface ReviewedPlan {
  readonly plan: CeremonyPlan;
  readonly sha256: string;
}

/** What is wrong with a plan, and where: words for it stand in words.ts. */
export interface Fault {
  /** As in `issuers.CUSTOMER_OV.days`; empty for the file as a whole. */
  readonly at: string;
  readonly fault: FaultName;
  /** What was expected, where it says more than the fault's name. */
  readonly expected: string;
}

export type FaultName =
  | "not-json"
  | "missing"
  | "unknown"
  | "shape"
  | "too-long"
  | "outlives-root"
  | "organization-differs"
  | "name-twice"
  | "subject"
  | "staff-root-rsa"
  | "root-partitions"
  | "participant-missing"
  | "same-person"
  | "repository-url"
  | "repository-differs"
  | "issuer-name-differs"
  | "no-token"
  | "lint";

/** What the settings of the machine say, that a plan has to agree with. */
export interface Surroundings {
  readonly repositoryUrl: string;
  /** Null where the environment names none. */
  readonly issuerName: string | null;
  readonly tokens: { readonly online: boolean; readonly root: boolean };
}

export const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Reads a plan. Members named `//` are remarks, anywhere, and are left out. All faults come at once. */
export function readPlan(
  bytes: Uint8Array,
  surroundings: Surroundings,
): { readonly plan: CeremonyPlan } | { readonly faults: readonly Fault[] } {
  let json: unknown;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    json = JSON.parse(text, (_key, value: unknown) => withoutRemarks(value));
  } catch {
    return { faults: [{ at: "", fault: "not-json", expected: "" }] };
  }
  const parsed = plan.safeParse(json);
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(faultsOf) };
  const faults = faultsOfPlan(parsed.data, surroundings);
  return faults.length > 0 ? { faults } : { plan: parsed.data };
}

function withoutRemarks(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== "//"));
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const at = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ at: at ? `${at}.${key}` : key, fault: "unknown", expected: "" }));
  }
  if (issue.code === "invalid_value") return [{ at, fault: "shape", expected: issue.values.join(" | ") }];
  if (issue.code === "too_small") return [{ at, fault: "shape", expected: `≥ ${issue.minimum}` }];
  if (issue.code === "too_big") return [{ at, fault: "shape", expected: `≤ ${issue.maximum}` }];
  if (issue.code === "invalid_type") {
    return [{ at, fault: issue.input === undefined ? "missing" : "shape", expected: issue.expected }];
  }
  return [{ at, fault: "shape", expected: issue.message }];
}

function faultsOfPlan(given: CeremonyPlan, surroundings: Surroundings): Fault[] {
  return [
    ...faultsOfIssuers(given, surroundings),
    ...faultsOfParticipants(given.participants),
    ...faultsOfRepository(given.repositoryUrl, surroundings),
  ];
}

function faultsOfIssuers({ issuers }: CeremonyPlan, { issuerName, tokens }: Surroundings): Fault[] {
  const faults: Fault[] = [];
  const add = (at: string, fault: FaultName, expected: string | number = "") =>
    void faults.push({ at: `issuers.${at}`, fault, expected: String(expected) });
  const root = issuers.CUSTOMER_ROOT;
  const names = new Set<string>();
  for (const role of ISSUER_ROLES) {
    const { subject, days, place, crlPartitions } = issuers[role];
    if (days > LONGEST_DAYS[role]) add(`${role}.days`, "too-long", LONGEST_DAYS[role]);
    if (role !== "STAFF_ROOT" && days > root.days) add(`${role}.days`, "outlives-root", root.days);
    // BR 7.1.2.10.2: the organisation is the CA's own, and these are all ours.
    if (subject.O !== root.subject.O) add(`${role}.subject.O`, "organization-differs", root.subject.O);
    for (const attribute of attributesOf(subject)) {
      if (isEncodable(attribute)) continue;
      add(`${role}.subject.${attribute.type}`, "subject", attribute.type === "C" ? "JP" : "1–64");
    }
    if (names.has(subject.CN)) add(`${role}.subject.CN`, "name-twice", subject.CN);
    names.add(subject.CN);
    const token = role === "CUSTOMER_ROOT" ? tokens.root : tokens.online;
    if (place === "token" && !token) {
      add(
        `${role}.place`,
        "no-token",
        role === "CUSTOMER_ROOT" ? "INKAN_ROOT_PKCS11_TOKEN" : "INKAN_PKCS11_TOKEN",
      );
    }
    if (role === "CUSTOMER_ROOT" && crlPartitions !== 0) add(`${role}.crlPartitions`, "root-partitions", 0);
  }
  // Not every browser's store takes an EC chain for a client certificate.
  if (!issuers.STAFF_ROOT.key.startsWith("RSA-")) add("STAFF_ROOT.key", "staff-root-rsa", "RSA-3072");
  if (issuerName !== null && issuerName !== root.subject.O) {
    add("CUSTOMER_ROOT.subject.O", "issuer-name-differs", issuerName);
  }
  return faults;
}

const attributesOf = ({ C, O, CN }: CeremonyPlan["issuers"][IssuerRole]["subject"]): NameAttribute[] => [
  { type: "C", value: C },
  { type: "O", value: O },
  { type: "CN", value: CN },
];

function isEncodable(attribute: NameAttribute): boolean {
  const { type, value } = attribute;
  if (type === "C" ? !/^[A-Z]{2}$/.test(value) : value !== value.trim() || /\p{Cc}/u.test(value))
    return false;
  try {
    encodeName([attribute]);
    return true;
  } catch {
    return false;
  }
}

/** Whoever does it and whoever watches are two people. */
function faultsOfParticipants(participants: CeremonyPlan["participants"]): Fault[] {
  const faults: Fault[] = [];
  for (const role of ["administrator", "witness"] as const) {
    if (!participants.some((each) => each.role === role)) {
      faults.push({ at: "participants", fault: "participant-missing", expected: role });
    }
  }
  const seen = new Set<string>();
  participants.forEach(({ name }, index) => {
    if (seen.has(name))
      faults.push({ at: `participants.${index}.name`, fault: "same-person", expected: name });
    seen.add(name);
  });
  return faults;
}

function faultsOfRepository(given: string, { repositoryUrl }: Surroundings): Fault[] {
  const at = "repositoryUrl";
  // RFC 5280 4.2.1.13: plain http, or fetching a CRL would need a CRL.
  if (!URL.canParse(given) || !/^http:\/\/[^/]/.test(given) || given.endsWith("/")) {
    return [{ at, fault: "repository-url", expected: "http://ca.example.jp" }];
  }
  return given === repositoryUrl ? [] : [{ at, fault: "repository-differs", expected: repositoryUrl }];
}

/** The same plan as the authority takes it. */
export const hierarchyPlan = ({ repositoryUrl, issuers }: CeremonyPlan): HierarchyPlan => ({
  repositoryUrl,
  issuers: Object.fromEntries(
    ISSUER_ROLES.map((role) => [role, { ...issuers[role], subject: attributesOf(issuers[role].subject) }]),
  ) as unknown as HierarchyPlan["issuers"],
});
