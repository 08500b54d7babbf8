import type { RequestListener } from "node:http";
import path from "node:path";
import type { RequestHandler } from "express";
import type { Logger } from "pino";
import { DatabaseSessionStore, identifyApplicant, owesSecondFactor, passkeysOf } from "../accounts/index.ts";
import { dnsResolver, systemDnsResolver } from "../adapters/dns.ts";
import type { KeyFolder } from "../adapters/key-folder.ts";
import type { Passphrase } from "../adapters/passphrase-file.ts";
import {
  type AuthorityDeps,
  isOcspRequest,
  issuerOf,
  type OcspResponder,
  ocspHandler,
  repositoryHandler,
} from "../authority/index.ts";
import type { Config, SiteName } from "../config.ts";
import { databaseFile } from "../db/index.ts";
import { refusalPages } from "../http/certificate-required.ts";
import { clientCertificateDoor } from "../http/client-certificates.ts";
import {
  type HttpsListener,
  type Listener,
  listenHttp,
  listenHttps,
  listenMutualTls,
} from "../http/listeners.ts";
import type { Metrics } from "../http/metrics.ts";
import { createOpenSockets } from "../http/open-sockets.ts";
import { createRenderer } from "../http/render.ts";
import { sessions } from "../http/session.ts";
import { buildSite } from "../http/site.ts";
import type { SiteOptions } from "../http/site-options.ts";
import { loadAssets } from "../http/static.ts";
import { statusHandler } from "../http/status.ts";
import type { NavigationItem, Site } from "../http/view.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Clock } from "../kernel/clock.ts";
import { operatorAdmission, staffAdmission } from "../operators/index.ts";
import { toPem } from "../pki/index.ts";
import { exportsInThreads } from "../requests/index.ts";
import { revocationOf } from "../revocation/index.ts";
import { ownMassRevocations } from "../revocation/mass/index.ts";
import type { Work } from "../start/work.ts";
import { applicantNavigation, applicantSiteRoutes } from "./applicant.ts";
import { deskNavigation, deskSiteRoutes } from "./desk.ts";
import { healthChecks } from "./health-checks.ts";
import { operatorNavigation, operatorSiteRoutes } from "./operator.ts";
import { publicSiteRoutes } from "./public.ts";
import { heldSiteCertificate, siteCertificate } from "./site-certificate.ts";
import { viewerOf } from "./viewer.ts";

export type SiteUrls = Readonly<Record<SiteName | "status", string>>;

interface SitesOptions {
  readonly config: Config;
  readonly authority: AuthorityDeps;
  readonly keys: KeyFolder;
  readonly passphrase: Passphrase;
  readonly work: Work;
  readonly metrics: Metrics;
  readonly responder: OcspResponder;
  readonly clock: Clock;
  readonly log: Logger;
  readonly strictViews: boolean;
}

/** The sites' certificate has thirty days left when it is renewed: time enough to notice that it was not. */
const RENEW_EVERY = Temporal.Duration.from({ hours: 6 });

const ROOT = path.resolve(import.meta.dirname, "../..");

