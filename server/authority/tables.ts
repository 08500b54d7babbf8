import { type SQL, sql } from "drizzle-orm";
import { type AnyColumn, defineTables } from "../db/index.ts";
import { PROFILE_NAMES } from "../pki/index.ts";
import { CERTIFICATE_STATES, INTENT_STATES, ISSUER_ROLES } from "./issuer.ts";

/** The conditions of the partial indexes, in the words that a query must repeat to be served by them. */
export const endedCertificate = (state: AnyColumn): SQL => sql`${state} <> 'ACTIVE'`;
export const otherThanOv = (profile: AnyColumn): SQL => sql`${profile} <> 'SERVER_OV'`;

export const revoked = (revokedAt: AnyColumn): SQL => sql`${revokedAt} is not null`;
export const changed = (statusChangedAt: AnyColumn): SQL => sql`${statusChangedAt} is not null`;
export const abandoned = (state: AnyColumn): SQL => sql`${state} = 'ABANDONED'`;

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

  /**
   * Every CA of both hierarchies. The key itself lies under `keyName` where `keyStore` says: `file`, encrypted in the
   * keys folder, or a token as a PKCS #11 URI (RFC 7512).
   */
  const issuers = c.table("issuers", {
    id: c.id("id").primaryKey(),
    role: c.choice("role", ISSUER_ROLES).notNull().unique(),
    keyName: c.text("key_name").notNull(),
    keyStore: c.text("key_store").notNull().default("file"),
    subjectDer: c.bytes("subject_der").notNull(),
    keyIdentifier: c.bytes("key_identifier").notNull(),
    signatureAlgorithm: c.text("signature_algorithm").notNull(),
    certificateDer: c.bytes("certificate_der").notNull(),
    notBefore: c.instant("not_before").notNull(),
    notAfter: c.instant("not_after").notNull(),
    /** Over how many partitions of the CRL new certificates are spread; 0: the complete CRL alone. */
    crlPartitions: c.whole("crl_partitions").notNull().default(0),
    /** The most there ever were: those stay published while a certificate may point to them. */
    crlPartitionsEver: c.whole("crl_partitions_ever").notNull().default(0),
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
      serial: c.ascii("serial").notNull(),
      profile: c.choice("profile", PROFILE_NAMES).notNull(),
      /** What the certificate is for (a request, an operator, a site); the authority does not look inside. */
      purpose: c.text("purpose").notNull(),
      tbsCertificate: c.bytes("tbs_certificate").notNull(),
      /** The part of the issuer's CRL that its distribution point names; 0 is the complete one. */
      crlPartition: c.whole("crl_partition").notNull(),
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
      c
        .index("issuance_intents_abandoned")
        .on(t.issuerId, t.serial, t.crlPartition, t.endedAt, t.notAfter)
        .where(abandoned(t.state)),
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
      serial: c.ascii("serial").notNull(),
      profile: c.choice("profile", PROFILE_NAMES).notNull(),
      /** The tenant whose certificate it is; null for the issuing company's own (staff, sites). */
      subscriberId: c.id("subscriber_id"),
      /** The applicant organisation that the subject names; null where the subject is no applicant organisation. */
      organizationId: c.id("organization_id"),
      purpose: c.text("purpose").notNull(),
      /** What a list calls it: the first name, or the common name of a subject without names. */
      commonName: c.ascii("common_name").notNull(),
      nameCount: c.whole("name_count").notNull(),
      crlPartition: c.whole("crl_partition").notNull(),
      fingerprint: c.ascii("fingerprint").notNull().unique(),
      spkiSha256: c.ascii("spki_sha256").notNull(),
      notBefore: c.instant("not_before").notNull(),
      notAfter: c.instant("not_after").notNull(),
      state: c.choice("state", CERTIFICATE_STATES).notNull(),
      revokedAt: c.instant("revoked_at"),
      revocationReason: c.whole("revocation_reason"),
      /** When CRL and OCSP had something new to say: the revocation, or a later change of its reason. */
      statusChangedAt: c.instant("status_changed_at"),
      createdAt: c.instant("created_at").notNull(),
      // Last, so that whoever reads the columns before it need not walk past it.
      der: c.bytes("der").notNull(),
    },
    (t) => [
      // The serial first: people search by how it begins, whoever issued it.
      c.unique("certificates_serial").on(t.serial, t.issuerId),
      c.index("certificates_tenant").on(t.subscriberId, t.id, t.profile),
      c.index("certificates_tenant_expiry").on(t.subscriberId, t.notAfter, t.id, t.state, t.profile),
      c.index("certificates_expiry").on(t.notAfter, t.id, t.state, t.profile),
      c.index("certificates_organization").on(t.organizationId, t.id),
      // Partial, so that the many cost nothing: what ended before its time, and what is no OV certificate.
      c
        .index("certificates_tenant_ended")
        .on(t.subscriberId, t.state, t.id, t.profile)
        .where(endedCertificate(t.state)),
      c.index("certificates_ended").on(t.state, t.id).where(endedCertificate(t.state)),
      c.index("certificates_tenant_rare").on(t.subscriberId, t.profile, t.id).where(otherThanOv(t.profile)),
      c.index("certificates_rare").on(t.profile, t.id).where(otherThanOv(t.profile)),
      c.index("certificates_key").on(t.spkiSha256, t.id),
      // All that an entry of a CRL is made of, and what changed lately: read without touching a certificate.
      c
        .index("certificates_revoked")
        .on(t.issuerId, t.serial, t.crlPartition, t.revokedAt, t.revocationReason, t.notAfter)
        .where(revoked(t.revokedAt)),
      c
        .index("certificates_status_changed")
        .on(t.issuerId, t.statusChangedAt, t.serial, t.crlPartition, t.revokedAt, t.revocationReason)
        .where(changed(t.statusChangedAt)),
      c.index("certificates_purpose").on(t.purpose),
    ],
  );

  /** The names of every certificate, for searching by how they begin and by their domain. */
  const certificateNames = c.table(
    "certificate_names",
    {
      certificateId: c
        .id("certificate_id")
        .notNull()
        .references(() => certificates.id),
      subscriberId: c.id("subscriber_id"),
      /** As in subjectAltName: A-labels in lower case, `*.` kept; addresses. */
      name: c.ascii("name").notNull(),
      /** `jp.co.example.www.` (pki/reversed-name.ts): what begins with `jp.co.example.` lies in that domain. */
      reversedName: c.ascii("reversed_name").notNull(),
    },
    (t) => [
      c.unique("certificate_names_certificate").on(t.certificateId, t.name),
      c.index("certificate_names_name").on(t.name, t.certificateId),
      c.index("certificate_names_domain").on(t.reversedName, t.certificateId),
      c.index("certificate_names_tenant_name").on(t.subscriberId, t.name, t.certificateId),
      c.index("certificate_names_tenant_domain").on(t.subscriberId, t.reversedName, t.certificateId),
    ],
  );

  /**
   * The CRLs each issuer has published lately; the newest of a partition by number is the one in force. Partition 0 is
   * the complete CRL. The bytes lie in `crl_parts`, which are written first: a row here says that they are all there.
   */
  const crls = c.table(
    "crls",
    {
      id: c.id("id").primaryKey(),
      issuerId: c
        .id("issuer_id")
        .notNull()
        .references(() => issuers.id),
      partition: c.whole("partition").notNull(),
      number: c.whole("number").notNull(),
      entries: c.whole("entries").notNull(),
      size: c.whole("size").notNull(),
      /** Which late changes it knows of (crl-changes.ts): another CRL is due when the database says something else. */
      changes: c.text("changes").notNull(),
      thisUpdate: c.instant("this_update").notNull(),
      nextUpdate: c.instant("next_update").notNull(),
    },
    (t) => [c.unique("crls_number").on(t.issuerId, t.partition, t.number)],
  );

  /** The bytes of CRLs, in parts of a size that no single statement holds the process up with. */
  const crlParts = c.table(
    "crl_parts",
    {
      id: c.id("id").primaryKey(),
      crlId: c.id("crl_id").notNull(),
      position: c.whole("position").notNull(),
      createdAt: c.instant("created_at").notNull(),
      bytes: c.bytes("bytes").notNull(),
    },
    (t) => [c.unique("crl_parts_position").on(t.crlId, t.position)],
  );

  /** Keys reported compromised, by SHA-256 of their SubjectPublicKeyInfo: refused in every tenant (BR 6.1.1.3). */
  const compromisedKeys = c.table("compromised_keys", {
    spkiSha256: c.ascii("spki_sha256").primaryKey(),
    reportedAt: c.instant("reported_at").notNull(),
    evidence: c.text("evidence").notNull(),
    /**
     * The revocation order in which the subscriber itself said so, without a proof: it can be taken back with that
     * order. Null: proven, or found by the issuing company, and so for ever.
     */
    declaredIn: c.id("declared_in"),
  });

  return { keyCeremonies, issuers, intents, certificates, certificateNames, crls, crlParts, compromisedKeys };
});
