import type { Logger } from "pino";
import { Gauge, type Registry } from "prom-client";
import { crlHealth, type OcspResponder } from "../authority/index.ts";
import type { Database } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";

export interface StatusWatchDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly responder: OcspResponder;
  readonly log: Pick<Logger, "warn" | "error">;
}

const EVERY_MS = 10 * 60 * 1000;

/**
 * Says in the log which CRL or responder's certificate should have been renewed and was not. On a timer of its own:
 * the schedule that should have renewed it may be what stands still (IdenTrust 2024, bug 1914067).
 */
export function watchStatus(deps: StatusWatchDeps): { look(): Promise<void>; stop(): void } {
  const look = async () => {
    try {
      for (const warning of await overdue(deps)) deps.log.warn(warning, "certificate status is overdue");
    } catch (error) {
      deps.log.error({ err: error }, "certificate status could not be watched");
    }
  };
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}

/** Every CRL and responder that is not fresh. */
async function overdue({ db, clock, responder }: Omit<StatusWatchDeps, "log">) {
  const now = clock.now();
  const crls = (await crlHealth(db.read, now)).filter(({ state }) => state !== "fresh");
  const responders = responder.health(now).filter(({ state }) => state !== "fresh");
  return [
    ...crls.map(({ role, partition, state, nextUpdate }) => ({
      kind: "crl" as const,
      role,
      partition,
      state,
      until: nextUpdate?.toString() ?? null,
    })),
    ...responders.map(({ role, state, notAfter }) => ({
      kind: "responder" as const,
      role,
      state,
      until: notAfter.toString(),
    })),
  ];
}

/** What /metrics tells of CRLs and OCSP, asked when somebody asks. */
export function statusMetrics(
  registry: Registry,
  { db, clock, responder }: Omit<StatusWatchDeps, "log">,
): void {
  new Gauge({
    name: "inkan_crl_next_update_seconds",
    help: "Seconds until a CRL is no longer valid, by issuer and partition (0: complete).",
    labelNames: ["issuer", "partition"],
    registers: [registry],
    async collect() {
      this.reset();
      const now = clock.now();
      for (const { role, partition, nextUpdate } of await crlHealth(db.read, now)) {
        const left = nextUpdate ? now.until(nextUpdate).total("seconds") : 0;
        this.set({ issuer: role, partition: String(partition) }, left);
      }
    },
  });
  new Gauge({
    name: "inkan_crl_entries",
    help: "Entries of a CRL, by issuer and partition (0: complete).",
    labelNames: ["issuer", "partition"],
    registers: [registry],
    async collect() {
      this.reset();
      for (const { role, partition, crl } of await crlHealth(db.read, clock.now())) {
        this.set({ issuer: role, partition: String(partition) }, crl?.entries ?? 0);
      }
    },
  });
  new Gauge({
    name: "inkan_ocsp_responder_end_seconds",
    help: "Seconds until a responder's certificate ends, by issuer.",
    labelNames: ["issuer"],
    registers: [registry],
    collect() {
      const now = clock.now();
      for (const { role, notAfter } of responder.health(now)) {
        this.set({ issuer: role }, now.until(notAfter).total("seconds"));
      }
    },
  });
  new Gauge({
    name: "inkan_ocsp_answers_total",
    help: "OCSP answers of this process, by what became of the request.",
    labelNames: ["outcome"],
    registers: [registry],
    collect() {
      for (const [outcome, count] of Object.entries(responder.figures().answers))
        this.set({ outcome }, count);
    },
  });
  const figure = (
    name: string,
    help: string,
    of: (figures: ReturnType<OcspResponder["figures"]>) => number,
  ) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(of(responder.figures()));
      },
    });
  figure(
    "inkan_ocsp_signatures_total",
    "OCSP answers signed by this process.",
    ({ signatures }) => signatures,
  );
  figure("inkan_ocsp_cached_answers", "OCSP answers in memory.", ({ cached }) => cached);
  figure("inkan_ocsp_cache_bytes", "Memory for OCSP answers, used or not.", ({ cacheBytes }) => cacheBytes);
}