/** Opens the listeners of all sites; each is its own address, its own look and its own way in. */
export async function openSites(options: SitesOptions): Promise<{ urls: SiteUrls; close(): Promise<void> }> {
  const { config, authority, keys, passphrase, work, metrics, responder, clock, log } = options;
  const { db } = authority;
  const assets = loadAssets(path.join(ROOT, "static"));
  const renderer = createRenderer({
    viewsDir: path.join(ROOT, "views"),
    assets,
    strict: options.strictViews,
    cache: true,
  });
  const sockets = createOpenSockets();
  const url = (site: SiteName) => () => config.sites[site].url;
  const deps = {
    ...authority,
    responder,
    mailFrom: config.mailFrom,
    issuerName: config.issuerName,
    siteUrls: {
      public: config.sites.public.url,
      applicant: config.sites.applicant.url,
      operator: config.sites.operator.url,
      repository: config.sites.repository.url,
    },
    applicantUrl: url("applicant"),
    operatorUrl: url("operator"),
    deskUrl: url("desk"),
    dns: config.dnsResolver === null ? systemDnsResolver() : dnsResolver(config.dnsResolver),
    closeSockets: sockets.closeSockets,
    sealingKey: passphrase.derive("second-factors"),
    totpIssuer: `${config.issuerName} ${new URL(config.sites.operator.url).hostname}`,
    issue: (requestId: string) => work.issuance.issueNow(requestId),
    kickJobs: () => work.jobs.kick(),
    revocationOf: (certificateId: string) => revocationOf(db.read, certificateId, clock.now()),
    massRevocationsOf: (tenant: Tenant) => ownMassRevocations(db.read, tenant, clock.now()),
    exportRows: exportsInThreads({ url: config.databaseUrl, file: databaseFile(config.dataDir) }),
    publishSoon: () => work.schedule.kick("CRLs"),
    revokeSoon: () => work.schedule.kick("revocations"),
    kickMail: () => work.schedule.kick("mail"),
  };

  const secret = passphrase.derive("session-cookies").toString("base64");
  const sessionsOf = (site: Site): RequestHandler =>
    sessions({ site, secret, store: new DatabaseSessionStore({ db, clock, site }) });
  const site = <Deps>(
    name: Site & SiteName,
    routes: SiteOptions<Deps>["routes"],
    siteDeps: Deps,
    parts: Pick<SiteOptions<Deps>, "gate" | "identify"> & {
      navigation: (actor: Actor, t: Catalogue) => readonly NavigationItem[];
    },
  ) =>
    buildSite<Deps>({
      name,
      url: url(name),
      routes,
      deps: siteDeps,
      clock,
      log,
      metrics,
      renderer,
      assets,
      gate: parts.gate,
      sessions: sessionsOf(name),
      identify: parts.identify,
      owesSecondFactor: owesSecondFactor({ db, clock }),
      navigation: async (actor, language) => parts.navigation(actor, catalogue(language)),
      viewer: viewerOf(db),
      signInPath: name === "applicant" ? "/login" : null,
      signOutPath: name === "applicant" ? "/session/end" : null,
    });

  const nobody = async (): Promise<Actor> => ({ kind: "public" });
  const publicSite = site("public", publicSiteRoutes, deps, {
    gate: null,
    identify: nobody,
    navigation: () => [],
  });
  const applicantSite = site("applicant", applicantSiteRoutes, deps, {
    gate: null,
    identify: identifyApplicant({ db }),
    navigation: applicantNavigation,
  });
  const operatorDoor = clientCertificateDoor({
    admission: operatorAdmission({ db, clock }),
    clock,
    sockets,
    pages: refusalPages(renderer, "operator", clock.now()),
  });
  const operatorSite = site(
    "operator",
    operatorSiteRoutes,
    { ...deps, passkeys: passkeysOf(url("operator"), config.issuerName) },
    { gate: operatorDoor.gate, identify: operatorDoor.identify, navigation: operatorNavigation },
  );
  const deskDoor = clientCertificateDoor({
    admission: staffAdmission({ db, clock }),
    clock,
    sockets,
    pages: refusalPages(renderer, "desk", clock.now()),
  });
  const deskSite = site(
    "desk",
    deskSiteRoutes,
    { ...deps, passkeys: passkeysOf(url("desk"), config.issuerName) },
    { gate: deskDoor.gate, identify: deskDoor.identify, navigation: deskNavigation },
  );

  const hosts = (["public", "applicant", "operator", "desk"] as const).map(
    (name) => new URL(config.sites[name].url).hostname,
  );
  const tls = await heldSiteCertificate(() =>
    siteCertificate(authority, keys, passphrase.text, config.issuerName, hosts),
  );
  const root = await issuerOf(db.read, "STAFF_ROOT");
  const trustedRoot = toPem("CERTIFICATE", root.certificateDer);
  const at = (name: SiteName) => ({ host: config.sites[name].host, port: config.sites[name].port });
  const https = (name: SiteName, handler: RequestListener) => ({
    ...at(name),
    handler,
    key: tls.current().key,
    certificate: tls.current().certificate,
  });

  const listeners: Listener[] = [];
  const close = async () => {
    await Promise.all(listeners.map((listener) => listener.stop()));
  };
  const opened = (listener: HttpsListener) => {
    listeners.push(listener);
    tls.shownBy(listener);
  };
  try {
    opened(await listenHttps(https("public", publicSite)));
    opened(await listenHttps(https("applicant", applicantSite)));
    opened(
      await listenMutualTls({ ...https("operator", operatorSite), trustedRoot, door: operatorDoor.door }),
    );
    opened(await listenMutualTls({ ...https("desk", deskSite), trustedRoot, door: deskDoor.door }));
    work.schedule.everyFewSeconds("site certificate", RENEW_EVERY.total("seconds"), tls.renew);
    const repository = repositoryHandler({
      read: db.read,
      clock,
      onError: (error) => log.error({ err: error }, "the repository failed"),
    });
    const ocsp = ocspHandler({
      responder,
      onError: (error) => log.error({ err: error }, "the OCSP responder failed"),
    });
    const statusOrFile: RequestListener = (request, response) =>
      isOcspRequest(request.url ?? "") ? ocsp(request, response) : repository(request, response);
    listeners.push(await listenHttp({ ...at("repository"), handler: statusOrFile }));
    const status = statusHandler(
      healthChecks({ ...authority, responder }, () => tls.current().notAfter),
      metrics,
      (error) => log.error({ err: error }, "the status listener failed"),
    );
    listeners.push(await listenHttp({ host: "127.0.0.1", port: config.statusPort, handler: status }));
  } catch (error) {
    await close();
    throw error;
  }
  return {
    close,
    urls: {
      public: config.sites.public.url,
      applicant: config.sites.applicant.url,
      operator: config.sites.operator.url,
      desk: config.sites.desk.url,
      repository: config.sites.repository.url,
      status: `http://127.0.0.1:${config.statusPort}`,
    },
  };
}
