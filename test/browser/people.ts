import { readFile } from "node:fs/promises";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import type { CertificateAccess } from "../../server/demo/build-cast.ts";
import type { DemoInstance } from "../support/demo-instance.ts";
import { type Faults, watchFaults } from "./faults.ts";

export const WIDE = { width: 1280, height: 800 } as const;
export const PHONE = { width: 390, height: 844 } as const;

/** Somebody at a browser of their own: cookies, client certificate and faults are theirs alone. */
export interface Person {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly faults: Faults;
  /** Origin of the site they stand on. */
  readonly site: string;
}

export interface PersonOptions {
  readonly javaScript?: boolean;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
}

/** Brings people to the sites of one instance and sends them home again. */
export class People {
  readonly #browser: Browser;
  readonly instance: DemoInstance;
  readonly options: PersonOptions;
  readonly #here: Person[] = [];

  constructor(browser: Browser, instance: DemoInstance, options: PersonOptions = {}) {
    this.#browser = browser;
    this.instance = instance;
    this.options = options;
  }

  /** Everybody who came, in order. */
  get here(): readonly Person[] {
    return this.#here;
  }

  /** Nobody in particular: no certificate, not signed in. */
  async stranger(site: "public" | "applicant" | "operator" | "desk"): Promise<Person> {
    return this.#enter(this.instance.access.sites[site]);
  }

  /** One of Minato's applicants, signed in through the form. */
  async applicant(key = "hanako"): Promise<Person> {
    const login = this.#minato.logins[key];
    if (!login) throw new Error(`nobody signs in as ${key}`);
    const person = await this.stranger("applicant");
    await signIn(person, login.loginId, login.password);
    return person;
  }

  /** One of Minato's operators, with the certificate and without the second factor. */
  async operator(key = "yamada"): Promise<Person> {
    return this.withCertificate("operator", await readFile(this.certificateOf(key).pem, "utf8"));
  }

  /** One of the desk's staff, with the certificate and without the second factor. */
  async staff(key = "admin"): Promise<Person> {
    return this.withCertificate("desk", await readFile(this.certificateOf(key).pem, "utf8"));
  }

  /** Whoever holds this key and certificate, both in one PEM. */
  async withCertificate(name: "operator" | "desk", pem: string): Promise<Person> {
    const site = this.instance.access.sites[name];
    const both = Buffer.from(pem);
    return this.#enter(site, { clientCertificates: [{ origin: site, cert: both, key: both }] });
  }

  /** An operator whose session has just given the second factor. */
  async operatorWithSecondFactor(key: string): Promise<Person> {
    return this.#fresh(await this.operator(key), key);
  }

  /** A member of staff whose session has just given the second factor. */
  async staffWithSecondFactor(key: string): Promise<Person> {
    return this.#fresh(await this.staff(key), key);
  }

  certificateOf(key: string): CertificateAccess {
    const found = this.#minato.operators[key] ?? this.instance.access.staff[key];
    if (!found) throw new Error(`nobody has a certificate as ${key}`);
    return found;
  }

  /** Fills in the form that asks for a code, where the page is that form. */
  async giveSecondFactor({ page }: Person, key: string): Promise<void> {
    if (new URL(page.url()).pathname !== "/second-factor") return;
    await page.locator("#code").fill(await this.instance.unusedCode(this.certificateOf(key).totpSecret));
    await page.locator('form[action="/second-factor"] button[type=submit]').click();
    await page.waitForURL((url) => url.pathname !== "/second-factor");
  }

  async leave(): Promise<void> {
    for (const { context } of this.#here.splice(0)) await context.close();
  }

  /** Opens a page that asks for the second factor, so that no later one does. */
  async #fresh(person: Person, key: string): Promise<Person> {
    await person.page.goto("/second-factors/totp");
    await this.giveSecondFactor(person, key);
    return person;
  }

  get #minato() {
    const found = this.instance.access.subscribers["minato"];
    if (!found) throw new Error("the subscriber of the story is missing");
    return found;
  }

  async #enter(site: string, extra: BrowserContextOptions = {}): Promise<Person> {
    const { javaScript = true, viewport = WIDE } = this.options;
    const context = await this.#browser.newContext({
      baseURL: site,
      javaScriptEnabled: javaScript,
      viewport,
      locale: "ja-JP",
      timezoneId: "Asia/Tokyo",
      // The sites' certificate comes from this instance's own root, which no browser knows.
      ignoreHTTPSErrors: true,
      ...extra,
    });
    context.setDefaultTimeout(60_000);
    const faults = await watchFaults(context);
    const page = await context.newPage();
    const person = { page, context, faults, site };
    this.#here.push(person);
    return person;
  }
}

/** Signs in through the form; the page is then wherever the site leads. */
export async function signIn({ page }: Person, loginId: string, password: string): Promise<void> {
  await page.goto("/login");
  await page.locator("#loginId").fill(loginId);
  await page.locator("#password").fill(password);
  await page.locator('form[action="/login"] button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== "/login");
}
