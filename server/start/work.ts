import type { Logger } from "pino";
import { sweepSessions, sweepThrottles } from "../accounts/index.ts";
import { smtpMailer } from "../adapters/mail.ts";
import { type AuthorityDeps, publishDueCrls } from "../authority/index.ts";
import type { Config } from "../config.ts";
import { type IssuanceWorker, issuanceWorker } from "../issuance/index.ts";
import { type JobHandler, jobRunner, type Runner, type Schedule, schedule } from "../jobs/index.ts";
import { deliverMails } from "../outbox/index.ts";
import { replaceIssued } from "../revocation/replacement/index.ts";

/** Everything that happens without anybody asking at that moment. */
export interface Work {
  readonly issuance: IssuanceWorker;
  readonly jobs: Runner;
  readonly schedule: Schedule;
  stop(): Promise<void>;
}

const SWEEP = Temporal.Duration.from({ seconds: 5 });

/** Starts issuance, jobs, mail, CRLs and sweeping; each looks after itself and reports what it cannot mend. */
export async function startWork(
  config: Config,
  authority: AuthorityDeps,
  log: Logger,
  handlers: (issuance: IssuanceWorker) => Readonly<Record<string, JobHandler>>,
): Promise<Work> {
  const { db, clock, instance } = authority;
  const report = (error: unknown, what: string) => log.error({ err: error, what }, "background work failed");
  const siteUrls = { applicant: config.sites.applicant.url, operator: config.sites.operator.url };
  const issuance = issuanceWorker(
    {
      ...authority,
      mailFrom: config.mailFrom,
      siteUrls,
      alsoStored: replaceIssued({ mailFrom: config.mailFrom, siteUrls }),
      onDefect: (error, requestId) => report(error, `issuance of request ${requestId}`),
    },
    { sweepEvery: SWEEP, onError: (error) => report(error, "issuance") },
  );
  const jobs = jobRunner({ db, clock, owner: instance, handlers: handlers(issuance), report });

  const times = schedule(report);
  if (config.smtpUrl !== null) {
    const mailer = smtpMailer(config.smtpUrl);
    times.everyFewSeconds("mail", 2, () => deliverMails({ db, clock, mailer, owner: instance }));
  }
  times.everyFewSeconds("CRLs", 60, () => publishDueCrls(authority));
  times.everyFewSeconds("sessions", 300, () => db.transact((tx) => sweepSessions(tx, clock.now())));
  times.everyFewSeconds("throttles", 300, () => db.transact((tx) => sweepThrottles(tx, clock.now())));

  await publishDueCrls(authority);
  issuance.kick();
  jobs.start();
  return {
    issuance,
    jobs,
    schedule: times,
    async stop() {
      await times.stop();
      await jobs.stop();
      await issuance.stop();
    },
  };
}
