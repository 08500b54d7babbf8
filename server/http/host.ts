import type { TLSSocket } from "node:tls";
import type { RequestHandler } from "express";
import { Problem } from "../kernel/problem.ts";

/**
 * SNI, where there is one, and the Host header name the same host, or the request was meant for somebody else: 421
 * (RFC 9110 15.5.20). Addresses carry no SNI (RFC 6066 3), so only names are compared.
 */
export const checkHost: RequestHandler = (request, _response, next) => {
  const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
  const serverName = (request.socket as Partial<TLSSocket>).servername;
  if (host === "") return next(new Problem("wrong-host"));
  if (typeof serverName === "string" && serverName !== "" && serverName.toLowerCase() !== host) {
    return next(new Problem("wrong-host"));
  }
  next();
};
