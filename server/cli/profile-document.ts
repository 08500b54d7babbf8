import { NAME_ATTRIBUTES } from "../pki/distinguished-name.ts";
import { EXTENSION_TABLE } from "../pki/extension-table.ts";
import { LINTS, PROFILE_NAMES, PROFILES, type Profile } from "../pki/index.ts";
import { PUBLIC_VALIDITY } from "../rules/index.ts";

/** docs/profiles.md, out of the tables that the builder and the lints read. */
export function profileDocument(): string {
  return `${[
    HEAD,
    section("Validity of subscribers' certificates", validity()),
    section("In every certificate", table(["field", "value", "source"], COMMON)),
    ...PROFILE_NAMES.map((name) => profileSection(PROFILES[name])),
    section("Never", NEVER),
    section("Lints", lints()),
  ].join("\n\n")}\n`;
}

const HEAD = `# Certificate profiles

Written by \`npm run profiles\` from the tables in \`server/pki/profiles.ts\`, \`server/pki/extension-table.ts\`, \`server/rules/validity.ts\` and \`server/pki/lints/\`; a test fails where this file differs from them. BR are the CA/Browser Forum Baseline Requirements 2.3.1, EVG its Extended Validation Guidelines 2.0.4.`;

const COMMON = [
  ["version", "3", "BR 7.1.1"],
  ["serialNumber", "17 bytes: 40 (hex), then 128 random bits; unique for each issuer", "BR 7.1.2.7"],
  [
    "signature",
    "the issuer's: RSA PKCS#1 v1.5 with SHA-256, or ECDSA with the hash of its curve (P-256: SHA-256, P-384: SHA-384)",
    "BR 7.1.3.2",
  ],
  ["issuer", "the issuer's subject, byte for byte; a root's own", "BR 7.1.4.1"],
  [
    "validity",
    "whole seconds, both ends included; notBefore within 48 hours of the signature; UTCTime to 2049, GeneralizedTime from 2050",
    "BR 6.3.2, RFC 5280 4.1.2.5",
  ],
  ["subject", "the attributes of the profile, one to a RelativeDistinguishedName", "BR 7.1.4.1"],
  [
    "subjectPublicKeyInfo",
    "as in the CSR, byte for byte: rsaEncryption with NULL, or ecPublicKey with a named curve and an uncompressed point",
    "BR 7.1.3.1",
  ],
] as const;

const NEVER = [
  "organizationalUnitName, e-mail addresses, and whatever stands in a CSR beside its key",
  "nameConstraints, policy qualifiers, explicit text, a critical extKeyUsage or subjectAltName",
  "internal names, reserved addresses, `.arpa`, underscores, a trailing dot, `--` in the third and fourth place except in a valid `xn--` label, a wildcard right above a public suffix",
  "signed certificate timestamps: Certificate Transparency is off, as for a private hierarchy",
]
  .map((line) => `- ${line}`)
  .join("\n");

function validity(): string {
  const rows = PUBLIC_VALIDITY.map((row) => [
    row.from === null ? "before that" : `from ${row.from}`,
    `${row.longestDays} days`,
    `${row.recommendedDays} days`,
    `${row.validationReuseDays} days`,
    `${row.identityReuseDays} days`,
    row.source,
  ]);
  const columns = [
    "signed",
    "longest",
    "recommended",
    "reuse of a domain's validation",
    "of the identity",
    "source",
  ];
  return `A day is 86,400 s, and the last second counts. Where a certificate is signed on one day and starts on another, the shorter limit holds.\n\n${table(columns, rows)}`;
}

function profileSection(profile: Profile): string {
  const life = profile.longestDays === null ? "by the table above" : `${profile.longestDays} days`;
  const keys = profile.keys
    .map((kind) => (kind === "RSA" ? "RSA (2048 bits or more, in whole bytes)" : kind))
    .join(", ");
  const subject = profile.subject.map(({ type, presence, value, source }) => {
    const { string, limit } = NAME_ATTRIBUTES[type];
    return [
      type,
      presence,
      value,
      string === "printable" ? "PrintableString" : "UTF8String",
      String(limit),
      source,
    ];
  });
  return [
    `## ${profile.name}`,
    `${profile.title} (${profile.source}). Keys: ${keys}. Longest life: ${life}.`,
    table(["subject", "presence", "value", "string type", "characters", "source"], subject),
    table(["extension", "presence", "critical", "value", "source"], extensions(profile)),
  ].join("\n\n");
}

function extensions(profile: Profile): string[][] {
  const kind = { root: "authority", issuer: "authority", responder: "responder" } as const;
  const sources = profile.role === "server" || profile.role === "client" ? "leaf" : kind[profile.role];
  return EXTENSION_TABLE.flatMap(({ name, critical, in: carriedBy, source }) => {
    const carried = carriedBy(profile);
    if (carried === null) return [];
    return [[name, carried.presence, critical ? "yes" : "no", carried.value, source[sources]]];
  });
}

function lints(): string {
  const rows = LINTS.map(({ id, source, since, profiles }) => [
    id,
    source,
    since.toString(),
    profiles.length === PROFILE_NAMES.length ? "all" : profiles.join(", "),
  ]);
  return `Run on the exact bytes before each signature, and every night on everything alive. Bytes that the strict reader refuses fail as \`readable\`.\n\n${table(["lint", "source", "since", "profiles"], rows)}`;
}

const section = (title: string, body: string): string => `## ${title}\n\n${body}`;

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(columns), line(columns.map(() => "---")), ...rows.map(line)].join("\n");
}
