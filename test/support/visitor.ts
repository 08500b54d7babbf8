import { type Page, Visitor as Person, type VisitorOptions } from "../../server/demo/visitor.ts";

/** A page as a visitor without JavaScript gets it. */
export interface Visit {
  readonly status: number;
  readonly location: string;
  readonly text: string;
  readonly headers: Page["headers"];
}

const BROWSER = {
  "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/148.0.0.0 Safari/537.36",
};

/**
 * The demonstration's visitor, asked one request at a time: redirects are not followed, and a form is sent with the
 * CSRF token of the last page that had one, whether that page offers the form or not.
 */
export function visitor(site: string, trust: string, options: Partial<VisitorOptions> = {}) {
  const person = new Person({ site, trust, headers: BROWSER, ...options });
  let csrf = "";

  async function ask(...sent: Parameters<Person["send"]>): Promise<Visit> {
    const { status, headers, body } = await person.send(...sent);
    const text = body.toString("utf8");
    csrf = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
    return { status, location: headers["location"]?.toString() ?? "", text, headers };
  }

  return {
    cookies: person.cookies,
    get csrf() {
      return csrf;
    },
    ask,
    get: (path: string, headers: Record<string, string> = {}) => ask("GET", path, { headers }),
    /** Sends a form, with the CSRF token of the last page that had one. */
    post: (path: string, form: Readonly<Record<string, string>> = {}, headers: Record<string, string> = {}) =>
      ask("POST", path, { body: new URLSearchParams({ _csrf: csrf, ...form }).toString(), headers }),
  };
}

export type Visitor = ReturnType<typeof visitor>;
