import { Eta } from "eta";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import { type Format, formatFor } from "./format.ts";
import type { Assets } from "./static.ts";
import { TONES } from "./tones.ts";
import type { NavigationItem, PageContext, View } from "./view.ts";

/** What a template sees as `it`; `include(path, { field: … })` adds the partial's one argument. */
export interface TemplateData {
  readonly model: object;
  readonly t: Catalogue;
  readonly page: PageContext & { readonly current: NavigationItem | null };
  readonly format: Format;
  readonly tone: typeof TONES;
  /** Name of a static file → its address with fingerprint. */
  readonly asset: Assets["path"];
}

export interface Renderer {
  /** Fills a template; throws on a missing template and, in strict mode, on anything undefined. */
  render<Model extends object>(view: View<Model>, model: Model, page: PageContext): string;
}

export interface RendererOptions {
  readonly viewsDir: string;
  readonly assets: Pick<Assets, "path">;
  /** Tests: an unknown field or message, and every printed undefined, null or object, throws. */
  readonly strict: boolean;
  /** Keep compiled templates; off while templates are being written. */
  readonly cache: boolean;
}

export function createRenderer({ viewsDir, assets, strict, cache }: RendererOptions): Renderer {
  const eta = new Eta({
    views: viewsDir,
    autoEscape: true,
    cache,
    debug: strict,
    // With debug on, Eta ends its line counter without a semicolon, and a tag that begins with "[" would join it.
    plugins: [{ processFnString: (code) => code.replaceAll(/^__eta\.line=\d+$/gm, "$&;") }],
    escapeFunction: strict ? (value) => escapeHtml(printable(value)) : (value) => escapeHtml(value ?? ""),
  });
  return {
    render(view, model, page) {
      const t = catalogue(page.language);
      const data: TemplateData = {
        model: strict ? strictly(model, "model") : model,
        t: strict ? strictly(t, "t") : t,
        page: { ...page, current: currentItem(page) },
        format: formatFor(page.language),
        tone: strict ? strictly(TONES, "tone") : TONES,
        asset: assets.path,
      };
      return eta.render(view.name, data);
    },
  };
}

/** The navigation item under which a path lies: the longest whose path is a prefix of it, segment by segment. */
function currentItem({ navigation, path }: PageContext): NavigationItem | null {
  const covers = (item: NavigationItem) =>
    path === item.path || path.startsWith(item.path === "/" ? "\0" : `${item.path}/`);
  return navigation.filter(covers).sort((a, b) => b.path.length - a.path.length)[0] ?? null;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escapeHtml(value: unknown): string {
  return String(value).replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

// Eta prints "undefined" and "[object Object]" without a word.
function printable(value: unknown): unknown {
  if (value === undefined || value === null) throw new Error(`a template printed ${value}`);
  if (typeof value === "function" || String(value) === "[object Object]") {
    throw new Error(`a template printed a ${typeof value}`);
  }
  return value;
}

/**
 * The same object, but reading a field that does not exist throws and names the path. Goes into plain objects and
 * arrays only: Temporal and the like keep their own `this`. A partial that takes optional fields spreads first.
 */
function strictly<T extends object>(target: T, path: string): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      if (typeof key === "string" && !(key in object)) throw new Error(`${path} has no field "${key}"`);
      const value: unknown = Reflect.get(object, key, receiver);
      return isPlain(value) ? strictly(value, `${path}.${String(key)}`) : value;
    },
  });
}

function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || prototype === Array.prototype;
}
