import { defineTables } from "../db/index.ts";
import { organizationTables } from "../organizations/tables.ts";
import { FACTOR_KINDS, FACTOR_OWNERS, USER_STATES } from "./account.ts";

export const accountTables = defineTables((c) => {
  const { subscribers, people } = organizationTables(c);

  /** 申請サイト利用者: signs in on the applicant site with ID and password. */
  const applicantUsers = c.table(
    "applicant_users",
    {
      id: c.id("id").primaryKey(),
      subscriberId: c
        .id("subscriber_id")
        .notNull()
        .references(() => subscribers.id),
      personId: c
        .id("person_id")
        .notNull()
        .references(() => people.id),
      /** Kept lower-case for look-up; unique over all subscribers, never changes (domain.md 2). */
      loginId: c.text("login_id").notNull().unique(),
      /** argon2id; null until the user has chosen a password. */
      passwordHash: c.text("password_hash"),
      /** A temporary password beside the user's own, so that asking for one in somebody else's name changes nothing. */
      temporaryHash: c.text("temporary_hash"),
      temporaryUntil: c.instant("temporary_until"),
      passwordNoticeEmail: c.text("password_notice_email").notNull(),
      /** Set when a temporary password was used: a new one must be chosen before anything else. */
      mustChangePassword: c.flag("must_change_password").notNull(),
      state: c.choice("state", USER_STATES).notNull(),
      lastLoginAt: c.instant("last_login_at"),
      createdAt: c.instant("created_at").notNull(),
      version: c.whole("version").notNull(),
    },
    (t) => [c.index("applicant_users_subscriber").on(t.subscriberId)],
  );

  /** Sessions of all sites. The cookie's value is stored only as SHA-256. */
  const sessions = c.table(
    "sessions",
    {
      id: c.text("id").primaryKey(),
      site: c.text("site").notNull(),
      /** The applicant user, operator or staff member; null before signing in. */
      ownerId: c.id("owner_id"),
      /** The client certificate a session of an mTLS site is bound to. */
      fingerprint: c.text("fingerprint"),
      data: c.json<Record<string, unknown>>("data").notNull(),
      userAgent: c.text("user_agent").notNull(),
      address: c.text("address").notNull(),
      createdAt: c.instant("created_at").notNull(),
      lastSeenAt: c.instant("last_seen_at").notNull(),
      endsAt: c.instant("ends_at").notNull(),
    },
    (t) => [c.index("sessions_owner").on(t.ownerId), c.index("sessions_end").on(t.endsAt)],
  );

  /** Counted attempts by account and by address (throttle.ts); a row lapses by itself and is swept later. */
  const throttles = c.table("throttles", {
    key: c.text("key").primaryKey(),
    failures: c.whole("failures").notNull(),
    firstAt: c.instant("first_at").notNull(),
    blockedUntil: c.instant("blocked_until"),
  });

  /** A second factor of an operator or a staff member. The TOTP secret is sealed with the settings key. */
  const secondFactors = c.table(
    "second_factors",
    {
      id: c.id("id").primaryKey(),
      ownerKind: c.choice("owner_kind", FACTOR_OWNERS).notNull(),
      ownerId: c.id("owner_id").notNull(),
      kind: c.choice("kind", FACTOR_KINDS).notNull(),
      name: c.text("name").notNull(),
      /** TOTP: sealed secret; passkey: credential id and public key. */
      secret: c.json<Record<string, unknown>>("secret").notNull(),
      /** TOTP: the last accepted time step; passkey: the signature counter. Never accepted twice. */
      lastUsedStep: c.whole("last_used_step").notNull(),
      createdAt: c.instant("created_at").notNull(),
      lastUsedAt: c.instant("last_used_at"),
    },
    (t) => [c.index("second_factors_owner").on(t.ownerKind, t.ownerId)],
  );

  return { applicantUsers, sessions, throttles, secondFactors };
});
