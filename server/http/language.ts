import type { Request } from "express";
import type { Language } from "../kernel/languages.ts";

/** Japanese first: the visitor's choice if there is one, otherwise Japanese, whatever the browser prefers. */
export function languageOf(request: Request): Language {
  return request.session?.language ?? "ja";
}

/** A path of this very site to go back to; anything else (another origin, a scheme, `//host`) becomes "/". */
export function localPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(text) ? text : "/";
}

/** The page this request belongs to: itself, or for a form that was sent the page that held it. */
export function pageUrl(request: Request): string {
  if (request.method === "GET") return request.originalUrl;
  const { referer } = request.headers;
  if (referer === undefined || !URL.canParse(referer)) return "/";
  const { pathname, search } = new URL(referer);
  return localPath(pathname + search);
}
