import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { catalogue } from "../i18n/index.ts";
import { LANGUAGES, type Language } from "../kernel/languages.ts";
import { REFUSALS, type Refusal } from "../operators/index.ts";
import type { Renderer } from "./render.ts";
import { view } from "./view.ts";

/** A page for somebody of whom nothing is known, not even the language: it says everything in both. */
interface CertificateRequiredModel {
  readonly title: string;
  readonly parts: readonly {
    readonly language: Language;
    readonly site: string;
    readonly title: string;
    readonly refusal: string;
    readonly lead: string;
    readonly stepsTitle: string;
    readonly steps: readonly string[];
    readonly wrongChoice: string;
    readonly contact: string;
  }[];
}

const certificateRequiredView = view<CertificateRequiredModel>("shared/certificate-required");

export interface RefusalPages {
  /** Answers 403 with the page for this refusal and closes the connection. */
  refuse(refusal: Refusal, request: IncomingMessage, response: ServerResponse): void;
}

/**
 * Renders the pages of a closed door once, at start: answering a stranger touches neither template, session nor
 * database. The page brings its own style, allowed by its hash, since nothing else is served to a stranger.
 */
export function refusalPages(
  renderer: Renderer,
  site: "operator" | "desk",
  now: Temporal.Instant,
): RefusalPages {
  const pages = new Map<Refusal, { html: Buffer; headers: Record<string, string> }>();
  for (const refusal of REFUSALS) {
    const html = renderer.render(certificateRequiredView, modelOf(refusal, site), {
      language: "ja",
      site,
      nonce: "",
      csrfToken: "",
      path: "/",
      url: "/",
      now,
      viewer: null,
      signOutPath: null,
      navigation: [],
      flash: null,
      fragment: false,
    });
    pages.set(refusal, { html: Buffer.from(html), headers: headersFor(html) });
  }
  return {
    refuse(refusal, request, response) {
      const page = pages.get(refusal);
      if (!page) throw new Error(`no page for ${refusal}`);
      response.writeHead(403, { ...page.headers, "Content-Length": String(page.html.length) });
      response.end(request.method === "HEAD" ? undefined : page.html);
    },
  };
}

function modelOf(refusal: Refusal, site: "operator" | "desk"): CertificateRequiredModel {
  const parts = LANGUAGES.map((language) => {
    const t = catalogue(language);
    const words = t.operators.certificateRequired;
    return {
      language,
      site: t.common.site[site],
      title: words.title,
      refusal: words.refusal[refusal],
      lead: words.lead[site],
      stepsTitle: words.stepsTitle,
      steps: words.steps[site],
      wrongChoice: words.wrongChoice,
      contact: words.contact[site],
    };
  });
  const t = catalogue("ja").common;
  const title = [parts[0]?.title, t.site[site], t.product].join(t.titleSeparator);
  return { title, parts };
}

function headersFor(html: string): Record<string, string> {
  const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? "";
  const hash = createHash("sha256").update(style).digest("base64");
  return {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    Connection: "close",
  };
}
