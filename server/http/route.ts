import type { z } from "zod";
import type { Catalogue } from "../i18n/index.ts";
import type { Language } from "../kernel/languages.ts";
import type { ProblemCode } from "../kernel/problem.ts";
import type { Answer } from "./answer.ts";
import type { UploadedFile } from "./body.ts";
import type { ActorFor, Permission } from "./permissions.ts";
import type { VisitorSession } from "./session.ts";
import type { FieldErrors } from "./view.ts";

/**
 * A route as a value: what it is called by, who may call it, what it takes, what it answers. `permission` has no
 * default: a route without one does not compile. Everything else (session, CSRF, tenant, second factor, 405, 422) is
 * done once, in site.ts, from this value.
 */
export interface Call<Deps, P extends Permission, Params, Query, Form> {
  readonly deps: Deps;
  readonly actor: ActorFor[P];
  readonly params: Params;
  readonly query: Query;
  readonly form: Form;
  /** What was typed, for showing the same form again. */
  readonly typed: Readonly<Record<string, string>>;
  readonly files: readonly UploadedFile[];
  readonly language: Language;
  readonly session: VisitorSession;
  readonly visit: { readonly address: string; readonly userAgent: string; readonly url: string };
}

export interface RouteSpec<Deps, P extends Permission, Params, Query, Form> {
  readonly method: "GET" | "POST";
  /** Nouns, Express 5 syntax: "/requests/:id/approval". */
  readonly path: string;
  readonly permission: P;
  /**
   * Ask for the second factor again before this, unless the visitor's policy waives it (safety.md 2): given within
   * five minutes, or within thirty where a long form has to be typed first, whose answers a detour would lose.
   */
  readonly freshSecondFactor?: boolean | "while-typing";
  readonly params?: z.ZodType<Params>;
  readonly query?: z.ZodType<Query>;
  readonly form?: z.ZodType<Form>;
  /** The label of each field, for the sentences of `invalid`. */
  readonly labels?: (t: Catalogue) => Readonly<Record<string, string>>;
  readonly handle: (call: Call<Deps, P, Params, Query, Form>) => Answer | Promise<Answer>;
  /** The form again with its errors; answered with 422. Required in practice wherever `form` is given. */
  readonly invalid?: (
    call: Call<Deps, P, Params, Query, undefined>,
    errors: FieldErrors,
  ) => Answer | Promise<Answer>;
  /** Problems of the use case that belong to a field of the form, shown there by `invalid`. */
  readonly fieldOf?: Readonly<Partial<Record<ProblemCode, string>>>;
}

export interface Route<Deps> extends RouteSpec<Deps, Permission, unknown, unknown, unknown> {}

/** `const route = routesOf<RequestDeps>();` gives a feature its typed `route`. */
export function routesOf<Deps>() {
  return <P extends Permission, Params = unknown, Query = unknown, Form = unknown>(
    spec: RouteSpec<Deps, P, Params, Query, Form>,
  ): Route<Deps> => spec as unknown as Route<Deps>;
}
