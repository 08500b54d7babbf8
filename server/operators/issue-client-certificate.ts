import {
  type AuthorityDeps,
  chainOf,
  isKeyCompromised,
  isKeyHeldByAnother,
  issueCertificate,
  type StoredCertificate,
} from "../authority/index.ts";
import type { Executor, Reader } from "../db/index.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { type Id, newId } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import {
  lastSecond,
  type NameAttribute,
  parseCsr,
  requireStrongKey,
  toPem,
  verifyCsrSignature,
} from "../pki/index.ts";
import { CLIENT_PROFILE } from "./client-certificate.ts";
import { type ClientKeyFile, makeClientKey } from "./client-key-file.ts";
import { CLIENT_CERTIFICATE_DAYS, type HolderKind } from "./operator.ts";
import { clientCertificateStore } from "./store.ts";

/** For whom a client certificate is, and what its subject says. */
export interface ClientCertificateOrder {
  readonly holder: HolderKind;
  readonly holderId: Id;
  readonly subject: readonly NameAttribute[];
  readonly subscriberId: Id | null;
  /** Shown by the browser where it lets its user choose. */
  readonly name: string;
}

/** More to be written in the transaction that stores the certificate; throws where the holder may have none now. */
export type AlsoWrite = (tx: Executor, certificate: StoredCertificate) => Promise<void>;

export interface IssuedClientCertificate {
  readonly certificateId: Id;
  readonly serial: string;
  readonly fingerprint: string;
  readonly notAfter: Temporal.Instant;
  /** The certificate and the staff root above it, PEM. */
  readonly chainPem: string;
}

export type IssuedKeyFile = IssuedClientCertificate & ClientKeyFile;

/** With a key of our making, handed over as a .p12 file: the key exists nowhere else afterwards. */
export async function issueWithNewKey(
  deps: AuthorityDeps,
  order: ClientCertificateOrder,
  also: AlsoWrite,
): Promise<IssuedKeyFile> {
  const key = await makeClientKey();
  const stored = await issue(deps, order, key.spki, also);
  const chain = await chainOf(deps.db.read, stored.issuerId);
  const [issuer] = chain;
  if (!issuer) throw new Error("the staff root has no certificate");
  const file = await key.pack({ name: order.name, certificate: stored.der, issuer });
  return { ...described(stored, chain), ...file };
}

/**
 * With a key that never left its holder, known from a CSR; nothing else of the CSR is used.
 * Problems: those of reading a CSR, key-weak, key-compromised, key-held-by-another.
 */
export async function issueForCsr(
  deps: AuthorityDeps,
  order: ClientCertificateOrder,
  csrText: string,
  also: AlsoWrite,
): Promise<IssuedClientCertificate> {
  const csr = parseCsr(csrText);
  await verifyCsrSignature(csr);
  requireStrongKey(csr.publicKey);
  const { spki, spkiSha256 } = csr.publicKey;
  const requireUsable = async (on: Reader) => {
    if (await isKeyCompromised(on, spkiSha256)) throw new Problem("key-compromised");
    if (await isKeyHeldByAnother(on, spkiSha256, order.subscriberId, deps.clock.now())) {
      throw new Problem("key-held-by-another");
    }
  };
  await requireUsable(deps.db.read);
  const stored = await issue(deps, order, spki, async (tx, certificate) => {
    // Asked again where it is stored: the key may have been blocked, or claimed by another, since it was asked first.
    await requireUsable(tx);
    await also(tx, certificate);
  });
  return described(stored, await chainOf(deps.db.read, stored.issuerId));
}

function issue(
  deps: AuthorityDeps,
  { holder, holderId, subject, subscriberId }: ClientCertificateOrder,
  spki: Uint8Array,
  also: AlsoWrite,
): Promise<StoredCertificate> {
  const notBefore = wholeSecond(deps.clock.now());
  const order = {
    role: "STAFF_ROOT",
    profile: CLIENT_PROFILE[holder],
    subject,
    names: [],
    spki,
    notBefore,
    notAfter: lastSecond(notBefore, CLIENT_CERTIFICATE_DAYS),
    purpose: `${holder}:${holderId}`,
    subscriberId,
    organizationId: null,
  } as const;
  return issueCertificate(deps, order, async (tx, certificate) => {
    await clientCertificateStore(tx, holder, holderId).add({
      id: newId(),
      certificateId: certificate.id,
      fingerprint: certificate.fingerprint,
      createdAt: deps.clock.now(),
    });
    await also(tx, certificate);
  });
}

function described(stored: StoredCertificate, chain: readonly Uint8Array[]): IssuedClientCertificate {
  const { id: certificateId, serial, fingerprint, notAfter } = stored;
  const chainPem = [stored.der, ...chain].map((der) => toPem("CERTIFICATE", der)).join("");
  return { certificateId, serial, fingerprint, notAfter, chainPem };
}
