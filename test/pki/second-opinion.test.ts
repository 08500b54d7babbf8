import { spawnSync } from "node:child_process";
import { accessSync, constants, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { describe, expect, test } from "vitest";
import { externalLinter, type LintSubject } from "../../server/adapters/external-linter.ts";
import { readLinterAnswer } from "../../server/adapters/linter-answers.ts";
import {
  lastSecond,
  PROFILES,
  parseCertificate,
  publicKeyOf,
  spkiOf,
  toPem,
} from "../../server/pki/index.ts";
import { keyPair } from "../support/csr.ts";
import { temporaryFolder } from "../support/databases.ts";
import { leafContent, makeAuthority, makeLeaf, NOW } from "./hierarchy.ts";
import { EV_SUBJECT, SUBJECT } from "./lint-content.ts";

/**
 * What linters that others write say to our certificates, through the adapter that production uses: zlint and pkilint,
 * where they are installed (.ci/run tries). Everything they hold for an error is either mended or named here.
 */

function onPath(program: string): string | null {
  for (const folder of (process.env["PATH"] ?? "").split(path.delimiter)) {
    const file = path.join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  return null;
}

/** docs/operations.md says why: OCSP addresses are optional since ballot SC-063; older zlints still ask for one. */
const ACCEPTED: readonly string[] = ["e_sub_cert_aia_does_not_contain_ocsp_url"];

const names = (commonName: string) => [
  { type: "C", value: "JP" },
  { type: "O", value: "印鑑認証" },
  { type: "CN", value: commonName },
];
const root = await makeAuthority("ROOT_CA", names("TLS Root CA G1"), "P-384", null);
const issuing = {
  RSA: await makeAuthority("ISSUING_CA_OV", names("TLS OV CA G1"), "RSA-2048", root),
  EC: await makeAuthority("ISSUING_CA_EV", names("TLS EV CA G1"), "P-256", root),
};
const keys = { RSA: keyPair("RSA-2048"), EC: keyPair("P-256") };
const ENGLISH = [
  { type: "C", value: "JP" },
  { type: "ST", value: "TOKYO" },
  { type: "L", value: "Chiyoda-ku" },
  { type: "O", value: "Example Trading Co., Ltd." },
];
const pointers = {
  crlUrl: "http://ca.example.jp/crl/customer-ov.crl",
  issuerUrl: "http://ca.example.jp/ca/customer-ov.cer",
  ocspUrl: "http://ca.example.jp/ocsp/customer-ov",
};

type Kind = "RSA" | "EC";
const leaf = (issuer: Kind, key: Kind, changes: Parameters<typeof leafContent>[2]) =>
  makeLeaf(
    issuing[issuer],
    leafContent(issuing[issuer], publicKeyOf(spkiOf(keys[key].publicKey)), { ...pointers, ...changes }),
  );
const EV = PROFILES.SERVER_EV;
const SERVERS: readonly (readonly [what: string, kind: LintSubject["kind"], certificate: Uint8Array])[] = [
  ["OV, Japanese, RSA under RSA", "OV-FINAL-CERTIFICATE", leaf("RSA", "RSA", {})],
  ["OV, English, EC under EC, without CN", "OV-FINAL-CERTIFICATE", leaf("EC", "EC", { subject: ENGLISH })],
  [
    "OV with every kind of name",
    "OV-FINAL-CERTIFICATE",
    leaf("EC", "RSA", {
      names: ["www.example.jp", "*.example.jp", "xn--wgv71a119e.jp", "8.8.8.8", "2606:4700::1111"],
    }),
  ],
  ["OV without OCSP", "OV-FINAL-CERTIFICATE", leaf("RSA", "EC", { ocspUrl: null })],
  ["EV, Japanese, RSA", "EV-FINAL-CERTIFICATE", leaf("EC", "RSA", { profile: EV, subject: EV_SUBJECT })],
  [
    "EV, English, EC, without CN",
    "EV-FINAL-CERTIFICATE",
    leaf("EC", "EC", { profile: EV, subject: [...EV_SUBJECT.slice(0, 3), ...ENGLISH] }),
  ],
];
const TOO_LONG = leaf("EC", "EC", { notAfter: lastSecond(NOW, 400) });
const UNDERSCORE = leaf("EC", "EC", { names: ["a_b.example.jp"], subject: SUBJECT.slice(0, 4) });

const LINTERS = [
  { name: "zlint", program: onPath("zlint"), args: "{file}" },
  {
    name: "pkilint",
    program: onPath("lint_cabf_serverauth_cert"),
    args: "lint -t {kind} -s INFO -f JSON {file}",
  },
];

describe.each(LINTERS)("$name", ({ name, program, args }) => {
  const judge = (kind: LintSubject["kind"], certificate: Uint8Array) =>
    externalLinter({
      from: { command: `${program} ${args}` },
      timeout: Temporal.Duration.from({ seconds: 60 }),
      refuseFrom: "error",
      accepted: ACCEPTED,
    }).refusals({ tbs: parseCertificate(certificate).tbs, certificate, kind });
  const absent = program === null;
  const note = absent ? ` (${name} is not installed: did not run)` : "";

  test.skipIf(absent).each(SERVERS)(`finds no error in: %s${note}`, async (_what, kind, certificate) => {
    expect(await judge(kind, certificate)).toEqual([]);
  });

  test.skipIf(absent)(`finds what is planted, so that its silence means something${note}`, async () => {
    expect(await judge("OV-FINAL-CERTIFICATE", TOO_LONG)).not.toEqual([]);
    expect(await judge("OV-FINAL-CERTIFICATE", UNDERSCORE)).not.toEqual([]);
  });
});

const pkilint = onPath("lint_cabf_serverauth_cert");
test.skipIf(pkilint === null).each([
  ["ROOT-CA", root.certificate],
  ["INTERNAL-UNCONSTRAINED-TLS-CA", issuing.RSA.certificate],
  ["INTERNAL-UNCONSTRAINED-TLS-CA", issuing.EC.certificate],
  [
    "OCSP-RESPONDER",
    leaf("EC", "EC", {
      profile: PROFILES.OCSP_RESPONDER,
      subject: names("TLS OV CA G1 OCSP"),
      names: [],
      crlUrl: null,
      issuerUrl: null,
      ocspUrl: null,
      notAfter: lastSecond(NOW, 31),
    }),
  ],
])(
  `pkilint finds no error in our own: %s${pkilint === null ? " (pkilint is not installed: did not run)" : ""}`,
  (kind, certificate) => {
    const file = path.join(temporaryFolder(), "certificate.pem");
    writeFileSync(file, toPem("CERTIFICATE", certificate));
    const { stdout } = spawnSync(pkilint ?? "", ["lint", "-t", kind, "-s", "INFO", "-f", "JSON", file], {
      encoding: "utf8",
    });
    const errors = readLinterAnswer(stdout)?.findings.filter(({ severity }) =>
      ["error", "fatal", "bug"].includes(severity),
    );
    // The repository of this test's hierarchy lies on localhost, as a development machine's does.
    const known = ["pkix.invalid_uri_syntax", "cabf.internal_domain_name"];
    expect(errors?.filter(({ lint }) => !known.includes(lint))).toEqual([]);
  },
);
