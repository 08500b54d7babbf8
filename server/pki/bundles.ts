import type { Der } from "./der.ts";
import * as der from "./der.ts";
import { OID } from "./oids.ts";
import { toPem } from "./pem.ts";

/** A leaf and the certificates above it, in DER: `chain` begins with the leaf's issuer and leaves the root out. */
export interface CertificateChain {
  readonly leaf: Uint8Array;
  readonly chain: readonly Uint8Array[];
  readonly root: Uint8Array;
}

export interface BundleFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const text = new TextEncoder();

export const leafPem = ({ leaf }: CertificateChain): string => toPem("CERTIFICATE", leaf);
export const chainPem = ({ chain }: CertificateChain): string =>
  chain.map((der) => toPem("CERTIFICATE", der)).join("");
/** Leaf first, then upwards, without the root (RFC 8446 4.4.2 lets it be left out; clients have it or do not trust it). */
export const fullChainPem = (certificates: CertificateChain): string =>
  leafPem(certificates) + chainPem(certificates);

/**
 * Certs-only PKCS#7: SignedData without signers (RFC 2315 9, RFC 5652 5.1). IIS and keytool import it; the root is
 * included, as both want to see the chain to its end.
 */
export function pkcs7Of({ leaf, chain, root }: CertificateChain): Der {
  const signedData = der.sequence(
    der.integer(1),
    der.setOf([]),
    der.sequence(der.oid(OID.pkcs7Data)),
    // [0] IMPLICIT SET OF: DER sorts it, and readers put the chain together by names.
    der.context(0, ...[leaf, ...chain, root].toSorted(der.compareBytes)),
    der.setOf([]),
  );
  return der.sequence(der.oid(OID.pkcs7SignedData), der.context(0, signedData));
}

export const SERVER_KINDS = ["nginx", "apache", "iis", "tomcat", "haproxy"] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

/** A file name out of a common name: `*.example.jp` → `wildcard.example.jp`; nothing but letters, digits, dot, hyphen. */
export function fileNameOf(commonName: string): string {
  return commonName.replace(/^\*\./, "wildcard.").replaceAll(/[^A-Za-z0-9.-]/g, "-");
}

/** The files that this server's documentation asks for; the private key stays where the customer made it. */
export function bundleFor(
  server: ServerKind,
  commonName: string,
  certificates: CertificateChain,
): BundleFile[] {
  const name = fileNameOf(commonName);
  const file = (suffix: string, content: string | Uint8Array): BundleFile => ({
    name: `${name}${suffix}`,
    bytes: typeof content === "string" ? text.encode(content) : content,
  });
  switch (server) {
    // ssl_certificate: leaf and intermediates in one file.
    case "nginx":
      return [file(".fullchain.pem", fullChainPem(certificates)), file(".chain.pem", chainPem(certificates))];
    // SSLCertificateFile takes the whole chain since 2.4.8; older ones want SSLCertificateChainFile beside the leaf.
    case "apache":
      return [
        file(".fullchain.pem", fullChainPem(certificates)),
        file(".crt", leafPem(certificates)),
        file(".chain.crt", chainPem(certificates)),
      ];
    // "Complete certificate request" takes the .p7b or the .cer; the intermediate goes into its own store.
    case "iis":
      return [
        file(".p7b", pkcs7Of(certificates)),
        file(".cer", certificates.leaf),
        ...certificates.chain.map((issuer, i) =>
          file(`.intermediate${i === 0 ? "" : `-${i + 1}`}.cer`, issuer),
        ),
      ];
    // certificateFile and certificateChainFile with PEM keys; the .p7b for keytool -importcert into a keystore.
    case "tomcat":
      return [
        file(".crt", leafPem(certificates)),
        file(".chain.pem", chainPem(certificates)),
        file(".p7b", pkcs7Of(certificates)),
      ];
    // crt <name>.pem with the key in <name>.pem.key beside it (ssl-load-extra-files, HAProxy 2.2 and later).
    case "haproxy":
      return [file(".pem", fullChainPem(certificates))];
  }
}
