import { csrfSync } from "csrf-sync";
import type { Request, RequestHandler } from "express";
import { Problem } from "../kernel/problem.ts";

/**
 * Two locks on every POST: a token of the session (synchroniser pattern), and the browser's own word on where the
 * request comes from. Ports of one host count as same-site, so only `same-origin` passes (safety.md 3).
 */
const tokens = csrfSync({
  getTokenFromRequest: (request) => {
    const body: unknown = request.body;
    const field =
      typeof body === "object" && body !== null ? (body as Record<string, unknown>)["_csrf"] : undefined;
    const header = request.headers["x-csrf-token"];
    return typeof field === "string" ? field : typeof header === "string" ? header : undefined;
  },
});

/** The token for the forms of this response, the language switch of every page among them. */
export const csrfToken = (request: Request): string => tokens.generateToken(request);

export function csrfProtection(siteOrigin: () => string): RequestHandler {
  return (request, _response, next) => {
    // Routes are GET or POST; every other method ends in 405 whoever sends it.
    if (request.method !== "POST") return next();
    const fetchSite = request.headers["sec-fetch-site"];
    if (fetchSite !== undefined && fetchSite !== "same-origin") return next(new Problem("csrf-invalid"));
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== siteOrigin()) return next(new Problem("csrf-invalid"));
    if (!tokens.isRequestValid(request)) return next(new Problem("csrf-invalid"));
    next();
  };
}
