import type { IncomingMessage, ServerResponse } from "node:http";
import process from "node:process";
import { LARGEST_OCSP_REQUEST, ocspErrorResponse } from "../pki/index.ts";
import type { OcspAnswer } from "./ocsp-answer.ts";
import type { OcspResponder } from "./ocsp-responder.ts";

const CONTENT_TYPE = "application/ocsp-response";
/** BASE64 of the longest request, each character written as `%2F` at worst, is no path that anybody sends. */
const LONGEST_PATH = 2 * LARGEST_OCSP_REQUEST;
const MALFORMED: OcspAnswer = { body: ocspErrorResponse("malformedRequest"), caching: null };

const OCSP_PATH = "/ocsp";

/** Is this a request for the responder, and not for a file? */
export const isOcspRequest = (url: string): boolean =>
  url.startsWith(OCSP_PATH) && (url.length === OCSP_PATH.length || url[OCSP_PATH.length] === "/");

/**
 * OCSP over HTTP (RFC 6960 appendix A, RFC 5019 section 6): POST with the request as body, GET with it as path, in
 * BASE64 with or without percent signs or in base64url. Answers to GET tell caches how long they hold; errors and
 * answers for one request alone are kept by nobody. What goes wrong inside is told to `onError` and answered by
 * internalError.
 */
export function ocspHandler(deps: {
  readonly responder: Pick<OcspResponder, "cached" | "answer">;
  readonly onError: (error: unknown) => void;
}): (request: IncomingMessage, response: ServerResponse) => void {
  const { responder, onError } = deps;

  function answer(bytes: Buffer, request: IncomingMessage, response: ServerResponse): void {
    const known = responder.cached(bytes);
    if (known) {
      send(known, request, response);
      return;
    }
    responder.answer(bytes).then(
      (made) => send(made, request, response),
      (error: unknown) => {
        onError(error);
        send({ body: ocspErrorResponse("internalError"), caching: null }, request, response);
      },
    );
  }

  return (request, response) => {
    if (request.method === "GET") {
      const bytes = requestInPath(request.url ?? "");
      if (bytes === null) send(MALFORMED, request, response);
      else answer(bytes, request, response);
      return;
    }
    if (request.method !== "POST") {
      response.writeHead(405, { allow: "GET, POST", "content-length": 0 }).end();
      return;
    }
    if (!/^application\/ocsp-request\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
      response.writeHead(415, { "content-length": 0, connection: "close" }).end();
      return;
    }
    readBody(request, (body) => {
      if (body) answer(body, request, response);
      else response.writeHead(413, { "content-length": 0, connection: "close" }).end();
    });
  };
}

/** The request that stands in a path, or null where that cannot be one. */
function requestInPath(url: string): Buffer | null {
  if (url.length > LONGEST_PATH) return null;
  let text = url.slice(OCSP_PATH.length + 1);
  if (text.includes("%")) {
    try {
      text = decodeURIComponent(text);
    } catch {
      return null;
    }
  }
  // Some clients begin with one more slash, which is a digit of BASE64 but never the first of a SEQUENCE.
  if (text.startsWith("/")) text = text.slice(1);
  return /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, "base64") : null;
}

/** The body, or null where it is too large. A request whose body breaks off is answered by nobody. */
function readBody(request: IncomingMessage, done: (body: Buffer | null) => void): void {
  const announced = Number(request.headers["content-length"]);
  // Nearly always it came with the headers and is there as soon as both are parsed: no stream has to be set flowing.
  process.nextTick(() => {
    const first: Buffer | null = request.read();
    if (first?.length === announced && announced <= LARGEST_OCSP_REQUEST) done(first);
    else collectBody(request, first, announced, done);
  });
}

function collectBody(
  request: IncomingMessage,
  first: Buffer | null,
  announced: number,
  done: (body: Buffer | null) => void,
): void {
  const parts: Buffer[] = [];
  let length = 0;
  let isDone = false;
  const finish = (body: Buffer | null) => {
    if (!isDone) done(body);
    isDone = true;
  };
  const take = (part: Buffer) => {
    length += part.length;
    if (length > LARGEST_OCSP_REQUEST) finish(null);
    else parts.push(part);
    // Nothing is gained by waiting for its end.
    if (length === announced) finish(Buffer.concat(parts));
  };
  if (first) take(first);
  request.on("data", take);
  request.on("end", () => finish(Buffer.concat(parts)));
  request.on("error", () => undefined);
}

/** Octets as a string go out with their headers in one write; a Buffer would take a second one. */
const octets = (body: Uint8Array): string =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("latin1");

function send({ body, caching }: OcspAnswer, request: IncomingMessage, response: ServerResponse): void {
  const content = ["content-type", CONTENT_TYPE, "content-length", String(body.length)];
  if (caching === null) {
    response.writeHead(200, [...content, "cache-control", "no-store"]);
    response.end(octets(body), "latin1");
    return;
  }
  const { etag, thisUpdate, until, maxAge } = caching;
  const headers = [
    "etag",
    etag,
    "last-modified",
    httpDate(thisUpdate),
    "expires",
    httpDate(until),
    "cache-control",
    `public, no-transform, must-revalidate, max-age=${maxAge}`,
  ];
  if (request.method === "GET" && request.headers["if-none-match"] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  headers.push(...content);
  response.writeHead(200, headers);
  response.end(octets(body), "latin1");
}

const dates = new Map<number, string>();
const MOST_DATES = 4096;

/** RFC 9110 5.6.7; answers of the same minutes ask for the same few. */
function httpDate(epochSeconds: number): string {
  const known = dates.get(epochSeconds);
  if (known !== undefined) return known;
  if (dates.size >= MOST_DATES) dates.clear();
  const text = new Date(epochSeconds * 1000).toUTCString();
  dates.set(epochSeconds, text);
  return text;
}
