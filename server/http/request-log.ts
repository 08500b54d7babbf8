import { randomUUID } from "node:crypto";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { pinoHttp } from "pino-http";
import type { Actor } from "../kernel/actor.ts";
import type { Metrics } from "./metrics.ts";

/**
 * One line a request, in UTC and structured: never a body, a query, a cookie or an authorisation header. pino writes
 * JSON, so that nothing a visitor sends can begin a line of its own.
 */
export function requestLog(log: Logger, site: string, metrics: Metrics): RequestHandler[] {
  const lines = pinoHttp({
    logger: log.child({ site }),
    genReqId: () => randomUUID(),
    autoLogging: { ignore: (request) => (request.url ?? "").startsWith("/static/") },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? "error" : "info"),
    serializers: {
      req: (request: { id: string; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: request.url.split("?")[0],
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
    customProps: (_request, response) => {
      const actor = (response as unknown as { locals?: { actor?: Actor } }).locals?.actor;
      return actor ? { actor: actor.kind } : {};
    },
  });
  const timing: RequestHandler = (request, response, next) => {
    const started = performance.now();
    response.on("finish", () => {
      metrics.requestSeconds.observe(
        { site, method: request.method, status: String(response.statusCode) },
        (performance.now() - started) / 1000,
      );
    });
    next();
  };
  return [lines as unknown as RequestHandler, timing];
}
