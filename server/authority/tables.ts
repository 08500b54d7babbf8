import { defineTables } from "../db/index.ts";
import { PROFILE_NAMES } from "../pki/index.ts";
import { CERTIFICATE_STATES, INTENT_STATES, ISSUER_ROLES } from "./issuer.ts";

export const authorityTables = defineTables((c) => {
  /**
   * Key ceremonies, written down before the first key file is. Key files of a ceremony that never ended belong to no
   * issuer and may be removed; key files that no ceremony here names belong to another database.
   */
  const keyCeremonies = c.table("key_ceremonies", {
    id: c.id("id").primaryKey(),
    begunAt: c.instant("begun_at").notNull(),
    endedAt: c.instant("ended_at"),
  });

  /** Every CA of both hierarchies. The key itself lies in the keys folder under `keyName`, encrypted. */
  const issuers = c.table("issuers", {
    id: c.id("id").primaryKey(),
    role: c.choice("role", ISSUER_ROLES).notNull().unique(),
    keyName: c.text("key_name").notNull(),
    subjectDer: c.bytes("subject_der").notNull(),
    keyIdentifier: c.bytes("key_identifier").notNull(),
    signatureAlgorithm: c.text("signature_algorithm").notNull(),
    certificateDer: c.bytes("certificate_der").notNull(),
    notBefore: c.instant("not_before").notNull(),
    notAfter: c.instant("not_after").notNull(),
    createdAt: c.instant("created_at").notNull(),
  });

  /**
   * What an issuer was about to sign, stored before it signed. `(issuer, serial)` is unique for ever: an abandoned
   * serial stays here and answers "revoked".
   */
  const intents = c.table(
    "issuance_intents",
    {
      id: c.id("id").primaryKey(),
      issuerId: c
        .id("issuer_id")
        .notNull()
        .references(() => issuers.id),
      serial: c.text("serial").notNull(),
      profile: c.choice("profile", PROFILE_NAMES).notNull(),
      /** What the certificate is for (a request, an operator, a site); the authority does not look inside. */
      purpose: c.text("purpose").notNull(),
      tbsCertificate: c.bytes("tbs_certificate").notNull(),
      notAfter: c.instant("not_after").notNull(),
      state: c.choice("state", INTENT_STATES).notNull(),
      owner: c.text("owner").notNull(),
      leaseUntil: c.instant("lease_until").notNull(),
      createdAt: c.instant("created_at").notNull(),
      endedAt: c.instant("ended_at"),
    },
    (t) => [
      c.unique("issuance_intents_serial").on(t.issuerId, t.serial),
      c.index("issuance_intents_state").on(t.state, t.leaseUntil),
      c.index("issuance_intents_purpose").on(t.purpose),
    ],
  );

  /** Everything any issuer of ours has signed. */
  const certificates = c.table(
    "certificates",
    {
      id: c.id("id").primaryKey(),
      issuerId: c
        .id("issuer_id")
        .notNull()
        .references(() => issuers.id),
      serial: c.text("serial").notNull(),
      profile: c.choice("profile", PROFILE_NAMES).notNull(),
      /** The tenant whose certificate it is; null for the issuing company's own (staff, sites). */
      subscriberId: c.id("subscriber_id"),
      purpose: c.text("purpose").notNull(),
      der: c.bytes("der").notNull(),
      fingerprint: c.text("fingerprint").notNull().unique(),
      spkiSha256: c.text("spki_sha256").notNull(),
      notBefore: c.instant("not_before").notNull(),
      notAfter: c.instant("not_after").notNull(),
      state: c.choice("state", CERTIFICATE_STATES).notNull(),
      revokedAt: c.instant("revoked_at"),
      revocationReason: c.whole("revocation_reason"),
      createdAt: c.instant("created_at").notNull(),
    },
    (t) => [
      c.unique("certificates_serial").on(t.issuerId, t.serial),
      c.index("certificates_tenant").on(t.subscriberId, t.id),
      c.index("certificates_key").on(t.spkiSha256),
      c.index("certificates_revoked").on(t.issuerId, t.revokedAt),
      c.index("certificates_purpose").on(t.purpose),
    ],
  );

  /** The CRLs each issuer has published; the newest by number is the one in force. */
  const crls = c.table(
    "crls",
    {
      id: c.id("id").primaryKey(),
      issuerId: c
        .id("issuer_id")
        .notNull()
        .references(() => issuers.id),
      number: c.whole("number").notNull(),
      der: c.bytes("der").notNull(),
      thisUpdate: c.instant("this_update").notNull(),
      nextUpdate: c.instant("next_update").notNull(),
    },
    (t) => [c.unique("crls_number").on(t.issuerId, t.number)],
  );

  /** Keys reported compromised, by SHA-256 of their SubjectPublicKeyInfo: refused in every tenant (BR 6.1.1.3). */
  const compromisedKeys = c.table("compromised_keys", {
    spkiSha256: c.text("spki_sha256").primaryKey(),
    reportedAt: c.instant("reported_at").notNull(),
    evidence: c.text("evidence").notNull(),
  });

  return { keyCeremonies, issuers, intents, certificates, crls, compromisedKeys };
});
