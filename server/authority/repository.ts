import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { eq } from "drizzle-orm";
import type { Reader } from "../db/index.ts";
import type { Clock } from "../kernel/clock.ts";
import { toPem } from "../pki/index.ts";
import { type CrlRecord, crlBytes, newestCrl } from "./crl-store.ts";
import { ISSUER_ROLES, type IssuerRole, repositoryName } from "./issuer.ts";
import { authorityTables } from "./tables.ts";

/** One file of the repository, as HTTP carries it. */
export interface RepositoryFile {
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly etag: string;
  readonly lastModified: Temporal.Instant;
  readonly maxAgeSeconds: number;
}

const DAY_SECONDS = 86_400;
/** A revocation shall be seen within 15 minutes, caches included. */
const CRL_MAX_AGE_SECONDS = 600;

const roleNamed = new Map<string, IssuerRole>(ISSUER_ROLES.map((role) => [repositoryName(role), role]));

/** The CRLs that were asked for, each in its newest form. */
type CrlsInMemory = Map<string, { readonly id: string; readonly bytes: Promise<Uint8Array | null> }>;

const PATH = /^\/(ca|crl)\/([a-z]+(?:-[a-z]+)*)(?:-([1-9][0-9]{0,4}))?\.(cer|pem|crl)$/;

/**
 * What lies at a path of the repository: `/ca/<issuer>.cer` (DER, RFC 5280 4.2.2.1), `/ca/<issuer>.pem`,
 * `/crl/<issuer>.crl` and its partitions `/crl/<issuer>-<number>.crl` (DER, RFC 5280 4.2.1.13). Null where there is
 * nothing.
 */
async function repositoryFile(
  on: Reader,
  crls: CrlsInMemory,
  path: string,
  now: Temporal.Instant,
): Promise<RepositoryFile | null> {
  const [, folder, name, partition, suffix] = PATH.exec(path) ?? [];
  const role = roleNamed.get(name ?? "");
  if (role === undefined || (folder === "crl") !== (suffix === "crl")) return null;
  if (suffix === "crl") return await crlFile(on, crls, role, Number(partition ?? 0), now);
  return partition === undefined ? await certificateFile(on, role, suffix === "pem") : null;
}

async function certificateFile(on: Reader, role: IssuerRole, pem: boolean): Promise<RepositoryFile | null> {
  const { issuers: i } = authorityTables(on.columns);
  const [row] = await on.select({ der: i.certificateDer, at: i.createdAt }).from(i).where(eq(i.role, role));
  if (!row) return null;
  const body = pem ? new TextEncoder().encode(toPem("CERTIFICATE", row.der)) : row.der;
  return {
    contentType: pem ? "application/x-pem-file" : "application/pkix-cert",
    body,
    etag: `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`,
    lastModified: row.at,
    maxAgeSeconds: DAY_SECONDS,
  };
}

async function crlFile(
  on: Reader,
  crls: CrlsInMemory,
  role: IssuerRole,
  partition: number,
  now: Temporal.Instant,
): Promise<RepositoryFile | null> {
  const crl = await newestCrl(on, role, partition);
  const body = crl && (await bytesOf(on, crls, `${role} ${partition}`, crl));
  if (!crl || !body) return null;
  const left = Math.floor(now.until(crl.nextUpdate).total("seconds"));
  return {
    contentType: "application/pkix-crl",
    body,
    etag: `"${crl.id}"`,
    lastModified: crl.thisUpdate,
    maxAgeSeconds: Math.max(0, Math.min(CRL_MAX_AGE_SECONDS, left)),
  };
}

/** A large CRL is read from the database once, however many ask for it, also at the same time. */
async function bytesOf(
  on: Reader,
  crls: CrlsInMemory,
  name: string,
  crl: CrlRecord,
): Promise<Uint8Array | null> {
  const known = crls.get(name);
  if (known?.id === crl.id) return await known.bytes;
  const bytes = crlBytes(on, crl);
  crls.set(name, { id: crl.id, bytes });
  try {
    return await bytes;
  } catch (error) {
    crls.delete(name);
    throw error;
  }
}

/**
 * The repository's files over plain http: GET and HEAD, conditional by ETag and by date (RFC 9110 13.1). What goes
 * wrong inside is told to `onError` and answered by 500 without a word.
 */
export function repositoryHandler(deps: {
  readonly read: Reader;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}): (request: IncomingMessage, response: ServerResponse) => void {
  const crls: CrlsInMemory = new Map();
  return (request, response) => {
    answer(deps.read, crls, deps.clock, request, response).catch((error: unknown) => {
      deps.onError(error);
      if (!response.headersSent) response.writeHead(500, { "content-length": 0 });
      response.end();
    });
  };
}

async function answer(
  on: Reader,
  crls: CrlsInMemory,
  clock: Clock,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD", "content-length": 0 }).end();
    return;
  }
  const [path = ""] = (request.url ?? "").split("?");
  const file = await repositoryFile(on, crls, path, clock.now());
  if (!file) {
    response.writeHead(404, { "content-type": "text/plain; charset=utf-8" }).end("Not found\n");
    return;
  }
  const headers = {
    etag: file.etag,
    "cache-control": `public, max-age=${file.maxAgeSeconds}`,
    "last-modified": new Date(file.lastModified.epochMilliseconds).toUTCString(),
    "x-content-type-options": "nosniff",
  };
  if (isKnown(request, file)) {
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

/** Whoever names an ETag is judged by it alone (RFC 9110 13.1.3). */
function isKnown({ headers }: IncomingMessage, { etag, lastModified }: RepositoryFile): boolean {
  const tags = headers["if-none-match"];
  if (tags !== undefined) {
    return tags.split(/\s*,\s*/).some((each) => each === "*" || each.replace(/^W\//, "") === etag);
  }
  const since = Date.parse(headers["if-modified-since"] ?? "");
  return Math.floor(lastModified.epochMilliseconds / 1000) * 1000 <= since;
}
