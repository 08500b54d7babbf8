import type { Request, RequestHandler, Response } from "express";
import type { Logger } from "pino";
import type { Actor } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import type { Language } from "../kernel/languages.ts";
import type { Metrics } from "./metrics.ts";
import type { Renderer } from "./render.ts";
import type { Route } from "./route.ts";
import type { Assets } from "./static.ts";
import type { NavigationItem, Site, View, Viewer } from "./view.ts";

/** Everything one site needs to answer requests. */
export interface SiteOptions<Deps> {
  readonly name: Site;
  /** Where people find it, e.g. https://localhost:8441; looked up late because a port may be chosen at listen. */
  readonly url: () => string;
  readonly routes: readonly Route<Deps>[];
  readonly deps: Deps;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly renderer: Renderer;
  readonly assets: Assets;
  /** Mutual-TLS sites: lets only the admitted pass, before anything is parsed, looked up or served; null elsewhere. */
  readonly gate: RequestHandler | null;
  readonly sessions: RequestHandler;
  /** Who is asking: decided anew for every request, from the database. */
  readonly identify: (request: Request) => Promise<Actor>;
  /** Does this actor still owe the second factor for a route that wants it fresh? */
  readonly owesSecondFactor: (actor: Actor, request: Request, typing: boolean) => Promise<boolean>;
  readonly navigation: (actor: Actor, language: Language) => Promise<readonly NavigationItem[]>;
  readonly viewer: (actor: Actor) => Promise<Viewer | null>;
  /** Where a visitor without permission is sent to sign in; null: nowhere, it is 403. */
  readonly signInPath: string | null;
  readonly signOutPath: string | null;
}

/** Renders a view for this request: a full page, or the same without its frame for htmx. */
export type Pages = <M extends object>(
  request: Request,
  response: Response,
  actor: Actor,
  view: View<M>,
  model: M,
) => Promise<string>;
