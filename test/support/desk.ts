import { HtmlValidate } from "html-validate";
import { expect } from "vitest";
import { keySigner } from "../../server/adapters/signer-file.ts";
import type { Database } from "../../server/db/index.ts";
import type { Answer } from "../../server/http/answer.ts";
import { formErrors } from "../../server/http/form-errors.ts";
import type { Route } from "../../server/http/route.ts";
import type { VisitorSession } from "../../server/http/session.ts";
import { catalogue, problemSentence } from "../../server/i18n/index.ts";
import type { StaffActor } from "../../server/kernel/actor.ts";
import type { Clock } from "../../server/kernel/clock.ts";
import { newId } from "../../server/kernel/ids.ts";
import { LANGUAGES } from "../../server/kernel/languages.ts";
import { isProblem } from "../../server/kernel/problem.ts";
import { deskSiteRoutes } from "../../server/sites/desk.ts";
import type { TestAuthority } from "./certificates.ts";
import { HTML_RULES } from "./html-rules.ts";
import { pageContext, styleGuideRenderer } from "./style-guide.ts";

/** What the desk answered: where it leads, or the page as text in Japanese, its model and its errors. */
export interface Visited {
  readonly to: string | null;
  readonly html: string;
  readonly model: Readonly<Record<string, unknown>>;
  readonly errors: Readonly<Record<string, string>>;
  readonly file: Uint8Array | null;
}

export interface DeskVisitor {
  readonly actor: StaffActor;
  readonly closed: readonly string[];
  readonly flash: () => string | undefined;
  get(address: string): Promise<Visited>;
  post(address: string, form?: Readonly<Record<string, string>>): Promise<Visited>;
}

const html = new HtmlValidate(HTML_RULES);
const { renderer } = styleGuideRenderer();

/**
 * A visitor of the desk's routes without a network: real database, real templates. Every page is rendered strictly in
 * both languages and must be valid HTML.
 */
export function deskVisitor(db: Database, clock: Clock, root: TestAuthority): DeskVisitor {
  const closed: string[] = [];
  const signer = keySigner(root.privateKey);
  const deps = {
    // No responder runs here: its health is told where one does.
    responder: { health: () => [] },
    db,
    clock,
    signers: { STAFF_ROOT: signer, CUSTOMER_OV: signer, CUSTOMER_EV: signer },
    instance: "test",
    lease: Temporal.Duration.from({ seconds: 60 }),
    repositoryUrl: "http://localhost:8080",
    step: async () => undefined,
    mailFrom: "Inkan <no-reply@inkan.example>",
    issuerName: "Inkan",
    siteUrls: { applicant: "https://localhost:8441" },
    operatorUrl: () => "https://localhost:8442",
    deskUrl: () => "https://localhost:8443",
    kickMail: () => undefined,
    publishSoon: () => undefined,
    closeSockets: (fingerprint: string) => void closed.push(fingerprint),
  };
  const actor: StaffActor = {
    kind: "staff",
    staffId: newId(),
    name: "管理 花子",
    roles: ["ADMINISTRATOR"],
    fingerprint: "0".repeat(64),
  };
  const session = memorySession();
  const t = catalogue("ja");

  async function visit(method: "GET" | "POST", address: string, typed: Readonly<Record<string, string>>) {
    const url = new URL(address, "https://localhost:8443");
    const { route, params } = find(method, url.pathname);
    const call = {
      deps,
      actor,
      params: route.params?.parse(params),
      query: route.query?.parse(Object.fromEntries(url.searchParams)),
      form: undefined as unknown,
      typed,
      files: [],
      language: "ja" as const,
      session,
      visit: { address: "", userAgent: "", url: address },
    };
    if (!route.form) return answered(await route.handle(call as never), {});
    const again = async (errors: Readonly<Record<string, string>>) =>
      answered((await route.invalid?.(call as never, errors)) as Answer, errors);
    const parsed = route.form.safeParse(typed);
    if (!parsed.success) return again(formErrors(parsed.error, t, route.labels?.(t) ?? {}));
    try {
      return answered(await route.handle({ ...call, form: parsed.data } as never), {});
    } catch (error) {
      const field = isProblem(error) ? route.fieldOf?.[error.code] : undefined;
      if (!isProblem(error) || field === undefined) throw error;
      return again({ [field]: problemSentence(t, error) });
    }
  }

  async function answered(answer: Answer, errors: Visited["errors"]): Promise<Visited> {
    if (answer.kind === "redirect") return { to: answer.to, html: "", model: {}, errors, file: null };
    if (answer.kind === "file") return { to: null, html: "", model: {}, errors, file: answer.bytes };
    if (answer.kind !== "page") throw new Error(`the desk answered with ${answer.kind}`);
    let japanese = "";
    for (const language of LANGUAGES) {
      const text = renderer.render(answer.view, answer.model, {
        ...pageContext(language, "desk"),
        now: clock.now(),
      });
      const report = await html.validateString(text);
      expect(
        report.results.flatMap(({ messages }) => messages.map((m) => `${m.line}: ${m.ruleId}: ${m.message}`)),
        `${answer.view.name} in ${language}`,
      ).toEqual([]);
      expect(text).not.toMatch(/undefined|\[object/);
      if (language === "ja") japanese = text;
    }
    return { to: null, html: japanese, model: answer.model as Visited["model"], errors, file: null };
  }

  return {
    actor,
    closed,
    flash: () => session.get("flash")?.code,
    get: (address) => visit("GET", address, {}),
    post: (address, form = {}) => visit("POST", address, form),
  };
}

function find(method: "GET" | "POST", pathname: string) {
  for (const route of deskSiteRoutes as readonly Route<unknown>[]) {
    if (route.method !== method) continue;
    const names = [...route.path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? "");
    const match = new RegExp(`^${route.path.replaceAll(/:\w+/g, "([^/]+)")}$`).exec(pathname);
    if (match)
      return { route, params: Object.fromEntries(names.map((name, index) => [name, match[index + 1]])) };
  }
  throw new Error(`the desk has no ${method} ${pathname}`);
}

function memorySession(): VisitorSession {
  const data = new Map<string, unknown>();
  return {
    id: "test",
    get: (key) => data.get(key) as never,
    set: (key, value) => void data.set(key, value),
    renew: async () => undefined,
    end: async () => undefined,
  };
}
