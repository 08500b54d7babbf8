import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { toPem } from "../pki/index.ts";
import { currentCrl } from "./crl-store.ts";
import { ISSUER_ROLES, type IssuerRole, repositoryName } from "./issuer.ts";
import { authorityTables } from "./tables.ts";

/** One file of the repository, as HTTP carries it. */
export interface RepositoryFile {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly lastModified: Temporal.Instant;
  readonly maxAgeSeconds: number;
}

const DAY_SECONDS = 86_400;
/** A revocation shall be seen within 15 minutes, caches included. */
const CRL_MAX_AGE_SECONDS = 600;

const roleNamed = new Map<string, IssuerRole>(ISSUER_ROLES.map((role) => [repositoryName(role), role]));

/**
 * What lies at a path of the repository: `/ca/<issuer>.cer` (DER, RFC 5280 4.2.2.1), `/ca/<issuer>.pem`,
 * `/crl/<issuer>.crl` (DER, RFC 5280 4.2.1.13). Null where there is nothing.
 */
async function repositoryFile(
  on: Reader,
  path: string,
  now: Temporal.Instant,
): Promise<RepositoryFile | null> {
  const [, folder, name, suffix] = /^\/(ca|crl)\/([a-z-]+)\.(cer|pem|crl)$/.exec(path) ?? [];
  const role = roleNamed.get(name ?? "");
  if (role === undefined || (folder === "crl") !== (suffix === "crl")) return null;
  return suffix === "crl" ? crlFile(on, role, now) : certificateFile(on, role, suffix === "pem");
}

async function certificateFile(on: Reader, role: IssuerRole, pem: boolean): Promise<RepositoryFile | null> {
  const { issuers: i } = authorityTables(on.columns);
  const [row] = await on.select({ der: i.certificateDer, at: i.createdAt }).from(i).where(eq(i.role, role));
  if (!row) return null;
  return {
    contentType: pem ? "application/x-pem-file" : "application/pkix-cert",
    body: pem ? new TextEncoder().encode(toPem("CERTIFICATE", row.der)) : row.der,
    lastModified: row.at,
    maxAgeSeconds: DAY_SECONDS,
  };
}

async function crlFile(on: Reader, role: IssuerRole, now: Temporal.Instant): Promise<RepositoryFile | null> {
  const crl = await currentCrl(on, role);
  if (!crl) return null;
  const left = Math.floor(now.until(crl.nextUpdate).total("seconds"));
  return {
    contentType: "application/pkix-crl",
    body: crl.der,
    lastModified: crl.thisUpdate,
    maxAgeSeconds: Math.max(0, Math.min(CRL_MAX_AGE_SECONDS, left)),
  };
}

/**
 * The repository's listener, plain http: GET and HEAD, conditional by ETag (RFC 9110 13.1.2). What goes wrong inside
 * is told to `onError` and answered by 500 without a word.
 */
export function repositoryHandler(deps: {
  readonly read: Reader;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    answer(deps.read, deps.clock, request, response).catch((error: unknown) => {
      deps.onError(error);
      if (!response.headersSent) response.writeHead(500, { "content-length": 0 });
      response.end();
    });
  };
}

async function answer(
  on: Reader,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
    return;
  }
  const [path = ""] = (request.url ?? "").split("?");
  const file = await repositoryFile(on, path, clock.now());
  if (!file) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
    return;
  }
  const etag = `"${createHash("sha256").update(file.body).digest("hex").slice(0, 32)}"`;
  const headers = {
    etag,
    "cache-control": `public, max-age=${file.maxAgeSeconds}`,
    "last-modified": new Date(file.lastModified.epochMilliseconds).toUTCString(),
    "x-content-type-options": "nosniff",
  };
  const asked = request.headers["if-none-match"];
  if (asked?.split(/\s*,\s*/).some((each) => each === "*" || each.replace(/^W\//, "") === etag)) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, {
    ...headers,
    "content-type": file.contentType,
    "content-length": file.body.length,
  });
  response.end(request.method === "HEAD" ? undefined : file.body);
}
