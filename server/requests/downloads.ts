import { zipSync } from "fflate";
import { catalogue } from "../i18n/index.ts";
import type { Language } from "../kernel/languages.ts";
import {
  bundleFor,
  type CertificateChain,
  chainPem,
  fileNameOf,
  fullChainPem,
  leafPem,
  pkcs7Of,
  type ServerKind,
  toPem,
} from "../pki/index.ts";

/** The ways to fetch a certificate: single files, and sets for servers. Nothing of them holds a private key. */
const FILE_FORMATS = ["leaf.pem", "leaf.der", "chain.pem", "fullchain.pem", "chain.p7b", "root.pem"] as const;
const BUNDLE_FORMATS = ["nginx.zip", "apache.zip", "iis.zip", "tomcat.zip", "haproxy.zip"] as const;
export const DOWNLOAD_FORMATS = [...FILE_FORMATS, ...BUNDLE_FORMATS] as const;
export type DownloadFormat = (typeof DOWNLOAD_FORMATS)[number];

export interface Download {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

const PEM = "application/x-pem-file";
const text = new TextEncoder();

/** The file of a format. A bundle also holds the steps, in the reader's language. */
export function downloadOf(
  format: DownloadFormat,
  certificate: CertificateChain & { readonly commonName: string },
  language: Language,
): Download {
  const name = fileNameOf(certificate.commonName);
  const pem = (suffix: string, content: string): Download => ({
    name: `${name}${suffix}`,
    type: PEM,
    bytes: text.encode(content),
  });
  switch (format) {
    case "leaf.pem":
      return pem(".pem", leafPem(certificate));
    case "chain.pem":
      return pem(".chain.pem", chainPem(certificate));
    case "fullchain.pem":
      return pem(".fullchain.pem", fullChainPem(certificate));
    case "root.pem":
      return pem(".root.pem", toPem("CERTIFICATE", certificate.root));
    case "leaf.der":
      return { name: `${name}.cer`, type: "application/pkix-cert", bytes: certificate.leaf };
    case "chain.p7b":
      // RFC 5273 3.2: certs-only PKCS#7.
      return { name: `${name}.p7b`, type: "application/x-pkcs7-certificates", bytes: pkcs7Of(certificate) };
    case "nginx.zip":
    case "apache.zip":
    case "iis.zip":
    case "tomcat.zip":
    case "haproxy.zip": {
      const server = format.slice(0, -".zip".length) as ServerKind;
      return {
        name: `${name}.${format}`,
        type: "application/zip",
        bytes: zipOf(server, certificate, language),
      };
    }
  }
}

function zipOf(
  server: ServerKind,
  certificate: CertificateChain & { readonly commonName: string },
  language: Language,
): Uint8Array {
  const files = bundleFor(server, certificate.commonName, certificate);
  const t = catalogue(language).certificates;
  const steps = installationSteps(server, certificate.commonName, language);
  const readme = [
    t.installation.title({ server: t.server[server] }),
    ...steps.map(
      ({ text: what, command }, at) => `${at + 1}. ${what}${command ? `\n\n${indent(command)}` : ""}`,
    ),
  ].join("\n\n");
  return zipSync({
    ...Object.fromEntries(files.map(({ name, bytes }) => [name, bytes])),
    // Windows' editors take UTF-8 by its mark, and want CRLF.
    [t.installation.readme]: text.encode(`\u{feff}${readme}\n`.replaceAll("\n", "\r\n")),
  });
}

const indent = (command: string): string => command.replaceAll(/^/gm, "    ");

export interface InstallationStep {
  readonly text: string;
  /** What to type or to write into a configuration; null where there is nothing to copy. */
  readonly command: string | null;
}

/** How to install a certificate on a server, with the very file names of its bundle. */
export function installationSteps(
  server: ServerKind,
  commonName: string,
  language: Language,
): readonly InstallationStep[] {
  const name = fileNameOf(commonName);
  return catalogue(language).certificates.installation[server].map(({ text: what, command }) => ({
    text: what,
    command: command === null ? null : command({ name }),
  }));
}

/** How to look at the installed chain from elsewhere; a wildcard stands for any name below it. */
export function verifyCommand(commonName: string): string {
  const name = commonName.replace(/^\*\./, "www.");
  const file = `${fileNameOf(commonName)}.root.pem`;
  return `openssl s_client -connect ${name}:443 -servername ${name} -CAfile ${file} </dev/null`;
}
