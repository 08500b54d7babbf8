import type { Logger } from "pino";
import { sweepSessions, sweepThrottles } from "../accounts/index.ts";
import { smtpMailer } from "../adapters/mail.ts";
import { type AuthorityDeps, publishDueCrls } from "../authority/index.ts";
import type { Config } from "../config.ts";
import { type IssuanceWorker, issuanceWorker } from "../issuance/index.ts";
import { type JobHandler, jobRunner, type Runner, type Schedule, schedule } from "../jobs/index.ts";
import { lintEveryNight } from "../linting/index.ts";
import { deliverMails } from "../outbox/index.ts";
import { executeDueRevocations, type MailFrame, sweepBlockedKeys } from "../revocation/index.ts";
import { settleMassRevocations } from "../revocation/mass/index.ts";
import { replaceIssued } from "../revocation/replacement/index.ts";
import { warnOfDeadlines } from "../revocation/reports/index.ts";

/** Everything that happens without anybody asking at that moment. */
export interface Work {
  readonly issuance: IssuanceWorker;
  readonly jobs: Runner;
  readonly schedule: Schedule;
  stop(): Promise<void>;
}

/** What jobs need of the rest of the work. */
export interface JobWork extends MailFrame {
  readonly issuance: IssuanceWorker;
  readonly publishSoon: () => void;
}

const SWEEP = Temporal.Duration.from({ seconds: 5 });

/** Starts issuance, jobs, mail, CRLs and sweeping; each looks after itself and reports what it cannot mend. */
export async function startWork(
  config: Config,
  authority: AuthorityDeps,
  log: Logger,
  handlers: (work: JobWork) => Readonly<Record<string, JobHandler>>,
): Promise<Work> {
  const { db, clock, instance } = authority;
  const report = (error: unknown, what: string) => log.error({ err: error, what }, "background work failed");
  const siteUrls = { applicant: config.sites.applicant.url, operator: config.sites.operator.url };
  const frame: MailFrame = { mailFrom: config.mailFrom, siteUrls };
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
  const times = schedule(report);
  const publishSoon = () => times.kick("CRLs");
  const jobWork: JobWork = { ...frame, issuance, publishSoon };
  const jobs = jobRunner({ db, clock, owner: instance, handlers: handlers(jobWork), report });
  let stopping = false;
  const revokeDue = async () => {
    const revoked = await executeDueRevocations({ ...frame, db, clock }, () => stopping);
    if (revoked > 0) publishSoon();
  };

  if (config.smtpUrl !== null) {
    const mailer = smtpMailer(config.smtpUrl);
    times.everyFewSeconds("mail", 2, () => deliverMails({ db, clock, mailer, owner: instance }));
  }
  times.everyFewSeconds("revocations", 5, revokeDue);
  times.everyFewSeconds("blocked keys", 60, async () => {
    if ((await sweepBlockedKeys({ ...frame, db, clock }, () => stopping)) > 0) publishSoon();
  });
  times.everyFewSeconds("mass revocations", 15, () => settleMassRevocations({ ...frame, db, clock }));
  times.everyFewSeconds("CRLs", 60, () => publishDueCrls(authority));
  const { mailFrom, issuerName } = config;
  const deskUrl = () => config.sites.desk.url;
  times.everyFewSeconds("problem reports", 60, async () => {
    for (const warning of await warnOfDeadlines({ db, clock, mailFrom, issuerName, deskUrl })) {
      log.warn(
        { ...warning, dueAt: warning.dueAt.toString() },
        "a problem report's deadline is near or has passed",
      );
    }
  });
  times.at("linting of everything alive", "0 4 * * *", () => lintEveryNight({ db, clock }));
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
      stopping = true;
      await times.stop();
      await jobs.stop();
      await issuance.stop();
    },
  };
}
