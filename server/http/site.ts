import express, { type Express } from "express";
import { catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import { readBody } from "./body.ts";
import { csrfProtection, csrfToken } from "./csrf.ts";
import { dispatch } from "./dispatch.ts";
import { securityHeaders } from "./headers.ts";
import { checkHost } from "./host.ts";
import { languageOf, pageUrl } from "./language.ts";
import { answerProblems } from "./problem-answer.ts";
import { requestLog } from "./request-log.ts";
import type { Pages, SiteOptions } from "./site-options.ts";
import type { PageContext } from "./view.ts";

/** Builds the Express application of one site from its routes. */
export function buildSite<Deps>(options: SiteOptions<Deps>): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("etag", false);
  app.set("query parser", "simple");
  app.set("case sensitive routing", true);

  const pages = pageMaker(options);
  app.use(requestLog(options.log, options.name, options.metrics));
  // Before the gate, so that its failure is answered with these headers as well.
  app.use(securityHeaders(options.url()));
  if (options.gate) app.use(options.gate);
  app.use("/static", options.assets.router);
  app.use(checkHost(options.url));
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
      url: pageUrl(request),
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
