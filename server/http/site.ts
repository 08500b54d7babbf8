import express, { type Express, type Request, type RequestHandler, type Response } from "express";
import type { Logger } from "pino";
import { catalogue } from "../i18n/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import { readBody } from "./body.ts";
import { csrfProtection, csrfToken } from "./csrf.ts";
import { dispatch } from "./dispatch.ts";
import { securityHeaders } from "./headers.ts";
import { checkHost } from "./host.ts";
import { languageOf } from "./language.ts";
import { answerProblems } from "./problem-answer.ts";
import type { Renderer } from "./render.ts";
import type { Route } from "./route.ts";
import type { Assets } from "./static.ts";
import type { NavigationItem, PageContext, Site, View, Viewer } from "./view.ts";

/** Everything one site needs to answer requests. */
export interface SiteOptions<Deps> {
  readonly name: Site;
  /** Where people find it, e.g. https://localhost:8441; looked up late because a port may be chosen at listen. */
  readonly url: () => string;
  readonly routes: readonly Route<Deps>[];
  readonly deps: Deps;
  readonly clock: Clock;
  readonly log: Logger;
  readonly renderer: Renderer;
  readonly assets: Assets;
  readonly sessions: RequestHandler;
  /** Who is asking: decided anew for every request, from the database. */
  readonly identify: (request: Request) => Promise<Actor>;
  /** Does this actor still owe the second factor for a route that wants it fresh? */
  readonly owesSecondFactor: (actor: Actor, request: Request) => Promise<boolean>;
  readonly navigation: (actor: Actor, language: Language) => Promise<readonly NavigationItem[]>;
  readonly viewer: (actor: Actor) => Promise<Viewer | null>;
  /** Where a visitor without permission is sent to sign in; null: nowhere, it is 403. */
  readonly signInPath: string | null;
  readonly signOutPath: string | null;
}

/** Builds the Express application of one site from its routes. */
export function buildSite<Deps>(options: SiteOptions<Deps>): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.set("case sensitive routing", true);

  const pages = pageMaker(options);
  app.use(securityHeaders(options.url()));
  app.use("/static", options.assets.router);
  app.use(checkHost);
  app.use(options.sessions);
  app.use(readBody);
  app.use(csrfProtection(() => new URL(options.url()).origin));

  const byPath = Map.groupBy(options.routes, (route) => route.path);
  for (const [path, routes] of byPath) {
    const allowed = routes
      .flatMap((route) => (route.method === "GET" ? ["GET", "HEAD"] : [route.method]))
      .join(", ");
    app.all(path, async (request, response) => {
      const method = request.method === "HEAD" ? "GET" : request.method;
      const route = routes.find((one) => one.method === method);
      if (!route) {
        response.setHeader("Allow", allowed);
        throw new Problem("method-not-allowed", { allowed });
      }
      await dispatch(route, request, response, options, pages);
    });
  }
  app.use(() => {
    throw new Problem("not-found");
  });
  app.use(answerProblems(options, pages));
  return app;
}

/** Renders a view for this request: a full page, or the same without its frame for htmx. */
export type Pages = <M extends object>(
  request: Request,
  response: Response,
  actor: Actor,
  view: View<M>,
  model: M,
) => Promise<string>;

function pageMaker<Deps>(options: SiteOptions<Deps>): Pages {
  return async (request, response, actor, view, model) => {
    const language = languageOf(request);
    const flash = request.session?.flash;
    if (flash) delete request.session.flash;
    const context: PageContext = {
      language,
      site: options.name,
      nonce: String(response.locals["nonce"]),
      csrfToken: request.session ? csrfToken(request) : "",
      path: request.path,
      url: request.originalUrl,
      now: options.clock.now(),
      viewer: await options.viewer(actor),
      signOutPath: actor.kind === "applicant" ? options.signOutPath : null,
      navigation: await options.navigation(actor, language),
      flash: flash ? { kind: flash.kind, text: catalogue(language).flash[flash.code] } : null,
      fragment: request.headers["hx-request"] === "true" && request.headers["hx-request-type"] === "partial",
    };
    return options.renderer.render(view, model, context);
  };
}
