import { type AuthorityDeps, authorityTables, crlHealth, type OcspResponder } from "../authority/index.ts";
import type { HealthCheck } from "../http/status.ts";
import { runningReports } from "../revocation/reports/index.ts";

/** What /health asks: the database answers, every CRL is fresh (crlHealth), no problem report is overdue, our own TLS certificate lives. */
export function healthChecks(
  {
    db,
    clock,
    responder,
  }: Pick<AuthorityDeps, "db" | "clock"> & {
    readonly responder: Pick<OcspResponder, "health">;
  },
  tlsUntil: () => Temporal.Instant,
): HealthCheck[] {
  return [
    {
      name: "database",
      check: async () => {
        const { issuers } = authorityTables(db.read.columns);
        await db.read.select({ id: issuers.id }).from(issuers).limit(1);
      },
    },
    {
      name: "crls",
      check: async () => {
        const health = await crlHealth(db.read, clock.now());
        if (health.some(({ state }) => state !== "fresh")) throw new Error("a CRL is overdue");
      },
    },
    {
      name: "problem reports",
      check: async () => {
        const { first } = await runningReports(db.read, 1, clock.now());
        if (first.some(({ urgency }) => urgency === "OVERDUE"))
          throw new Error("a deadline of a problem report has passed");
      },
    },
    {
      name: "OCSP responders",
      check: async () => {
        if (responder.health(clock.now()).some(({ state }) => state !== "fresh"))
          throw new Error("a responder's certificate is overdue");
      },
    },
    {
      name: "site certificate",
      check: async () => {
        if (Temporal.Instant.compare(clock.now().add({ hours: 24 * 7 }), tlsUntil()) > 0)
          throw new Error("ends within a week");
      },
    },
  ];
}
