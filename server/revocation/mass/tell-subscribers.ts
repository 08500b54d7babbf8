import { and, asc, eq } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Executor, Reader } from "../../db/index.ts";
import { catalogue } from "../../i18n/index.ts";
import { tenantOf } from "../../kernel/actor.ts";
import { timeInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import { type Mail, queueMails } from "../../outbox/index.ts";
import { displayName, type Parties, partiesOf, requestTables } from "../../requests/index.ts";
import type { ExecutionDeps } from "../execute-due-revocations.ts";
import type { MailFrame } from "../mails.ts";
import { planOf } from "./mass-revocation.ts";
import { massStore, type StoredMass } from "./store.ts";
import { massRevocationTables } from "./tables.ts";

/** Certificates that a mail names one by one; the page behind its link has them all. */
const LISTED = 50;

/**
 * Tells every subscriber of a case once: one mail to the operators, with all of its certificates, and one to each
 * address that hears of their issuance, with its own. Queued with the mark that says so, subscriber by subscriber, so
 * that a run that was broken off tells nobody twice.
 */
export async function tellSubscribers(
  deps: ExecutionDeps,
  mass: StoredMass,
  what: "toldOfPlanAt" | "toldOfEndAt",
): Promise<void> {
  for (;;) {
    const told = await deps.db.transact(async (tx) => {
      const now = deps.clock.now();
      const subscriberId = await massStore(tx).tellNext(mass.id, what, now);
      if (subscriberId !== null) await queueMails(tx, await mailsTo(tx, deps, mass, subscriberId, what, now));
      return subscriberId;
    });
    if (told === null) return;
  }
}

interface Concerned {
  readonly commonName: string;
  readonly serial: string;
  readonly issueNoticeEmail: string;
}

async function mailsTo(
  tx: Executor,
  frame: MailFrame,
  mass: StoredMass,
  subscriberId: Id,
  what: "toldOfPlanAt" | "toldOfEndAt",
  now: Temporal.Instant,
): Promise<Mail[]> {
  const parties = await partiesOf(tx, tenantOf(subscriberId));
  const all = await concerned(tx, mass.id, subscriberId);
  const mail = (
    to: readonly string[],
    site: "applicant" | "operator",
    those: readonly Concerned[],
  ): Mail => ({
    kind: what === "toldOfPlanAt" ? "mass-revocation-planned" : "mass-revocation-done",
    tenant: tenantOf(subscriberId),
    about: { kind: "massRevocation", id: mass.id },
    language: parties.language,
    from: frame.mailFrom,
    to,
    replyTo: [parties.noticeAddress],
    at: now,
    ...wording(mass, parties, those, what, `${frame.siteUrls[site]}/mass-revocations/${mass.id}`),
  });
  // H (domain.md 6) and the operators: who have to see to it that everything is replaced in time.
  const operators = mail([parties.noticeAddress, ...parties.operatorEmails], "operator", all);
  const byAddress = [...Map.groupBy(all, ({ issueNoticeEmail }) => issueNoticeEmail)];
  return [operators, ...byAddress.map(([address, those]) => mail([address], "applicant", those))];
}

function wording(
  mass: StoredMass,
  parties: Parties,
  those: readonly Concerned[],
  what: "toldOfPlanAt" | "toldOfEndAt",
  link: string,
): Pick<Mail, "subject" | "text"> {
  const { massRevocation: t, requests, revocation } = catalogue(parties.language);
  const words = t.mail[what === "toldOfPlanAt" ? "planned" : "done"];
  const when = `${timeInJapan(mass.executeAt)} JST`;
  const facts = [
    t.mail.line.ground(revocation.ground[mass.ground].name),
    t.mail.line.explanation(mass.explanation),
    ...(what === "toldOfPlanAt" ? [t.mail.line.when(when)] : []),
    t.mail.line.count(those.length),
  ];
  const list = those
    .slice(0, LISTED)
    .map(({ commonName, serial }) => t.mail.line.certificate(displayName(commonName), serial.toUpperCase()));
  if (those.length > LISTED) list.push(t.mail.line.more(those.length - LISTED));
  const next = what === "toldOfPlanAt" ? t.mail.planned.next[planOf(mass.ground)] : t.mail.done.next;
  return {
    subject: words.subject(those.length, when),
    text: [
      requests.mail.greeting(parties.name),
      words.opening,
      facts.join("\n"),
      next,
      link,
      list.join("\n"),
      requests.mail.closing,
    ].join("\n\n"),
  };
}

async function concerned(on: Reader, massRevocationId: Id, subscriberId: Id): Promise<Concerned[]> {
  const { massRevocationMembers: e } = massRevocationTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const { certificateRequests: r } = requestTables(on.columns);
  return on
    .select({ commonName: r.commonName, serial: c.serial, issueNoticeEmail: r.issueNoticeEmail })
    .from(e)
    .innerJoin(c, eq(c.id, e.certificateId))
    .innerJoin(r, eq(r.id, e.requestId))
    .where(and(eq(e.massRevocationId, massRevocationId), eq(e.subscriberId, subscriberId)))
    .orderBy(asc(r.commonName), asc(c.serial));
}
