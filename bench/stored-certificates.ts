import { randomBytes } from "node:crypto";
import { authorityTables } from "../server/authority/index.ts";
import type { Database, DatabasePlace } from "../server/db/index.ts";
import { type Id, newId } from "../server/kernel/ids.ts";
import { newSerial } from "../server/pki/index.ts";
import { bulkLoadPostgres, bulkLoadSqlite } from "./bulk-load.ts";

const AT_ONCE = 20_000;
const HOUR = 3_600_000;

/**
 * Writes rows of certificates whose bytes nobody reads: status asks for serials, dates and reasons alone. Gives the
 * serials, in the order of writing. Nobody else may use the database meanwhile.
 */
export async function storeCertificates(
  db: Database,
  place: DatabasePlace,
  issuerId: Id,
  count: number,
  revoked: (index: number) => boolean,
): Promise<string[]> {
  const { certificates } = authorityTables(db.read.columns);
  const now = Temporal.Now.instant().round({ smallestUnit: "second" });
  const end = now.add({ hours: 24 * 199 });
  const serials: string[] = [];
  const load = place.url === null ? bulkLoadSqlite(place.file) : await bulkLoadPostgres(place.url);
  for (let at = 0; at < count; at += AT_ONCE) {
    const rows = Array.from({ length: Math.min(AT_ONCE, count - at) }, (_, i) => {
      const serial = newSerial();
      serials.push(serial);
      const isRevoked = revoked(at + i);
      const revokedAt = isRevoked ? now.subtract({ milliseconds: HOUR * (1 + ((at + i) % 4_000)) }) : null;
      return {
        id: newId(),
        issuerId,
        serial,
        profile: "SERVER_OV" as const,
        subscriberId: null,
        organizationId: null,
        purpose: "bench",
        commonName: "www.example.jp",
        nameCount: 1,
        crlPartition: 0,
        fingerprint: serial,
        spkiSha256: serial,
        notBefore: now,
        notAfter: end,
        state: isRevoked ? ("REVOKED" as const) : ("ACTIVE" as const),
        revokedAt,
        revocationReason: isRevoked ? 4 : null,
        statusChangedAt: revokedAt,
        createdAt: now,
        der: randomBytes(16),
      };
    });
    await load.insert(certificates, rows);
  }
  await load.end();
  return serials;
}
