import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { pino } from "pino";
import { DatabaseSessionStore } from "../server/accounts/index.ts";
import type { Database } from "../server/db/index.ts";
import { createMetrics } from "../server/http/metrics.ts";
import { createRenderer } from "../server/http/render.ts";
import { sessions } from "../server/http/session.ts";
import { buildSite } from "../server/http/site.ts";
import { loadAssets } from "../server/http/static.ts";
import { catalogue } from "../server/i18n/index.ts";
import type { OperatorActor } from "../server/kernel/actor.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { operatorRequestRoutes } from "../server/requests/index.ts";
import { operatorNavigation } from "../server/sites/operator.ts";
import { makeRoot } from "../test/support/certificates.ts";

const ROOT = path.join(import.meta.dirname, "..");
const PAUSE_MS = 40;

/** Milliseconds in which a page was answered. */
export interface PageTimes {
  readonly asked: number;
  readonly p50: number;
  readonly p95: number;
  readonly longest: number;
}

/**
 * The operator site's list of requests, served by this process over https while something else goes on in it, and
 * asked for over a kept connection by a thread of its own until `stop`.
 */
export async function watchPage(
  db: Database,
  actor: OperatorActor,
): Promise<{ readonly stop: () => Promise<PageTimes> }> {
  const assets = loadAssets(path.join(ROOT, "static"));
  const nothing = async (): Promise<never> => {
    throw new Error("this page only reads");
  };
  let url = "https://localhost";
  const store = new DatabaseSessionStore({ db, clock: systemClock, site: "operator" });
  const app = buildSite({
    name: "operator",
    url: () => url,
    routes: operatorRequestRoutes,
    deps: {
      db,
      clock: systemClock,
      mailFrom: "",
      siteUrls: { applicant: url, operator: url },
      issue: nothing,
      kickJobs: () => undefined,
      massRevocationsOf: async () => [],
      exportRows: async function* () {},
      revocationOf: async () => null,
    },
    clock: systemClock,
    log: pino({ level: "silent" }),
    metrics: createMetrics(),
    renderer: createRenderer({ viewsDir: path.join(ROOT, "views"), assets, strict: false, cache: true }),
    assets,
    gate: null,
    sessions: sessions({ site: "operator", secret: "a secret of this run", store }),
    identify: async () => actor,
    owesSecondFactor: async () => false,
    navigation: async (viewer, language) => operatorNavigation(viewer, catalogue(language)),
    viewer: async () => null,
    signInPath: null,
    signOutPath: null,
  });
  const site = await makeRoot({ profile: "SITE_SERVER", commonName: "localhost", names: ["localhost"] });
  const server = createServer({ cert: site.pem, key: site.keyPem }, app);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const client = new Worker(new URL("./page-client.ts", import.meta.url), {
    workerData: { url: `${url}/requests?state=ALL`, pauseMs: PAUSE_MS },
  });
  await once(client, "message");
  return {
    async stop() {
      client.postMessage("stop");
      const [times] = (await once(client, "message")) as [number[]];
      server.closeAllConnections();
      server.close();
      return summary(times.toSorted((a, b) => a - b));
    },
  };
}

const summary = (times: readonly number[]): PageTimes => ({
  asked: times.length,
  p50: times[Math.floor(times.length * 0.5)] ?? 0,
  p95: times[Math.floor(times.length * 0.95)] ?? 0,
  longest: times.at(-1) ?? 0,
});
