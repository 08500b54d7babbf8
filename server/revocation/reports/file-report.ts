import { countOn, networkOf, type ThrottlePolicy, throttleKey } from "../../accounts/index.ts";
import { appendAudit } from "../../audit/index.ts";
import { type Database, type Executor, isUniqueViolation } from "../../db/index.ts";
import { PUBLIC, system } from "../../kernel/actor.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type Id, newId } from "../../kernel/ids.ts";
import { Problem } from "../../kernel/problem.ts";
import { queueMails } from "../../outbox/index.ts";
import type { MailFrame } from "../mails.ts";
import { evidenceOfReport } from "../notice.ts";
import { type BlockedKeys, blockKeys } from "./block-keys.ts";
import { deskAddresses } from "./correspondents.ts";
import { arrivedMail, type Consequence, type ReportMailFrame, receiptMail } from "./mails.ts";
import { type Match, matchCertificates } from "./match-certificates.ts";
import { clockOf, newReportNumber, nextDueAt } from "./report.ts";
import type { ReportEntry } from "./report-form.ts";
import { reportStore, type StoredReport } from "./store.ts";
import { reportTables } from "./tables.ts";

export interface ReportDeps extends MailFrame, ReportMailFrame {
  readonly db: Database;
  readonly clock: Clock;
  readonly kickMail: () => void;
  /** Has the CRLs published at once where something was revoked. */
  readonly publishSoon: () => void;
}

/** What a reporter is told on the spot. */
export interface FiledReport {
  readonly receiptNumber: string;
  readonly receivedAt: Temporal.Instant;
  readonly preliminaryDueAt: Temporal.Instant;
  readonly proven: Consequence | null;
  readonly mailed: boolean;
}

const minutes = (count: number) => Temporal.Duration.from({ minutes: count });

/** A reporter with a list of cases has room for it and then waits minutes, never hours. */
const REPORTS_PER_ADDRESS: ThrottlePolicy = {
  free: 20,
  freeUnderAttack: 20,
  window: minutes(60),
  wait: minutes(1),
  longestWait: minutes(5),
};

/** One receipt an hour: an address may be somebody else's, whose mailbox must not be filled. */
const RECEIPTS_PER_MAILBOX: ThrottlePolicy = {
  free: 1,
  freeUnderAttack: 1,
  window: minutes(60),
  wait: minutes(60),
  longestWait: minutes(60),
};

/** The desk reads its list; beyond this many an hour, mails would only hide each other. */
const MAILS_TO_THE_DESK: ThrottlePolicy = {
  free: 30,
  freeUnderAttack: 30,
  window: minutes(60),
  wait: minutes(10),
  longestWait: minutes(30),
};

const REPORTS = system("problem-reports");

/**
 * Files a report of whoever it is (BR 4.9.3). Its clocks start now. Where its proof holds, the key is blocked and the
 * revocation of what carries it is ordered in the same transaction; if nothing else is left to look into, the report
 * is decided with that, and the mails of this moment are its preliminary report. The same check page sent twice is
 * one report.
 * Problem: too-many-attempts
 */
export async function fileReport(
  deps: ReportDeps,
  entry: ReportEntry,
  submissionKey: string,
  address: string,
): Promise<FiledReport> {
  const { db, clock } = deps;
  const now = clock.now();
  const known = await sentBefore(deps, submissionKey);
  if (known) return known;
  const wait = await countOn(db, throttleKey("problem-report", networkOf(address)), REPORTS_PER_ADDRESS, now);
  if (wait !== null) throw new Problem("too-many-attempts", { retryAfterSeconds: wait });
  const { reporterEmail: mailbox } = entry;
  const mayMail =
    mailbox !== null &&
    (await countOn(
      db,
      throttleKey("problem-report-mail", mailbox.toLowerCase()),
      RECEIPTS_PER_MAILBOX,
      now,
    )) === null;
  const mayTell = (await countOn(db, throttleKey("problem-report-desk"), MAILS_TO_THE_DESK, now)) === null;
  try {
    return await carriedOut(deps, (tx) => store(tx, deps, entry, { submissionKey, mayMail, mayTell }, now));
  } catch (error) {
    const { problemReports } = reportTables(db.read.columns);
    const twin =
      isUniqueViolation(error, problemReports.submissionKey) && (await sentBefore(deps, submissionKey));
    if (twin) return twin;
    throw error;
  }
}

async function carriedOut(
  deps: ReportDeps,
  work: (tx: Executor) => Promise<FiledReport>,
): Promise<FiledReport> {
  const filed = await deps.db.transact(work);
  deps.kickMail();
  if (filed.proven !== null) deps.publishSoon();
  return filed;
}

async function sentBefore({ db }: ReportDeps, submissionKey: string): Promise<FiledReport | null> {
  const known = await db.transact((tx) => reportStore(tx).sentBefore(submissionKey));
  return known && { ...toldOf(known), proven: null, mailed: false };
}

const toldOf = ({ receiptNumber, receivedAt, preliminaryDueAt }: StoredReport) => ({
  receiptNumber,
  receivedAt,
  preliminaryDueAt,
});

