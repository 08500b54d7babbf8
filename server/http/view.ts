import type { Language } from "../kernel/languages.ts";

/** The sites that render pages; each is a listener and a look of its own. `mail` is the demo's mailbox viewer. */
export const SITES = ["public", "applicant", "operator", "desk", "mail"] as const;
export type Site = (typeof SITES)[number];

declare const modelOf: unique symbol;

/** A typed handle to views/<name>.eta: whoever renders it must bring exactly this model. */
export interface View<Model extends object> {
  readonly name: string;
  readonly [modelOf]?: (model: Model) => void;
}

const registered = new Set<string>();

/**
 * Names a template. Make one handle for each template, next to the page query whose result it shows.
 *
 * @param name path below views/ without the extension, e.g. "applicant/requests/show"
 */
export function view<Model extends object>(name: string): View<Model> {
  if (registered.has(name)) throw new Error(`views/${name}.eta already has a handle: export that one`);
  registered.add(name);
  return { name };
}

export interface NavigationItem {
  readonly path: string;
  readonly label: string;
  /** What waits there; null shows nothing. */
  readonly count: number | null;
}

/** Said once at the top of the next page. */
export interface Flash {
  readonly kind: "ok" | "info" | "warn" | "err";
  readonly text: string;
}

/** Who is looking, as the header shows it. */
export interface Viewer {
  readonly name: string;
  /** The organisation on whose behalf the viewer acts; null for visitors of the desk. */
  readonly organization: string | null;
}

/** What every template knows about the request besides its model. */
export interface PageContext {
  readonly language: Language;
  readonly site: Site;
  /** The response's CSP nonce: scripts carry `nonce`, every htmx element carries `hx-nonce`. */
  readonly nonce: string;
  readonly csrfToken: string;
  /** The path without the query, e.g. "/requests". */
  readonly path: string;
  /** Path and query, to come back to after switching the language. */
  readonly url: string;
  readonly now: Temporal.Instant;
  readonly viewer: Viewer | null;
  /** Where the sign-out form posts to; null hides it (client-certificate sites have nothing to sign out of). */
  readonly signOutPath: string | null;
  readonly navigation: readonly NavigationItem[];
  readonly flash: Flash | null;
  /** True for htmx: the same page without the frame around it. */
  readonly fragment: boolean;
}

/** Errors of a form: field name → sentence in the viewer's language. The key "" is the form as a whole. */
export type FieldErrors = Readonly<Record<string, string>>;
