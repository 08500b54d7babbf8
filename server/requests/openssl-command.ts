/** What a key and its CSR are made for. Only the key will be used; the rest helps people to recognise the file. */
export interface CommandFor {
  readonly commonName: string;
  readonly additionalNames: readonly string[];
  /** The English name of the organisation, where it is registered. */
  readonly organization: string | null;
  readonly key: "RSA" | "EC";
}

/** The `openssl req` command that makes a private key and a CSR, quoted for a POSIX shell. */
export function opensslCommand({ commonName, additionalNames, organization, key }: CommandFor): string {
  const file = commonName.replace(/^\*\./, "wildcard.").replaceAll(/[^A-Za-z0-9.-]/g, "-");
  const subject = [
    ["C", "JP"],
    ...(organization === null ? [] : [["O", organization]]),
    ["CN", commonName],
  ].map(([type, value]) => `/${type}=${(value ?? "").replaceAll(/[\\/+]/g, "\\$&")}`);
  const names = [...new Set([commonName, ...additionalNames])].map((name) =>
    /^[\d.]+$|:/.test(name) ? `IP:${name}` : `DNS:${name}`,
  );
  const newKey = key === "RSA" ? "-newkey rsa:2048" : "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1";
  return [
    `openssl req -new -sha256 -nodes ${newKey}`,
    `  -keyout ${quoted(`${file}.key`)} -out ${quoted(`${file}.csr`)}`,
    `  -subj ${quoted(subject.join(""))}`,
    `  -addext ${quoted(`subjectAltName=${names.join(",")}`)}`,
  ].join(" \\\n");
}

const quoted = (text: string): string =>
  /^[A-Za-z0-9._/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
