import { randomUUID } from "node:crypto";
import type { ErrorRequestHandler } from "express";
import { catalogue, problemSentence } from "../i18n/index.ts";
import { type Actor, PUBLIC } from "../kernel/actor.ts";
import { isProblem, Problem, type ProblemParams } from "../kernel/problem.ts";
import { languageOf } from "./language.ts";
import { PROBLEM_STATUS } from "./problem-status.ts";
import type { Pages, SiteOptions } from "./site-options.ts";
import { view } from "./view.ts";

/** The page of a refusal: what happened, what to do. An incident has a number to quote and no detail. */
export interface ProblemModel {
  readonly status: number;
  readonly message: string;
  readonly incident: string | null;
}

export const problemView = view<ProblemModel>("shared/problem");

/** The last handler of a site: problems by their status, everything else as a 500 with an incident id. */
export function answerProblems<Deps>(options: SiteOptions<Deps>, pages: Pages): ErrorRequestHandler {
  return async (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    const known = problemOf(error);
    const status = known ? PROBLEM_STATUS[known.code] : 500;
    // What the visitor cannot mend is an incident, also where it has a name: a database out of reach, a bad signature.
    const incident = status >= 500 ? randomUUID() : null;
    if (incident)
      options.log.error({ err: error, incident, path: request.path, method: request.method }, "incident");
    const t = catalogue(request.session ? languageOf(request) : "ja");
    const message = known ? problemSentence(t, known) : t.common.problemPage.incidentHelp;
    if (known?.code === "too-many-attempts") {
      response.setHeader(
        "Retry-After",
        String((known.params as ProblemParams["too-many-attempts"]).retryAfterSeconds),
      );
    }
    const actor = (response.locals["actor"] as Actor | undefined) ?? PUBLIC;
    try {
      const html = await pages(request, response, actor, problemView, { status, message, incident });
      response.status(status).type("html").send(html);
    } catch (renderError) {
      // The database may be what failed: a page without session, navigation or template still answers.
      options.log.error({ err: renderError }, "the problem page failed");
      response
        .status(status)
        .type("text")
        .send(`${status}\n${message}\n${incident ?? ""}\n`);
    }
  };
}

/** Express reports malformed URLs and the like with a status of its own. */
function problemOf(error: unknown): Problem | null {
  if (isProblem(error)) return error;
  const status = error instanceof Error ? (error as { status?: number }).status : undefined;
  if (status === 413) return new Problem("too-large", { limitKiB: 128 });
  if (status !== undefined && status >= 400 && status < 500) return new Problem("not-found");
  return null;
}
