import { createHash } from "node:crypto";
import { and, desc, eq, gt, gte, or } from "drizzle-orm";
import type { KeyStore } from "../adapters/key-store.ts";
import type { Signer } from "../adapters/signer.ts";
import { appendAudit } from "../audit/index.ts";
import { system } from "../kernel/actor.ts";
import { wholeSecond } from "../kernel/clock.ts";
import { randomToken } from "../kernel/ids.ts";
import { lastSecond, publicKeyBits, staffSubject } from "../pki/index.ts";
import type { AuthorityDeps } from "./authority.ts";
import { issueCertificate } from "./issue-certificate.ts";
import { type OnlineRole, repositoryName } from "./issuer.ts";
import { type Issuer, issuerOf } from "./issuers.ts";
import { authorityTables } from "./tables.ts";

/** Who answers for an issuer (RFC 6960 4.2.2.2): a key and a certificate of its own, for a short life. */
export interface ResponderKey {
  readonly issuer: Issuer & { readonly role: OnlineRole };
  readonly signer: Signer;
  readonly certificate: Uint8Array;
  readonly notAfter: Temporal.Instant;
  /** SHA-1 of the subjectPublicKey bits, ResponderID byKey (RFC 6960 4.2.1). */
  readonly keyHash: Uint8Array;
}

export interface ResponderKeyDeps {
  readonly authority: AuthorityDeps;
  readonly keys: KeyStore;
  /** Organisation in the responder's subject. */
  readonly issuerName: string;
}

/** Nobody can revoke it (nocheck), so it lives briefly: long enough to notice for weeks that it is not renewed. */
const LIFETIME_DAYS = 30;
const RENEW_BEFORE = Temporal.Duration.from({ hours: 24 * 15 });
/** Clocks of those who ask may be behind. */
const BACKDATED = Temporal.Duration.from({ hours: 1 });
const KEY_KIND = "P-256";

const responderPurpose = (role: OnlineRole): string => `ocsp-responder:${role}`;

/** Key names go on with the day they were made. */
const keyPrefix = (role: OnlineRole): string => `ocsp-${repositoryName(role)}-`;

/**
 * The responder of an issuer: the one with the most life left whose key lies here, while that is more than fifteen
 * days; else a new one, issued like every certificate. Processes with one keys folder find each other's; those with
 * folders of their own have responders of their own.
 */
export async function responderKey(deps: ResponderKeyDeps, role: OnlineRole): Promise<ResponderKey> {
  const { authority, keys } = deps;
  const issuer = await issuerOf(authority.db.read, role);
  const names = (await keys.names()).filter((name) => name.startsWith(keyPrefix(role)));
  const kept = await removeOld(keys, role, names, authority.clock.now());
  const signers = new Map<string, Signer>();
  for (const name of kept) {
    const signer = await keys.open(name);
    signers.set(createHash("sha256").update(signer.publicKeySpki).digest("hex"), signer);
  }
  for (const { der, spkiSha256, notAfter } of await usableCertificates(authority, issuer)) {
    const signer = signers.get(spkiSha256);
    if (signer) return responderOf(issuer, signer, der, notAfter);
  }
  return await issueResponder(deps, issuer);
}

async function usableCertificates({ db, clock }: AuthorityDeps, issuer: Issuer & { role: OnlineRole }) {
  const { certificates: c } = authorityTables(db.read.columns);
  return await db.read
    .select({ der: c.der, spkiSha256: c.spkiSha256, notAfter: c.notAfter })
    .from(c)
    .where(
      and(
        eq(c.purpose, responderPurpose(issuer.role)),
        eq(c.issuerId, issuer.id),
        eq(c.state, "ACTIVE"),
        // One that ends with its issuer cannot be renewed: it is the last.
        or(gt(c.notAfter, clock.now().add(RENEW_BEFORE)), gte(c.notAfter, issuer.notAfter)),
      ),
    )
    .orderBy(desc(c.notAfter))
    .limit(20);
}

async function issueResponder(
  { authority, keys, issuerName }: ResponderKeyDeps,
  issuer: Issuer & { readonly role: OnlineRole },
): Promise<ResponderKey> {
  const { role } = issuer;
  const now = authority.clock.now();
  const signer = await keys.create(`${keyPrefix(role)}${dayOf(now)}-${randomToken(64)}`, KEY_KIND);
  const notBefore = wholeSecond(now).subtract(BACKDATED);
  const stored = await issueCertificate(
    authority,
    {
      role,
      profile: "OCSP_RESPONDER",
      subject: staffSubject({ commonName: `OCSP ${repositoryName(role)}`, organization: issuerName }),
      names: [],
      spki: signer.publicKeySpki,
      notBefore,
      // RFC 5280 6.1.3 (a)(2): whoever builds the path asks for both; its answers end with it (ocsp-answer.ts).
      notAfter: earlier(lastSecond(notBefore, LIFETIME_DAYS), issuer.notAfter),
      purpose: responderPurpose(role),
      subscriberId: null,
      organizationId: null,
    },
    async (tx, { serial }) =>
      await appendAudit(tx, [
        {
          tenant: "system",
          at: authority.clock.now(),
          actor: system("authority"),
          action: "ocsp.responder-issued",
          subject: { kind: "issuer", id: issuer.id },
          details: { role, serial },
        },
      ]),
  );
  return responderOf(issuer, signer, stored.der, stored.notAfter);
}

function responderOf(
  issuer: ResponderKey["issuer"],
  signer: Signer,
  certificate: Uint8Array,
  notAfter: Temporal.Instant,
): ResponderKey {
  const keyHash = createHash("sha1").update(publicKeyBits(signer.publicKeySpki)).digest();
  return { issuer, signer, certificate, notAfter, keyHash };
}

const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant =>
  Temporal.Instant.compare(a, b) < 0 ? a : b;

const dayOf = (at: Temporal.Instant): string => at.toZonedDateTimeISO("UTC").toPlainDate().toString();

/** Keys whose certificates are over, and those of a start that ended before there was one. */
async function removeOld(
  keys: KeyStore,
  role: OnlineRole,
  names: readonly string[],
  now: Temporal.Instant,
): Promise<string[]> {
  const oldest = dayOf(now.subtract({ hours: 24 * (LIFETIME_DAYS + 1) }));
  const kept = names.filter((name) => name.slice(keyPrefix(role).length) >= oldest);
  for (const name of names) if (!kept.includes(name)) await keys.remove(name);
  return kept;
}
