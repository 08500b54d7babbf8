import { generateKeyPairSync } from "node:crypto";
import {
  assembleCertificate,
  buildTbsCertificate,
  type CertificateContent,
  newSerial,
} from "../../server/pki/certificate.ts";
import * as der from "../../server/pki/der.ts";
import { operatorSubject, staffSubject } from "../../server/pki/distinguished-name.ts";
import { buildCrl, encodeName, keyIdentifierOf, OID, publicKeyOf, spkiOf } from "../../server/pki/index.ts";
import type { LintContext } from "../../server/pki/lints/index.ts";
import { PROFILES, type ProfileName } from "../../server/pki/profiles.ts";
import { signWith } from "../pki/hierarchy.ts";
import { content, EV_SUBJECT, NOW } from "../pki/lint-content.ts";
import { csrDer } from "../support/csr.ts";

/** Real requests, certificates and lists, made here and now with fresh keys: nothing of them lies in a file. */
export interface CertificateSeed {
  readonly der: Uint8Array;
  readonly tbs: Uint8Array;
  readonly profile: ProfileName;
  readonly expected: NonNullable<LintContext["expected"]>;
}
export interface Seeds {
  readonly requests: readonly Uint8Array[];
  readonly certificates: readonly CertificateSeed[];
  readonly lists: readonly Uint8Array[];
  /** OCSP requests, with and without a nonce. */
  readonly questions: readonly Uint8Array[];
}

export function makeSeeds(): Seeds {
  const names = ["www.example.jp", "example.jp", "8.8.8.8", "2606:4700::1111"];
  const subject = [
    { type: "C", value: "JP" },
    { type: "ST", value: "東京都" },
    { type: "O", value: "株式会社例示商事" },
    { type: "CN", value: "www.example.jp" },
  ];
  const requests = (["P-256", "P-384", "RSA-2048"] as const).flatMap((kind) => [
    csrDer({ kind }),
    csrDer({ kind, subject, names }),
  ]);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issuerSubject = staffSubject({ commonName: "OV CA", organization: "印鑑認証" });
  const issuer = {
    subjectDer: encodeName(issuerSubject),
    keyIdentifier: keyIdentifierOf(spkiOf(publicKey)),
    signatureAlgorithm: "ecdsa-with-SHA256",
    privateKey,
  } as const;
  const own = staffSubject({ commonName: "Something of ours", organization: "印鑑認証" });
  const variants: readonly [ProfileName, Partial<CertificateContent>][] = [
    ["SERVER_OV", { names: ["www.example.jp", "*.example.jp", "8.8.8.8", "2606:4700::1111"] }],
    ["SERVER_EV", { subject: EV_SUBJECT }],
    ["ISSUING_CA_OV", { subject: own, names: [], ocspUrl: null }],
    [
      "OPERATOR_CLIENT",
      {
        subject: operatorSubject({ commonName: "山田 太郎", organization: "例示", siteId: "S-1" }),
        names: [],
      },
    ],
    ["OCSP_RESPONDER", { subject: own, names: [], crlUrl: null, issuerUrl: null, ocspUrl: null }],
  ];
  const certificates = variants.map(([profile, changes]): CertificateSeed => {
    const described = content({ profile: PROFILES[profile], issuer, ...changes });
    const tbs = buildTbsCertificate(described);
    return {
      der: assembleCertificate(tbs, issuer.signatureAlgorithm, signWith(issuer, tbs)),
      tbs,
      profile,
      expected: {
        subject: described.subject,
        names: described.names ?? [],
        spkiSha256: publicKeyOf(described.publicKey.spki).spkiSha256,
        serial: described.serial,
        signatureAlgorithm: issuer.signatureAlgorithm,
        issuerSubjectDer: issuer.subjectDer,
        issuerKeyIdentifier: issuer.keyIdentifier,
        crlUrl: described.crlUrl ?? null,
        issuerUrl: described.issuerUrl ?? null,
        ocspUrl: described.ocspUrl ?? null,
      },
    };
  });
  const list = buildCrl(
    { issuer, thisUpdate: NOW, nextUpdate: NOW.add({ hours: 96 }), number: 4711n },
    [1, 4, null].map((reason) => ({ serial: newSerial(), revokedAt: NOW, reason: reason as 1 | 4 | null })),
  );
  const lists = [list.signed(signWith(issuer, list.tbs))];
  return { requests, certificates, lists, questions: [question(false), question(true)] };
}

/** SHA-1 names the issuer here, as most clients ask (RFC 5019 2.1.1). */
function question(withNonce: boolean): Uint8Array {
  const hash = (byte: number) => der.octetString(new Uint8Array(20).fill(byte));
  const algorithm = der.sequence(der.oid("1.3.14.3.2.26"), der.nullValue());
  const certId = der.sequence(
    algorithm,
    hash(1),
    hash(2),
    der.integerFromBytes(Uint8Array.fromHex(newSerial())),
  );
  const nonce = der.sequence(
    der.oid(OID.ocspNonce),
    der.octetString(der.octetString(new Uint8Array(32).fill(3))),
  );
  const list = der.sequence(der.sequence(certId));
  return der.sequence(
    withNonce ? der.sequence(list, der.context(2, der.sequence(nonce))) : der.sequence(list),
  );
}
