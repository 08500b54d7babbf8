import { isIP } from "node:net";
import { TLSSocket } from "node:tls";
import type { RequestHandler } from "express";
import { Problem } from "../kernel/problem.ts";

/**
 * A request that was meant for somebody else is refused with 421 (RFC 9110 15.5.20): the Host header names this site's
 * own host, and so does the name of the TLS handshake (SNI). Without it a connection opened for one site could carry
 * requests for another. Only where people know the site by an address is there no name to send (RFC 6066 3).
 *
 * @param siteUrl where people find the site, asked late because a port may be chosen at listen; ports are not compared
 */
export function checkHost(siteUrl: () => string): RequestHandler {
  return (request, _response, next) => {
    const expected = new URL(siteUrl()).hostname;
    const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    if (host !== expected) return next(new Problem("wrong-host"));
    if (
      request.socket instanceof TLSSocket &&
      serverNameOf(request.socket) !== expectedServerName(expected)
    ) {
      return next(new Problem("wrong-host"));
    }
    next();
  };
}

const expectedServerName = (hostname: string): string =>
  isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? hostname : "";

/** On the server's side Node says false where the client sent no name. */
function serverNameOf(socket: TLSSocket): string {
  const { servername } = socket as { servername?: string | false | null };
  return typeof servername === "string" ? servername.toLowerCase() : "";
}
