import { z } from "zod";
import type { VisitorSession } from "../http/session.ts";
import { randomToken } from "../kernel/ids.ts";
import { isPastedPrivateKey } from "../pki/index.ts";
import type { IssuedClientCertificate, IssuedKeyFile } from "./issue-client-certificate.ts";

/**
 * How a new client key reaches its holder. The answer to the POST is itself the page: it carries the .p12 file in a
 * data: link and shows the password, and no other copy of either exists. Nothing of it is written to disk, to the
 * database, to the session or to a log; the pages of this site are `no-store`. Whoever leaves the page issues another
 * certificate. The CSP does not concern a link with `download`: nothing is loaded or navigated to.
 */
export interface Handover {
  readonly serial: string;
  readonly fingerprint: string;
  readonly notAfter: Temporal.Instant;
  readonly fileName: string;
  /** data: link of the file. */
  readonly file: string;
  /** Opens the .p12; null where the key never left its holder, and the file is the certificate chain. */
  readonly password: string | null;
  /** The chain as text, for a key of the holder's own; null for a .p12. */
  readonly chainPem: string | null;
}

const asFileName = (name: string) => name.replace(/[^\p{L}\p{N}._-]+/gu, "-");
const dataLink = (type: string, bytes: Uint8Array) =>
  `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;

export function keyFileHandover(name: string, issued: IssuedKeyFile): Handover {
  const { serial, fingerprint, notAfter, p12, password } = issued;
  const file = dataLink("application/x-pkcs12", p12);
  return {
    serial,
    fingerprint,
    notAfter,
    fileName: `${asFileName(name)}.p12`,
    file,
    password,
    chainPem: null,
  };
}

export function chainHandover(name: string, issued: IssuedClientCertificate): Handover {
  const { serial, fingerprint, notAfter, chainPem } = issued;
  const file = dataLink("application/x-pem-file", Buffer.from(chainPem));
  return {
    serial,
    fingerprint,
    notAfter,
    fileName: `${asFileName(name)}.pem`,
    file,
    password: null,
    chainPem,
  };
}

const DRAFT = "client-certificate";

/** A ticket for one issuance, put into the form: reloading the page of a certificate must not make another. */
export function issueTicket(session: VisitorSession): string {
  const ticket = randomToken(128);
  session.set("drafts", { ...session.get("drafts"), [DRAFT]: { ticket } });
  return ticket;
}

/** True once for each ticket. */
export function takeTicket(session: VisitorSession, ticket: string): boolean {
  const { [DRAFT]: draft, ...others } = session.get("drafts") ?? {};
  if (draft?.["ticket"] !== ticket) return false;
  session.set("drafts", others);
  return true;
}

/** Which way: a key of our making, or a CSR of the holder's. */
export const certificateForm = z
  .object({
    ticket: z.string().max(64),
    way: z.enum(["file", "csr"]),
    csr: z.string().max(64_000).optional(),
  })
  .superRefine(({ way, csr }, context) => {
    if (way === "file" || csr?.trim()) return;
    const missing = { code: "too_small", origin: "string", minimum: 1, inclusive: true } as const;
    context.addIssue({ ...missing, input: "", path: ["csr"] });
  });

/** Problems of a pasted CSR, shown beside its field. */
export const CSR_FIELD = {
  "csr-private-key": "csr",
  "csr-too-large": "csr",
  "csr-not-pem": "csr",
  "csr-malformed": "csr",
  "csr-other-type": "csr",
  "csr-signature-broken": "csr",
  "csr-signature-algorithm": "csr",
  "key-type-unsupported": "csr",
  "key-weak": "csr",
  "key-compromised": "csr",
  "key-held-by-another": "csr",
} as const;

/** What may be shown again of what was typed: never a pasted private key. */
export const retyped = (typed: Readonly<Record<string, string>>) => ({
  way: typed["way"] ?? "file",
  csr: isPastedPrivateKey(typed["csr"] ?? "") ? "" : (typed["csr"] ?? ""),
});
