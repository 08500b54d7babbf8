import type { Request, Response } from "express";
import { catalogue, problemSentence } from "../i18n/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import type { Answer } from "./answer.ts";
import { storable, typedValues, type UploadedFile } from "./body.ts";
import { formErrors } from "./form-errors.ts";
import { languageOf, pageUrl } from "./language.ts";
import { PERMISSIONS, type Permission } from "./permissions.ts";
import type { Call, Route } from "./route.ts";
import { sendPieces } from "./send-pieces.ts";
import { visitorSession } from "./session.ts";
import type { Pages, SiteOptions } from "./site-options.ts";
import type { FieldErrors } from "./view.ts";

type AnyCall<Deps> = Call<Deps, Permission, unknown, unknown, unknown>;

/** Carries one request through its route: permission, second factor, input, handler, answer. */
export async function dispatch<Deps>(
  route: Route<Deps>,
  request: Request,
  response: Response,
  options: SiteOptions<Deps>,
  pages: Pages,
): Promise<void> {
  const actor = await options.identify(request);
  response.locals["actor"] = actor;
  if (!PERMISSIONS[route.permission](actor)) {
    await sendRedirect(request, response, signInPath(actor, request, options));
    return;
  }
  const { freshSecondFactor = false } = route;
  const typing = freshSecondFactor === "while-typing";
  if (freshSecondFactor && (await options.owesSecondFactor(actor, request, typing))) {
    request.session.next = pageUrl(request);
    await sendRedirect(request, response, "/second-factor");
    return;
  }

  const call = callOf(route, request, actor, options);
  const answer = await answerOf(route, request, call);
  await send(answer, request, response, actor, pages);
}

/** Where a visitor without permission has to go first; anybody else is told no. */
function signInPath<Deps>(actor: Actor, request: Request, options: SiteOptions<Deps>): string {
  if (actor.kind === "applicant" && actor.mustChangePassword) return "/password";
  if (actor.kind !== "public" || options.signInPath === null) throw new Problem("not-allowed");
  if (request.method === "GET") request.session.next = request.originalUrl;
  return options.signInPath;
}

function callOf<Deps>(
  route: Route<Deps>,
  request: Request,
  actor: Actor,
  options: SiteOptions<Deps>,
): AnyCall<Deps> {
  const params = route.params?.safeParse(request.params);
  const query = route.query?.safeParse(storableQuery(request.query));
  // An id or a filter that cannot be is a page that does not exist.
  if (params?.success === false || query?.success === false) throw new Problem("not-found");
  const uploads = (request.files ?? []) as Express.Multer.File[];
  const files: UploadedFile[] = uploads.map((one) => ({
    field: one.fieldname,
    name: one.originalname,
    bytes: one.buffer,
  }));
  return {
    deps: options.deps,
    actor,
    params: params?.data,
    query: query?.data,
    form: undefined,
    typed: typedValues(request.body),
    files,
    language: languageOf(request),
    session: visitorSession(request),
    visit: {
      address: request.socket.remoteAddress ?? "",
      userAgent: (request.headers["user-agent"] ?? "").slice(0, 300),
      url: request.originalUrl,
    },
  };
}

/** The query string's values; one that is given several times is an array. */
function storableQuery(query: Request["query"]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [
      name,
      typeof value === "string"
        ? storable(value)
        : Array.isArray(value)
          ? value.map((one) => (typeof one === "string" ? storable(one) : one))
          : value,
    ]),
  );
}

async function answerOf<Deps>(route: Route<Deps>, request: Request, call: AnyCall<Deps>): Promise<Answer> {
  if (!route.form) return route.handle(call);
  const again = async (errors: FieldErrors): Promise<Answer> => {
    if (!route.invalid) throw new Problem("form-invalid");
    const answer = await route.invalid({ ...call, form: undefined }, errors);
    return answer.kind === "page" ? { ...answer, status: 422 } : answer;
  };
  const parsed = route.form.safeParse(typedValues(request.body));
  const t = catalogue(call.language);
  if (!parsed.success) return again(formErrors(parsed.error, t, route.labels?.(t) ?? {}));
  try {
    return await route.handle({ ...call, form: parsed.data });
  } catch (error) {
    const field = isProblem(error) ? route.fieldOf?.[error.code] : undefined;
    if (!isProblem(error) || field === undefined) throw error;
    return again({ [field]: problemSentence(t, error) });
  }
}

async function send(
  answer: Answer,
  request: Request,
  response: Response,
  actor: Actor,
  pages: Pages,
): Promise<void> {
  switch (answer.kind) {
    case "redirect":
      await sendRedirect(request, response, answer.to);
      return;
    case "page": {
      const html = await pages(request, response, actor, answer.view, answer.model);
      response.status(answer.status).type("html").send(html);
      return;
    }
    case "json":
      response.status(answer.status).json(answer.body);
      return;
    case "file":
      nameDownload(response, answer, answer.inline ? "inline" : "attachment");
      response.end(answer.bytes);
      return;
    case "stream":
      return sendPieces(answer.pieces, response, () => nameDownload(response, answer, "attachment"));
    case "events":
      return sendEvents(answer.events, request, response);
  }
}

function nameDownload(
  response: Response,
  { name, type }: { readonly name: string; readonly type: string },
  disposition: "inline" | "attachment",
): void {
  response.setHeader("Content-Type", type);
  const ascii = name.replace(/[^A-Za-z0-9._-]/g, "_");
  response.setHeader(
    "Content-Disposition",
    `${disposition}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
  );
}

/** The session is saved before the browser follows, or the next page could read the one before; unsaved, nobody goes. */
async function sendRedirect(request: Request, response: Response, to: string): Promise<void> {
  await new Promise<void>((resolve, reject) =>
    request.session.save((error: unknown) => (error ? reject(error) : resolve())),
  );
  response.redirect(303, to);
}

async function sendEvents(
  stream: AsyncIterable<{ event: string; data: string }>,
  request: Request,
  response: Response,
): Promise<void> {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
  });
  let open = true;
  request.on("close", () => {
    open = false;
  });
  for await (const one of stream) {
    if (!open) break;
    const data = one.data
      .split("\n")
      .map((line) => `data: ${line}\n`)
      .join("");
    response.write(`event: ${one.event}\n${data}\n`);
  }
  response.end();
}
