import path from "node:path";
import type { Logger } from "pino";
import { externalLinter } from "./adapters/external-linter.ts";
import type { KeyFolder } from "./adapters/key-folder.ts";
import { keyFolder } from "./adapters/key-folder.ts";
import { openPassphraseFile, type Passphrase } from "./adapters/passphrase-file.ts";
import { refusedPinsIn } from "./adapters/refused-pins.ts";
import { type AuthorityDeps, establishHierarchies, loadSigners } from "./authority/index.ts";
import type { Config } from "./config.ts";
import { type Database, databaseFile, openDatabase, takeDataFolder } from "./db/index.ts";
import { createMetrics } from "./http/metrics.ts";
import type { Clock } from "./kernel/clock.ts";
import { jobHandlers } from "./sites/job-handlers.ts";
import { openSites, type SiteUrls } from "./sites/open-sites.ts";
import { configuredToken } from "./start/configured-token.ts";
import { type FirstAdministrator, firstAdministrator, type OneTimeSecrets } from "./start/first-start.ts";
import { fixedIssuerName } from "./start/issuer-name.ts";
import { STATUS_CHANGES, startResponder } from "./start/responder.ts";
import { statusMetrics, watchStatus } from "./start/status-watch.ts";
import { loadWeakKeys } from "./start/weak-keys.ts";
import { startWork, type Work } from "./start/work.ts";

/** What a start needs besides its configuration. */
export interface StartOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly secrets: OneTimeSecrets;
  /** Templates throw on anything undefined: tests and development. */
  readonly strictViews: boolean;
  /** Named points of issuance, where tests end the process. */
  readonly step?: (name: string) => Promise<void>;
}

/** A running server. */
export interface Inkan {
  readonly config: Config;
  readonly db: Database;
  readonly urls: SiteUrls;
  /** Set when this start made the hierarchies or the first administrator. */
  readonly first: { readonly hierarchies: boolean; readonly administrator: FirstAdministrator | null };
  readonly authority: AuthorityDeps;
  readonly keys: KeyFolder;
  readonly passphrase: Passphrase;
  /** Ends gracefully: answers what runs, then work, listeners and database. */
  close(): Promise<void>;
}

/**
 * Starts everything: folder, database, hierarchies, keys, work in the background, sites. At first start it makes what
 * is missing; later it only opens it. Problems: data-folder-in-use, database-unreachable, schema-newer,
 * key-file-unsafe, passphrase-wrong, passphrase-missing, keys-of-another-database, issuer-name-fixed, and those of a
 * token (adapters/signer-pkcs11.ts) where one is configured.
 */
export async function startInkan(given: Config, options: StartOptions): Promise<Inkan> {
  const closers: (() => Promise<void> | void)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const folder = takeDataFolder(given.dataDir);
    closers.push(() => folder.release());
    await loadWeakKeys(given.weakKeysDir);
    const db = await openDatabase({ url: given.databaseUrl, file: databaseFile(given.dataDir) });
    closers.push(() => db.close());

    const keys = keyFolder(path.join(given.certsDir, "keys"));
    await keys.refuseUnsafe();
    const passphrase = await openPassphraseFile(given.passphraseFile, await keys.names());
    const token =
      given.token &&
      (await configuredToken(given.token, "INKAN_PKCS11_PIN_FILE", undefined, refusedPinsIn(given.dataDir)));
    if (token) closers.push(() => token.close());
    const { clock, secrets } = options;
    const step = options.step ?? (async () => {});
    const hierarchies = await establishHierarchies({
      db,
      clock,
      step,
      keys,
      passphrase: passphrase.text,
      tokens: { online: token, root: null },
      onlineKeys: given.onlineKeys,
      issuerName: given.issuerName,
      repositoryUrl: given.sites.repository.url,
      revealRootPassphrase: (text) =>
        secrets.reveal("Passphrase of the customers' root key (keep it offline)", text),
    });
    const config: Config = { ...given, issuerName: await fixedIssuerName(db, clock, given) };
    let started: Work | null = null;
    const authority: AuthorityDeps = {
      db,
      clock,
      signers: await loadSigners(db.read, keys, passphrase.text, token),
      instance: config.instance,
      lease: config.issuanceLease,
      repositoryUrl: config.sites.repository.url,
      ...(config.externalLinter === null ? {} : { externalLinter: externalLinter(config.externalLinter) }),
      step,
      statusChanged: () => started?.schedule.kick(STATUS_CHANGES),
    };
    const administrator = await firstAdministrator(
      { ...authority, issuerName: config.issuerName },
      config.dataDir,
      config.administrator,
      secrets,
    );

    const metrics = createMetrics();
    const work = await startWork(config, authority, options.log, jobHandlers(authority));
    started = work;
    closers.push(() => work.stop());
    const responder = await startResponder(config, authority, work.schedule, keys, passphrase);
    statusMetrics(metrics.registry, { db, clock, responder });
    const watch = watchStatus({ db, clock, responder, log: options.log });
    closers.push(() => watch.stop());
    const sites = await openSites({
      config,
      authority,
      keys,
      passphrase,
      work,
      metrics,
      responder,
      ...options,
    });
    closers.push(() => sites.close());
    return {
      config,
      db,
      urls: sites.urls,
      first: { hierarchies, administrator },
      authority,
      keys,
      passphrase,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
