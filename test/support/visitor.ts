import { Agent, request } from "node:https";

/** A page as a visitor without JavaScript gets it. */
export interface Visit {
  readonly status: number;
  readonly location: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** A browser reduced to what forms need: cookies, and the CSRF token of the last page. */
export function visitor(origin: string, ca: string) {
  const agent = new Agent({ ca, keepAlive: false });
  const cookies = new Map<string, string>();
  let csrf = "";

  async function ask(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<Visit> {
    const sent = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    return new Promise((resolve, reject) => {
      const asking = request(
        new URL(path, origin),
        {
          method,
          agent,
          headers: {
            ...(sent === "" ? {} : { cookie: sent }),
            "user-agent": "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/148.0.0.0 Safari/537.36",
            ...(body === undefined
              ? {}
              : {
                  "content-type": "application/x-www-form-urlencoded",
                  origin,
                  "sec-fetch-site": "same-origin",
                }),
            ...headers,
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("end", () => {
            for (const line of answer.headers["set-cookie"] ?? []) {
              const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
              cookies.set(name, value);
            }
            const text = Buffer.concat(chunks).toString("utf8");
            csrf = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? csrf;
            const { location = "" } = answer.headers;
            resolve({ status: answer.statusCode ?? 0, location, text, headers: answer.headers });
          });
        },
      );
      asking.on("error", reject);
      asking.end(body);
    });
  }

  return {
    cookies,
    get: (path: string) => ask("GET", path),
    /** Sends a form, with the CSRF token of the last page that had one. */
    post: (path: string, form: Readonly<Record<string, string>> = {}, headers: Record<string, string> = {}) =>
      ask("POST", path, new URLSearchParams({ _csrf: csrf, ...form }).toString(), headers),
  };
}

export type Visitor = ReturnType<typeof visitor>;
