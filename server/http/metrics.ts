import { Counter, collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** What /metrics tells (Prometheus text format). Labels never hold a name, an address or an id. */
export interface Metrics {
  readonly registry: Registry;
  readonly requestSeconds: Histogram<"site" | "method" | "status">;
  readonly certificatesIssued: Counter<"profile">;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "inkan_" });
  return {
    registry,
    requestSeconds: new Histogram({
      name: "inkan_http_request_seconds",
      help: "Time from the first byte of a request to the last byte of its answer.",
      labelNames: ["site", "method", "status"],
      buckets: [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.25, 1, 5],
      registers: [registry],
    }),
    certificatesIssued: new Counter({
      name: "inkan_certificates_issued_total",
      help: "Certificates issued by this process, by profile.",
      labelNames: ["profile"],
      registers: [registry],
    }),
  };
}
