import path from "node:path";
import { and, desc, eq, gt } from "drizzle-orm";
import type { KeyFolder } from "../adapters/key-folder.ts";
import { readKeyFile } from "../adapters/signer-file.ts";
import type { AuthorityDeps } from "../authority/index.ts";
import { authorityTables, issueCertificate, issuerOf } from "../authority/index.ts";
import type { Reader } from "../db/index.ts";
import type { HttpsListener } from "../http/listeners.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { generateKey, lastSecond, spkiOf, staffSubject, toPem } from "../pki/index.ts";

/** What the sites' own listeners present. */
export interface SiteCertificate {
  /** Private key, PEM, for the TLS listener of this process. */
  readonly key: string;
  /** The certificate and the staff root above it, PEM. */
  readonly certificate: string;
  readonly notAfter: Temporal.Instant;
}

const LIFETIME_DAYS = 199;
const RENEW_BEFORE_DAYS = 30;

/**
 * The TLS certificate of our own sites, from the internal hierarchy: the one in use while it lives longer than thirty
 * days and its key lies in the keys folder, else a new one. `hosts` are the names people type, `localhost` included.
 */
export async function siteCertificate(
  deps: AuthorityDeps,
  keys: KeyFolder,
  passphrase: string,
  issuerName: string,
  hosts: readonly string[],
): Promise<SiteCertificate> {
  const names = [
    ...new Set(hosts.flatMap((host) => (host === "localhost" ? [host, "127.0.0.1", "::1"] : [host]))),
  ];
  const purpose = `site:${names.join(",")}`;
  const known = await usable(deps, keys, purpose);
  const root = await issuerOf(deps.db.read, "STAFF_ROOT");
  const rootPem = toPem("CERTIFICATE", root.certificateDer);
  if (known) {
    const key = await readKeyFile(path.join(keys.folder, `${known.keyName}.key.pem`), passphrase);
    return {
      key: key.export({ type: "pkcs8", format: "pem" }).toString(),
      certificate: toPem("CERTIFICATE", known.der) + rootPem,
      notAfter: known.notAfter,
    };
  }
  const { publicKey, privateKey } = await generateKey("P-256");
  const spki = spkiOf(publicKey);
  const notBefore = wholeSecond(deps.clock.now());
  const stored = await issueCertificate(deps, {
    role: "STAFF_ROOT",
    profile: "SITE_SERVER",
    subject: staffSubject({ commonName: names[0] ?? "localhost", organization: issuerName }),
    names,
    spki,
    notBefore,
    notAfter: lastSecond(notBefore, LIFETIME_DAYS),
    purpose,
    subscriberId: null,
    organizationId: null,
  });
  await keys.create(keyNameOf(stored.spkiSha256), privateKey, passphrase);
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    certificate: toPem("CERTIFICATE", stored.der) + rootPem,
    notAfter: stored.notAfter,
  };
}

/** The certificate that listeners show, kept alive while they do. */
export interface HeldSiteCertificate {
  current(): SiteCertificate;
  /** Adds a listener that was started with the current certificate. */
  shownBy(listener: Pick<HttpsListener, "setCertificate">): void;
  /** Obtains the certificate again and gives listeners the new one, if it is another. Gives whether it was. */
  renew(): Promise<boolean>;
}

/** Holds what `obtain` gives; a server that runs for months asks again without a start (`renew`, every few hours). */
export async function heldSiteCertificate(
  obtain: () => Promise<SiteCertificate>,
): Promise<HeldSiteCertificate> {
  let current = await obtain();
  const listeners: Pick<HttpsListener, "setCertificate">[] = [];
  return {
    current: () => current,
    shownBy: (listener) => void listeners.push(listener),
    async renew() {
      const next = await obtain();
      if (next.certificate === current.certificate) return false;
      for (const listener of listeners) listener.setCertificate(next);
      current = next;
      return true;
    },
  };
}

const keyNameOf = (spkiSha256: string): string => `site-${spkiSha256.slice(0, 16)}`;

async function usable({ db, clock }: AuthorityDeps, keys: KeyFolder, purpose: string) {
  const here = new Set(await keys.names());
  const enough = clock.now().add({ hours: 24 * RENEW_BEFORE_DAYS });
  const rows = await candidates(db.read, purpose, enough);
  const row = rows.find(({ spkiSha256 }) => here.has(keyNameOf(spkiSha256)));
  return row && { ...row, keyName: keyNameOf(row.spkiSha256) };
}

async function candidates(on: Reader, purpose: string, after: Temporal.Instant) {
  const { certificates: c } = authorityTables(on.columns);
  return await on
    .select({ der: c.der, spkiSha256: c.spkiSha256, notAfter: c.notAfter })
    .from(c)
    .where(and(eq(c.purpose, purpose), eq(c.state, "ACTIVE"), gt(c.notAfter, after)))
    .orderBy(desc(c.notAfter))
    .limit(5);
}
