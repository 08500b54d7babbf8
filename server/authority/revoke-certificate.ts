import { and, eq, inArray, ne, sql } from "drizzle-orm";
import type { Executor } from "../db/index.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { type ReportedKey, reportCompromisedKey } from "./compromised-keys.ts";
import { type OnlineRole, REVOCATION_REASONS, type RevocationReason } from "./issuer.ts";
import { authorityTables } from "./tables.ts";

export interface Revocation {
  readonly certificateId: Id;
  readonly reason: RevocationReason;
  readonly at: Temporal.Instant;
  /** The order in which the subscriber itself declared its key compromised, without a proof. */
  readonly declaredIn?: Id | null;
}

/** What became of a group: each certificate is revoked or refused by itself. */
export interface RevokedGroup {
  readonly revoked: readonly (Revocation & { readonly role: OnlineRole })[];
  readonly refused: readonly { readonly certificateId: Id; readonly problem: Problem }[];
}

/**
 * Revokes a certificate, finally. Whoever calls has decided that it may be, and publishes the CRL after the commit
 * (`publishCrl` with the role that comes back). The rules are those of `revokeCertificates`.
 * Problem: not-found; certificate-not-revocable with the state REVOKED or EXPIRED.
 */
export async function revokeCertificate(tx: Executor, revocation: Revocation): Promise<OnlineRole> {
  const { revoked, refused } = await revokeCertificates(tx, [revocation]);
  if (refused[0]) throw refused[0].problem;
  if (!revoked[0]) throw new Error("a certificate was neither revoked nor refused");
  return revoked[0].role;
}

/**
 * Revokes a group of at most 256 different certificates, each by a conditional update of its own: of two that revoke
 * the same certificate at once, one wins and the other is refused. Nothing but those rows changes.
 *
 * A key reported compromised is remembered and refused in every tenant (BR 6.1.1.3), also where its certificate has
 * expired. A certificate that is revoked already changes only its reason, and only to keyCompromise, when the proof
 * comes later (BR 4.9.1.1, 7.2.2).
 * Refused with not-found, or certificate-not-revocable with the state REVOKED or EXPIRED.
 */
export async function revokeCertificates(
  tx: Executor,
  revocations: readonly Revocation[],
): Promise<RevokedGroup> {
  const { certificates: c, issuers: i } = authorityTables(tx.columns);
  const ids = revocations.map(({ certificateId }) => certificateId);
  const rows = await tx
    .select({
      id: c.id,
      notAfter: c.notAfter,
      spkiSha256: c.spkiSha256,
      state: c.state,
      role: i.role,
    })
    .from(c)
    .innerJoin(i, eq(i.id, c.issuerId))
    .where(inArray(c.id, ids));
  const known = new Map(rows.map((row) => [row.id, row]));
  const revoked: RevokedGroup["revoked"][number][] = [];
  const refused: RevokedGroup["refused"][number][] = [];
  const compromised: ReportedKey[] = [];
  for (const revocation of revocations) {
    const { certificateId, reason, at, declaredIn = null } = revocation;
    const report = (spkiSha256: string) =>
      compromised.push({ spkiSha256, evidence: `certificate ${certificateId}`, reportedAt: at, declaredIn });
    const refuse = (problem: Problem) => refused.push({ certificateId, problem });
    const certificate = known.get(certificateId);
    if (!certificate) {
      refuse(new Problem("not-found"));
    } else if (Temporal.Instant.compare(certificate.notAfter, at) < 0) {
      refuse(new Problem("certificate-not-revocable", { state: "EXPIRED" }));
      // There is nothing left to revoke, but the key may come again (BR 6.1.1.3).
      if (reason === "keyCompromise") report(certificate.spkiSha256);
    } else if (!(await revokeOne(tx, certificate.state === "REVOKED", revocation))) {
      refuse(new Problem("certificate-not-revocable", { state: "REVOKED" }));
    } else {
      const { role, spkiSha256 } = certificate;
      if (role === "CUSTOMER_ROOT") throw new Error("the root signs no certificates that are kept here");
      revoked.push({ ...revocation, role });
      if (reason === "keyCompromise") report(spkiSha256);
    }
  }
  for (const key of compromised) await reportCompromisedKey(tx, key);
  return { revoked, refused };
}

/**
 * True when this very call changed the row. The date of a revocation stays when its reason changes. `isRevoked` may be
 * old: where somebody else revoked it meanwhile, a compromise still becomes its reason.
 */
async function revokeOne(
  tx: Executor,
  isRevoked: boolean,
  { certificateId, reason, at }: Revocation,
): Promise<boolean> {
  const { certificates: c } = authorityTables(tx.columns);
  const code = REVOCATION_REASONS[reason];
  if (!isRevoked) {
    const changed = await tx
      .prepared("authority.revoke", (d) =>
        d
          .update(c)
          .set({
            state: "REVOKED",
            revocationReason: sql`${sql.placeholder("code")}`,
            revokedAt: sql`${sql.param(sql.placeholder("at"), c.revokedAt)}`,
            statusChangedAt: sql`${sql.param(sql.placeholder("at"), c.statusChangedAt)}`,
          })
          .where(and(eq(c.id, sql.placeholder("certificateId")), inArray(c.state, ["ACTIVE", "REPLACED"])))
          .returning({ id: c.id })
          .prepare(),
      )
      .execute({ certificateId, code, at });
    if (changed.length === 1) return true;
  }
  if (reason !== "keyCompromise") return false;
  const changed = await tx
    .update(c)
    .set({ revocationReason: code, statusChangedAt: at })
    .where(and(eq(c.id, certificateId), eq(c.state, "REVOKED"), ne(c.revocationReason, code)))
    .returning({ id: c.id });
  return changed.length === 1;
}
