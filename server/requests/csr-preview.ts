import type { Reader } from "../db/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import { isProblem, type Problem } from "../kernel/problem.ts";
import { type Csr, type CsrWarning, printName } from "../pki/index.ts";
import { describeKey } from "./key-description.ts";
import { isKeyInUse } from "./pages/new-request.ts";
import { readCsr } from "./submission.ts";

/** Things worth telling that do not stand in the way. */
export type RequestWarning = CsrWarning | "names-not-asked" | "key-used-before";

export type CsrPreview =
  | { readonly kind: "none" }
  | { readonly kind: "refused"; readonly problem: Problem }
  | {
      readonly kind: "read";
      readonly subject: string;
      readonly names: readonly string[];
      readonly key: string;
      readonly signatureAlgorithm: string;
      readonly spkiSha256: string;
      readonly warnings: readonly RequestWarning[];
    };

/** What a CSR says, at once: nothing is stored, and a private key is refused unread. */
export async function previewCsr(
  on: Reader,
  tenant: Tenant,
  input: string | Uint8Array,
  askedNames: readonly string[],
): Promise<CsrPreview> {
  if (typeof input === "string" ? input.trim() === "" : input.length === 0) return { kind: "none" };
  const csr = await readCsr(input);
  if (isProblem(csr)) return { kind: "refused", problem: csr };
  return {
    kind: "read",
    subject: printName(csr.subject),
    names: csr.requestedNames,
    key: describeKey(csr.publicKey),
    signatureAlgorithm: csr.signatureAlgorithm,
    spkiSha256: csr.publicKey.spkiSha256,
    warnings: await warningsOf(on, tenant, csr, askedNames),
  };
}

/** The CSR's own warnings, names nobody asked for, and a key that is already in use. */
export async function warningsOf(
  on: Reader,
  tenant: Tenant,
  csr: Csr,
  askedNames: readonly string[],
): Promise<readonly RequestWarning[]> {
  const asked = new Set(askedNames.map((name) => name.toLowerCase()));
  const inCsr = csr.requestedNames.map((name) => name.toLowerCase());
  return [
    ...csr.warnings,
    ...(asked.size > 0 && inCsr.some((name) => !asked.has(name)) ? ["names-not-asked" as const] : []),
    ...((await isKeyInUse(on, tenant, csr.publicKey.spkiSha256)) ? ["key-used-before" as const] : []),
  ];
}
