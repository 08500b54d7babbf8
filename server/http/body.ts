import express, { type RequestHandler } from "express";
import multer from "multer";
import { Problem } from "../kernel/problem.ts";

/** One uploaded file, held in memory: what people upload here is a CSR, never more than a few kilobytes. */
export interface UploadedFile {
  readonly field: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

const FORM_LIMIT_KIB = 128;

/**
 * Everything that one request may bring along: whoever sends it need not have signed in, and all of it is held in
 * memory. Each field and file may have the limit of a form, 200 of them may not.
 */
const MULTIPART_LIMIT_KIB = 3 * FORM_LIMIT_KIB;

const urlencoded = express.urlencoded({
  extended: false,
  limit: `${FORM_LIMIT_KIB}kb`,
  parameterLimit: 1500,
});
const json = express.json({ limit: "64kb" });
const multipart = multer({
  storage: multer.memoryStorage(),
  limits: {
    fileSize: FORM_LIMIT_KIB * 1024,
    files: 2,
    fields: 200,
    fieldSize: FORM_LIMIT_KIB * 1024,
    parts: 202,
  },
}).any();

/** Reads a form body whichever way the browser sent it; oversize becomes `too-large` (413). */
export const readBody: RequestHandler = (request, response, next) => {
  const done = (error?: unknown) => {
    if (error === undefined || error === null) return next();
    const status = (error as { status?: number }).status;
    const code = (error as { code?: string }).code ?? "";
    if (status === 413 || code.startsWith("LIMIT_"))
      return next(new Problem("too-large", { limitKiB: FORM_LIMIT_KIB }));
    if (status !== undefined && status < 500) return next(new Problem("form-invalid"));
    if (error instanceof Error && /multipart|unexpected end/i.test(error.message))
      return next(new Problem("form-invalid"));
    return next(error);
  };
  if (request.is("multipart/form-data")) {
    // Browsers always say how long a form is; what does not could be without end.
    const length = Number(request.headers["content-length"] ?? Number.NaN);
    if (Number.isNaN(length)) return next(new Problem("form-invalid"));
    if (length > MULTIPART_LIMIT_KIB * 1024)
      return next(new Problem("too-large", { limitKiB: FORM_LIMIT_KIB }));
    return multipart(request, response, done);
  }
  if (request.is("application/json")) return json(request, response, done);
  return urlencoded(request, response, done);
};

/** The fields as strings; a field sent several times keeps all values joined by a comma, as checkboxes do. */
export function typedValues(body: unknown): Record<string, string> {
  const values: Record<string, string> = {};
  if (typeof body !== "object" || body === null) return values;
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === "string") values[name] = storable(value);
    else if (Array.isArray(value))
      values[name] = storable(value.filter((item) => typeof item === "string").join(","));
  }
  return values;
}

/** Text that every engine can keep: PostgreSQL takes neither NUL nor half a surrogate pair. */
export const storable = (text: string): string => text.replaceAll("\0", "").toWellFormed();
