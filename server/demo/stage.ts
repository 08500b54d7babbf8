import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Logger } from "pino";
import { type Inkan, startInkan } from "../app.ts";
import { issuerOf } from "../authority/index.ts";
import { systemClock } from "../kernel/clock.ts";
import { newId } from "../kernel/ids.ts";
import { lintEverythingAlive } from "../linting/index.ts";
import { toPem } from "../pki/index.ts";
import { oneTimeSecrets } from "../start/first-start.ts";
import { type Access, readAccess, writeAccess } from "./access-file.ts";
import { type BuiltSubscriber, buildStaff, buildSubscriber } from "./build-cast.ts";
import { CAST } from "./cast.ts";
import { type DemoDns, startDemoDns } from "./dns-server.ts";
import { type MailSink, startMailSink } from "./mail-sink.ts";
import { playMassRevocations } from "./mass-revocations.ts";
import { type DemoPlaces, demoConfig, demoPlaces } from "./places.ts";
import { playReports } from "./problem-reports.ts";
import { playRevocations } from "./revocations.ts";
import { playStory } from "./story.ts";
import { toolsPage } from "./tools-page.ts";

/** A running demonstration. */
export interface Demo {
  readonly inkan: Inkan;
  readonly access: Access;
  readonly dns: DemoDns;
  readonly mails: MailSink;
  close(): Promise<void>;
}

export interface DemoOptions {
  /** Everything lies below this folder. */
  readonly folder: string;
  readonly environment: Record<string, string | undefined>;
  readonly log: Logger;
  /** Also play the story of requests, or only set the stage. */
  readonly story: boolean;
  readonly strictViews: boolean;
  readonly tell: (line: string) => void;
}

/**
 * Starts the server with mail and DNS on loopback and, the first time, fills it through the product's own use cases.
 * A first time that was interrupted leaves no access file; the next start clears the folder and begins again.
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const places = demoPlaces(options.folder, options.environment);
  const known = await readAccess(places.accessFile);
  if (known === null) await rm(places.folder, { recursive: true, force: true });
  await mkdir(places.folder, { recursive: true, mode: 0o700 });

  const mails = await startMailSink();
  const dns = await startDemoDns();
  const closers: (() => Promise<void>)[] = [() => dns.close(), () => mails.close()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const config = demoConfig(places, { smtpUrl: mails.url, dnsResolver: dns.address }, options.environment);
    const notATerminal = { isTTY: false } as NodeJS.WriteStream;
    const secrets = oneTimeSecrets(config.dataDir, notATerminal, systemClock.now());
    const { log, strictViews } = options;
    const inkan = await startInkan(config, { clock: systemClock, log, secrets, strictViews });
    closers.push(() => inkan.close());
    closers.push(await openTools(places, mails, dns));
    const access = await currentAccess(options, { inkan, dns, places }, known);
    await writeAccess(places.accessFile, access);
    return { inkan, access, dns, mails, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openTools(places: DemoPlaces, mails: MailSink, dns: DemoDns): Promise<() => Promise<void>> {
  const server = createServer(toolsPage(mails, dns));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(places.mailViewerPort, "127.0.0.1", resolve);
  });
  return async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}

async function currentAccess(
  { story, tell }: DemoOptions,
  stage: { inkan: Inkan; dns: DemoDns; places: DemoPlaces },
  known: Access | null,
): Promise<Access> {
  const { inkan, dns, places } = stage;
  const mailbox = `http://localhost:${places.mailViewerPort}`;
  const pem = async (role: "STAFF_ROOT" | "CUSTOMER_ROOT") =>
    toPem("CERTIFICATE", (await issuerOf(inkan.db.read, role)).certificateDer);
  const common = {
    sites: { ...inkan.urls, mailbox },
    staffRoot: await pem("STAFF_ROOT"),
    customerRoot: await pem("CUSTOMER_ROOT"),
    dns: { server: dns.address, page: `${mailbox}/dns` },
  };
  if (known) return { ...known, ...common };

  tell("はじめての起動です。デモのデータを作成しています… / First start: making the demo's data…");
  const staff = {
    admin: await buildStaff(stage, {
      key: "admin",
      name: "管理 太郎",
      email: "kanri@ca.example.jp",
      roles: ["ADMINISTRATOR"],
    }),
    vetter: await buildStaff(stage, {
      key: "vetter",
      name: "審査 花",
      email: "shinsa@ca.example.jp",
      roles: ["VETTER"],
    }),
  };
  const built: BuiltSubscriber[] = [];
  for (const cast of CAST) built.push(await buildSubscriber(stage, cast));
  if (story) {
    await playStory(inkan, places, built);
    await playRevocations(inkan, built);
    await playMassRevocations(inkan, built);
    await playReports(inkan);
    await lintEverythingAlive(inkan.authority, newId());
  }
  const subscribers = Object.fromEntries(
    built.map(({ key, tenant, organizationId, logins, operators }) => [
      key,
      { tenant, organizationId, logins, operators },
    ]),
  );
  return { ...common, staff, subscribers };
}
