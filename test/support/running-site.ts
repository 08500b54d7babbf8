import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { type Logger, pino } from "pino";
import { onTestFinished } from "vitest";
import { DatabaseSessionStore } from "../../server/accounts/index.ts";
import type { Database } from "../../server/db/index.ts";
import { createMetrics } from "../../server/http/metrics.ts";
import { createRenderer } from "../../server/http/render.ts";
import { sessions } from "../../server/http/session.ts";
import { buildSite } from "../../server/http/site.ts";
import type { SiteOptions } from "../../server/http/site-options.ts";
import { loadAssets } from "../../server/http/static.ts";
import type { Clock } from "../../server/kernel/clock.ts";
import type { TestCertificate } from "./certificates.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const assets = loadAssets(path.join(ROOT, "static"));
const renderer = createRenderer({ viewsDir: path.join(ROOT, "views"), assets, strict: true, cache: true });

/** One site on a port of its own, with strict templates and sessions in the database; gives its address. */
export async function runningSite<Deps>(
  given: Pick<
    SiteOptions<Deps>,
    "name" | "routes" | "deps" | "clock" | "identify" | "owesSecondFactor" | "signInPath" | "signOutPath"
  > & {
    readonly db: Database;
    readonly clock: Clock;
    readonly certificate: TestCertificate;
    readonly log?: Logger;
  },
): Promise<string> {
  let url = "https://localhost";
  const store = new DatabaseSessionStore({ db: given.db, clock: given.clock, site: given.name });
  const app = buildSite({
    ...given,
    url: () => url,
    log: given.log ?? pino({ level: "silent" }),
    metrics: createMetrics(),
    gate: null,
    renderer,
    assets,
    sessions: sessions({ site: given.name, secret: "a secret of this test", store }),
    navigation: async () => [],
    viewer: async () => null,
  });
  const { pem: cert, keyPem: key } = given.certificate;
  const server = createServer({ cert, key }, app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => void (await new Promise((resolve) => server.close(resolve))));
  url = `https://localhost:${(server.address() as AddressInfo).port}`;
  return url;
}
