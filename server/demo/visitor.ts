import { Agent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { type HTMLElement, parse } from "node-html-parser";

/** Who visits: with a client certificate (one PEM with key and certificate) or without. */
export interface VisitorOptions {
  /** Origin of the site, e.g. https://localhost:8441. */
  readonly site: string;
  /** PEM of the root that the site's own certificate chains to; the connection is refused otherwise. */
  readonly trust: string;
  readonly clientPem?: string;
  /** Sent with every request, e.g. what kind of browser this is. */
  readonly headers?: Readonly<Record<string, string>>;
  /** One connection for everything, as browsers do; otherwise one for each request. */
  readonly keepAlive?: boolean;
}

/** What is sent besides cookies; a body makes it a form unless `headers` say otherwise. */
export interface Sent {
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Page {
  readonly status: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  /** The parsed page; empty for anything but HTML. */
  readonly html: HTMLElement;
}

/**
 * A person at a browser without JavaScript: keeps cookies, follows redirects, fills in the forms that the pages really
 * hold. What no form offers cannot be sent by accident.
 */
export class Visitor {
  readonly #options: VisitorOptions;
  readonly #agent: Agent | false;
  readonly cookies = new Map<string, string>();
  #page: Page | null = null;

  constructor(options: VisitorOptions) {
    this.#options = options;
    this.#agent = options.keepAlive ? new Agent({ keepAlive: true, maxSockets: 1 }) : false;
  }

  get page(): Page {
    if (!this.#page) throw new Error("no page was opened yet");
    return this.#page;
  }

  async open(path: string): Promise<Page> {
    return this.#go("GET", path);
  }

  /**
   * Sends the form of the current page whose action is `action`, as it stands, with `values` typed in.
   * Throws where there is no such form or no such field.
   */
  async submit(action: string | RegExp, values: Readonly<Record<string, string>> = {}): Promise<Page> {
    const { html, path } = this.page;
    const leadsThere = (address: string | undefined) =>
      address !== undefined && (typeof action === "string" ? address === action : action.test(address));
    const button = html
      .querySelectorAll("button[formaction]")
      .find((one) => leadsThere(one.getAttribute("formaction")));
    const form =
      button?.closest("form") ??
      html.querySelectorAll("form").find((one) => leadsThere(one.getAttribute("action")));
    if (!form) throw new Error(`${path} has no form ${action}: ${this.textOf("h1")}`);
    const fields = fieldsOf(form);
    for (const [name, value] of Object.entries(values)) {
      if (!form.querySelector(`[name="${name}"]`)) throw new Error(`the form ${action} has no field ${name}`);
      fields.set(name, value);
    }
    return this.#go(
      "POST",
      button?.getAttribute("formaction") ?? form.getAttribute("action") ?? path,
      fields.toString(),
    );
  }

  /** Sends exactly this and gives the answer, redirects included; the current page stays what it was. */
  send(method: string, path: string, { body, headers = {} }: Sent = {}): Promise<Page> {
    return this.#send(method, path, body, headers);
  }

  /** The text of the first element that matches, without surplus white space; "" where there is none. */
  textOf(selector: string): string {
    return (this.page.html.querySelector(selector)?.text ?? "").replaceAll(/\s+/g, " ").trim();
  }

  /** Where the first link whose address matches leads. */
  link(pattern: RegExp): string {
    const href = this.page.html.querySelectorAll("a[href]").map((link) => link.getAttribute("href") ?? "");
    const found = href.find((one) => pattern.test(one));
    if (found === undefined) throw new Error(`${this.page.path} has no link like ${pattern}`);
    return found;
  }

  async #go(method: "GET" | "POST", path: string, body?: string): Promise<Page> {
    const answer = await this.#send(method, path, body, {});
    const { location } = answer.headers;
    if (answer.status === 303 && typeof location === "string") return this.#go("GET", location);
    this.#page = answer;
    return answer;
  }

  #send(
    method: string,
    path: string,
    body: Sent["body"],
    given: Readonly<Record<string, string>>,
  ): Promise<Page> {
    const { site, trust, clientPem } = this.#options;
    const url = new URL(path, site);
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const referer = this.#page ? new URL(this.#page.path, site).href : undefined;
    const headers: Record<string, string> = {
      ...(cookie ? { cookie } : {}),
      ...(referer ? { referer } : {}),
      ...(body === undefined
        ? {}
        : {
            "content-type": "application/x-www-form-urlencoded",
            origin: url.origin,
            "sec-fetch-site": "same-origin",
          }),
      ...this.#options.headers,
      ...given,
    };
    return new Promise((resolve, reject) => {
      const identity = clientPem === undefined ? {} : { key: clientPem, cert: clientPem };
      const request = httpsRequest(
        url,
        // Named apart from the Host header, which a test may set to anything.
        { method, headers, ca: trust, servername: serverName(url), agent: this.#agent, ...identity },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            for (const set of response.headers["set-cookie"] ?? []) this.#keep(set);
            const bytes = Buffer.concat(chunks);
            const isPage = (response.headers["content-type"] ?? "").startsWith("text/html");
            resolve({
              status: response.statusCode ?? 0,
              path: url.pathname + url.search,
              headers: response.headers,
              body: bytes,
              get html() {
                return parse(isPage ? bytes.toString("utf8") : "", {
                  blockTextElements: { script: false, style: false, pre: true },
                });
              },
            });
          });
        },
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  #keep(setCookie: string): void {
    const [pair = ""] = setCookie.split(";");
    const at = pair.indexOf("=");
    if (at > 0) this.cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

/** Addresses are not sent as names (RFC 6066 3). */
const serverName = ({ hostname }: URL): string => (isIP(hostname) === 0 ? hostname : "");

/** What a browser would send of an untouched form (HTML 4.10.22.4). */
function fieldsOf(form: HTMLElement): URLSearchParams {
  const fields = new URLSearchParams();
  for (const control of form.querySelectorAll("input, select, textarea")) {
    const name = control.getAttribute("name");
    if (!name || control.hasAttribute("disabled")) continue;
    const type = control.getAttribute("type") ?? "";
    if (["submit", "button", "file", "image"].includes(type)) continue;
    if ((type === "checkbox" || type === "radio") && !control.hasAttribute("checked")) continue;
    fields.append(name, controlValue(control));
  }
  return fields;
}

function controlValue(control: HTMLElement): string {
  if (control.tagName === "TEXTAREA") return control.text;
  if (control.tagName !== "SELECT") return control.getAttribute("value") ?? "";
  const options = control.querySelectorAll("option");
  const chosen = options.find((option) => option.hasAttribute("selected")) ?? options[0];
  return chosen?.getAttribute("value") ?? chosen?.text ?? "";
}
