import type { BrowserContext, Page } from "playwright-core";

/** Chromium's own line about an answer that the test provoked; everything else on the console is a fault. */
const REFUSED = /^Failed to load resource: the server responded with a status of (4\d\d) /;

/** What went wrong in a context without anybody asking: console, scripts, content security policy, network. */
export interface Faults {
  readonly found: readonly string[];
  /** From now on an answer with this status is on purpose. */
  expectStatus(status: number): void;
}

/** Watches every page of a context from its first to its last moment. */
export async function watchFaults(context: BrowserContext): Promise<Faults> {
  const found: string[] = [];
  const expected = new Set<number>();
  const add = (what: string, page: Page | null) => found.push(`${page?.url() ?? "?"}: ${what}`);

  context.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    const refused = REFUSED.exec(message.text());
    if (refused && expected.has(Number(refused[1]))) return;
    add(`console ${message.type()}: ${message.text()}`, message.page());
  });
  context.on("weberror", (error) => add(`page error: ${error.error().message}`, error.page()));
  context.on("requestfailed", (request) => {
    // Aborted is what the browser did itself: a download began, a page with an open stream was left.
    const why = request.failure()?.errorText ?? "";
    if (why !== "net::ERR_ABORTED") found.push(`${request.url()}: ${why}`);
  });
  context.on("response", (response) => {
    const status = response.status();
    if (status >= 400 && !expected.has(status)) found.push(`${response.url()}: answered with ${status}`);
  });
  // Without scripts the browser still reports a violation on the console; with them it is named here.
  await context.addInitScript({
    content: `document.addEventListener("securitypolicyviolation", (event) =>
      console.error("content security policy: " + event.violatedDirective + " " + event.blockedURI));`,
  });
  return { found, expectStatus: (status) => void expected.add(status) };
}
