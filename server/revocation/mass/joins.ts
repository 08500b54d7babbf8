import { and, eq } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import { requestTables } from "../../requests/index.ts";
import { massRevocationTables } from "./tables.ts";

/** The tables of a member with what takes its certificate's place; every page of a case joins them the same way. */
export function joined(on: Reader) {
  const { massRevocationMembers: e } = massRevocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  /** The request whose certificate took the place: at most one is ISSUED. */
  const after = alias(r, "replacing");
  const underWay = alias(r, "under_way");
  const failed = alias(r, "failed");
  const took = and(
    eq(after.replacesCertificateId, e.certificateId),
    eq(after.kind, "REISSUE"),
    eq(after.state, "ISSUED"),
  );
  const gaveUp = and(
    eq(failed.replacesCertificateId, e.certificateId),
    eq(failed.massRevocationId, e.massRevocationId),
    eq(failed.state, "ISSUE_FAILED"),
  );
  return { e, c, r, after, took, underWay, failed, gaveUp, newer: alias(c, "newer") };
}
