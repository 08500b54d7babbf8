import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import express from "express";

const YEAR = 31_536_000;
const TYPES = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
  woff2: "font/woff2",
} as const;

/** The files our pages may load, by the name that templates use. Nothing else under /static answers. */
const FILES = {
  "inkan.css": { file: "css/inkan.css" },
  "inkan.js": { file: "js/inkan.js" },
  "passkey.js": { file: "js/passkey.js" },
  "icon.svg": { file: "icon.svg" },
  "htmx.min.js": { package: "htmx.org", file: "dist/htmx.min.js" },
  "hx-csp.min.js": { package: "htmx.org", file: "dist/ext/hx-csp.min.js" },
  "hx-sse.min.js": { package: "htmx.org", file: "dist/ext/hx-sse.min.js" },
} as const satisfies Record<string, { package?: string; file: string }>;

export type AssetName = keyof typeof FILES | "fonts.css";

export interface Assets {
  /** Address of a file with its fingerprint, e.g. /static/3f9c…/inkan.css; throws on an unknown name. */
  path(name: string): string;
  /** Mount at /static. */
  readonly router: express.Router;
}

interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly gzipped: Buffer | null;
}

/**
 * Reads every file once, at start. An address holds a digest of the content, so answers are immutable for a year and
 * a new release is fetched at once.
 *
 * @param staticDir our own static/ folder; htmx and the font come from their npm packages
 */
export function loadAssets(staticDir: string): Assets {
  const byAddress = new Map<string, Asset>();
  const addresses = new Map<string, string>();
  const add = (name: string, folder: string, body: Buffer) => {
    const extension = name.slice(name.lastIndexOf(".") + 1) as keyof typeof TYPES;
    const gzipped = extension === "woff2" ? null : gzipSync(body, { level: 9 });
    byAddress.set(`${folder}/${name}`, { type: TYPES[extension], body, gzipped });
  };

  for (const [name, source] of Object.entries(FILES)) {
    const root = "package" in source ? packageFolder(source.package) : staticDir;
    const body = readFileSync(join(root, source.file));
    const folder = digest(body);
    add(name, folder, body);
    addresses.set(name, `/static/${folder}/${name}`);
  }

  // The stylesheet of the font names its slices relative to itself ("./files/…"), so they share one folder.
  const font = packageFolder("@fontsource-variable/noto-sans-jp");
  const fontCss = readFileSync(join(font, "index.css"));
  const fontFolder = `fonts/${digest(fontCss)}`;
  add("fonts.css", fontFolder, fontCss);
  addresses.set("fonts.css", `/static/${fontFolder}/fonts.css`);
  for (const slice of readdirSync(join(font, "files"))) {
    if (slice.endsWith("-wght-normal.woff2")) {
      add(slice, `${fontFolder}/files`, readFileSync(join(font, "files", slice)));
    }
  }

  const router = express.Router({ caseSensitive: true, strict: true });
  router.get("/*path", (request, response, next) => {
    const asset = byAddress.get(request.path.slice(1));
    if (!asset) return next();
    response.setHeader("Cache-Control", `public, max-age=${YEAR}, immutable`);
    response.setHeader("Content-Type", asset.type);
    response.setHeader("X-Content-Type-Options", "nosniff");
    if (asset.gzipped) response.setHeader("Vary", "Accept-Encoding");
    if (asset.gzipped && request.acceptsEncodings("gzip")) {
      response.setHeader("Content-Encoding", "gzip");
      response.end(asset.gzipped);
    } else response.end(asset.body);
  });

  return {
    router,
    path(name) {
      const address = addresses.get(name);
      if (address === undefined) throw new Error(`no static file "${name}" is allowed (http/static.ts)`);
      return address;
    },
  };
}

const digest = (body: Buffer) => createHash("sha256").update(body).digest("hex").slice(0, 16);

function packageFolder(name: string): string {
  return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
}