interface Filing {
  readonly submissionKey: string;
  readonly mayMail: boolean;
  readonly mayTell: boolean;
}

async function store(
  tx: Executor,
  deps: ReportDeps,
  entry: ReportEntry,
  { submissionKey, mayMail, mayTell }: Filing,
  now: Temporal.Instant,
): Promise<FiledReport> {
  const reports = reportStore(tx);
  const { proof, ...told } = entry;
  const spkiSha256 = proof?.spkiSha256 ?? null;
  let report: StoredReport = {
    ...told,
    id: newId(),
    receiptNumber: newReportNumber(now),
    submissionKey,
    proof: proof?.result ?? "NONE",
    proofKind: proof?.kind ?? null,
    spkiSha256,
    keyDescription: proof?.key ?? null,
    state: "OPEN",
    receivedAt: now,
    ...clockOf(entry.category, now),
    preliminarySentAt: null,
    nextDueAt: null,
    preliminaryWarned: "CALM",
    decisionWarned: "CALM",
    assigneeId: null,
    ground: null,
    decisionReason: null,
    decidedAt: null,
    decidedBy: null,
    version: 1,
  };
  report = { ...report, nextDueAt: nextDueAt(report) };
  await reports.add(report);
  await reports.note(report.id, "RECEIVED", PUBLIC, now);
  const matches = await matchCertificates(tx, { ...told, spkiSha256 }, now);
  await reports.attach(report.id, matches, now);

  const blocked =
    proof?.result === "PROVEN" ? await blockProven(tx, deps, report, proof.spkiSha256, now) : null;
  if (blocked !== null) report = await settle(tx, report, matches, blocked, now);
  const proven = blocked && {
    certificates: blocked.ordered.length,
    perhapsMore: blocked.perhapsMore,
    executeAt: blocked.executeAt,
  };
  const { reporterEmail } = report;
  // Whose key brought certificates down hears of it in any case: that cannot be repeated at will.
  const mailed = reporterEmail !== null && (mayMail || (proven?.certificates ?? 0) > 0);
  const desk = await deskAddresses(tx);
  await queueMails(tx, [
    ...(mailed ? [receiptMail({ ...report, reporterEmail }, proven, deps)] : []),
    ...(desk.length > 0 && (mayTell || (proven?.certificates ?? 0) > 0)
      ? [arrivedMail(report, desk, deps)]
      : []),
  ]);
  await appendAudit(tx, [
    {
      tenant: "system",
      at: now,
      actor: PUBLIC,
      action: "problem-report.filed",
      subject: { kind: "problemReport", id: report.id },
      details: {
        receiptNumber: report.receiptNumber,
        category: report.category,
        proof: report.proof,
        ...(spkiSha256 === null ? {} : { spkiSha256 }),
        certificates: matches.map(({ certificateId }) => certificateId),
        ordered: [...(blocked?.ordered ?? [])],
      },
    },
  ]);
  return { ...toldOf(report), proven, mailed };
}

/** Later entries of the same chain follow in `store`: "system" comes after every tenant (audit/append.ts). */
async function blockProven(
  tx: Executor,
  deps: ReportDeps,
  report: StoredReport,
  spkiSha256: string,
  now: Temporal.Instant,
): Promise<BlockedKeys> {
  const reports = reportStore(tx);
  const blocked = await blockKeys(
    tx,
    deps,
    REPORTS,
    {
      keys: [{ spkiSha256, evidence: evidenceOfReport(report.receiptNumber) }],
      origin: { kind: "problem-report", id: report.id },
      receiptNumber: report.receiptNumber,
      knownAt: report.receivedAt,
    },
    now,
  );
  await reports.note(report.id, "KEY_BLOCKED", REPORTS, now, spkiSha256);
  if (blocked.ordered.length > 0) {
    await reports.note(report.id, "REVOCATIONS_ORDERED", REPORTS, now, String(blocked.ordered.length));
  }
  return blocked;
}

/**
 * Is there nothing left for people to find out? Then the proof has decided the report: every certificate of the key is
 * seen to, or there is none and none was asked about.
 */
async function settle(
  tx: Executor,
  report: StoredReport,
  matches: readonly Match[],
  { ordered, settled }: BlockedKeys,
  now: Temporal.Instant,
): Promise<StoredReport> {
  const done: ReadonlySet<Id> = new Set([...ordered, ...settled]);
  const { domain, serial, fingerprint, certificateDer } = report;
  const named = [domain, serial, fingerprint, certificateDer].some((value) => value !== null);
  if (matches.some(({ certificateId }) => !done.has(certificateId))) return report;
  if (done.size === 0 && named) return report;
  const revoked = done.size > 0;
  const reports = reportStore(tx);
  await reports.note(report.id, revoked ? "UPHELD" : "DISMISSED", REPORTS, now);
  return reports.change(report, {
    state: revoked ? "REVOCATION_ORDERED" : "DISMISSED",
    ground: revoked ? "KEY_COMPROMISE" : null,
    preliminarySentAt: now,
    decidedAt: now,
    decidedBy: REPORTS.name,
  });
}
