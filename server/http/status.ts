import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Metrics } from "./metrics.ts";

export interface HealthCheck {
  readonly name: string;
  /** Resolves when all is well, throws when it is not. */
  readonly check: () => Promise<void>;
}

/**
 * GET /health (200 or 503, with what is wrong by name) and GET /metrics, on a listener of their own that is meant for
 * the machine and its monitoring, not for the world. What fails otherwise is told to `onError` and answered with 500.
 */
export function statusHandler(
  checks: readonly HealthCheck[],
  metrics: Metrics,
  onError: (error: unknown) => void,
): RequestListener {
  const answer = answerOf(checks, metrics);
  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      onError(error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  };
}

function answerOf(checks: readonly HealthCheck[], metrics: Metrics) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { Allow: "GET, HEAD" }).end();
      return;
    }
    if (path === "/metrics") {
      const text = await metrics.registry.metrics();
      response.writeHead(200, { "Content-Type": metrics.registry.contentType }).end(text);
      return;
    }
    if (path !== "/health") {
      response.writeHead(404).end();
      return;
    }
    const results = await Promise.all(
      checks.map(async ({ name, check }) => {
        const ok = await check().then(
          () => true,
          () => false,
        );
        return [name, ok ? "ok" : "failing"] as const;
      }),
    );
    const healthy = results.every(([, state]) => state === "ok");
    response
      .writeHead(healthy ? 200 : 503, { "Content-Type": "application/json", "Cache-Control": "no-store" })
      .end(JSON.stringify({ status: healthy ? "ok" : "failing", checks: Object.fromEntries(results) }));
  };
}
