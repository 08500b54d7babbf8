import { randomBytes } from "node:crypto";
import type { RequestHandler } from "express";
import helmet from "helmet";

/**
 * Security headers (safety.md 3). Everything comes from our own origin; scripts need the response's nonce; nobody
 * frames us. HSTS covers a host on all its ports, so it is not sent on localhost, where the repository is plain http.
 */
export function securityHeaders(siteUrl: string): RequestHandler[] {
  const local = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(siteUrl).hostname);
  const nonce: RequestHandler = (_request, response, next) => {
    response.locals["nonce"] = randomBytes(16).toString("base64");
    next();
  };
  const nonceSource = (_request: unknown, response: unknown) =>
    `'nonce-${(response as { locals: Record<string, string> }).locals["nonce"]}'`;
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'", nonceSource],
        styleSrc: ["'self'", nonceSource],
        imgSrc: ["'self'", "data:"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        manifestSrc: ["'self'"],
      },
    },
    strictTransportSecurity: local ? false : { maxAge: 31_536_000, includeSubDomains: false },
    referrerPolicy: { policy: "same-origin" },
    crossOriginEmbedderPolicy: false,
    xFrameOptions: { action: "deny" },
  });
  const privatePages: RequestHandler = (_request, response, next) => {
    response.setHeader("Cache-Control", "no-store");
    response.setHeader("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()");
    response.vary("HX-Request");
    response.vary("HX-Request-Type");
    next();
  };
  return [nonce, headers, privatePages];
}
