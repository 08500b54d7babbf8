import { type AuditLine, auditTrail } from "../audit/index.ts";
import { type CrlHealth, crlHealth, type OcspHealth, type OcspResponder } from "../authority/index.ts";
import type { Database, Reader } from "../db/index.ts";
import { type DeskCounts, deskCounts, type EndingContract, endingContracts } from "../enrolment/index.ts";
import { page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { type FailedIssuance, failedIssuances } from "../issuance/index.ts";
import { type Clock, dayInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { type OperatorToAttend, operatorsAwaitingCertificate, operatorsToRenew } from "../operators/index.ts";
import { type LapsingOrganization, lapsingOrganizations, subscriberNames } from "../organizations/index.ts";
import { type FailedMail, failedMails } from "../outbox/index.ts";
import { type OrderLine, urgentOrders } from "../revocation/index.ts";
import { type RunningReports, runningReports } from "../revocation/reports/index.ts";

/** What the desk opens with: what needs somebody first, then how everything stands. */
export interface DeskHome {
  readonly today: Temporal.PlainDate;
  readonly quiet: boolean;
  readonly reports: RunningReports;
  readonly contracts: readonly EndingContract[];
  readonly organizations: readonly LapsingOrganization[];
  readonly awaiting: readonly OperatorToAttend[];
  readonly renewals: readonly OperatorToAttend[];
  readonly mails: { readonly total: number; readonly latest: readonly FailedMail[] };
  readonly issuances: { readonly total: number; readonly latest: readonly FailedIssuance[] };
  readonly revocations: { readonly total: number; readonly latest: readonly OrderLine[] };
  /** The complete ones, and those partitions that need somebody. */
  readonly crls: readonly CrlHealth[];
  /** Those that need somebody. */
  readonly responders: readonly OcspHealth[];
  readonly counts: DeskCounts;
  readonly audit: readonly (AuditLine & { readonly subscriberName: string | null })[];
}

const CONTRACT_DAYS = 60;
const VETTING_DAYS = 60;
const CERTIFICATE_DAYS = 30;
const FAILURE_DAYS = 30;
const REVOCATION_DAYS = 2;
const SHOWN = 5;

const hours = (days: number) => ({ hours: 24 * days });

/** Every feature's own word on what needs attention, gathered for the front page. */
async function deskHome(
  on: Reader,
  responder: Pick<OcspResponder, "health">,
  now: Temporal.Instant,
): Promise<DeskHome> {
  const today = dayInJapan(now);
  const reports = await runningReports(on, SHOWN, now);
  const contracts = await endingContracts(on, today.add({ days: CONTRACT_DAYS }), SHOWN);
  const organizations = await lapsingOrganizations(on, now.add(hours(VETTING_DAYS)), SHOWN);
  const awaiting = await operatorsAwaitingCertificate(on, SHOWN);
  const renewals = await operatorsToRenew(on, now.add(hours(CERTIFICATE_DAYS)), SHOWN);
  const mails = await failedMails(on, now.subtract(hours(FAILURE_DAYS)), SHOWN);
  const issuances = await failedIssuances(on, now.subtract(hours(FAILURE_DAYS)), SHOWN);
  const revocations = await urgentOrders(on, now.add(hours(REVOCATION_DAYS)), SHOWN, now);
  const crls = (await crlHealth(on, now)).filter(
    ({ partition, state }) => partition === 0 || state !== "fresh",
  );
  const responders = responder.health(now).filter(({ state }) => state !== "fresh");
  const waiting = [
    reports.first,
    revocations.latest,
    contracts,
    organizations,
    awaiting,
    renewals,
    mails.latest,
    issuances.latest,
  ];
  return {
    today,
    quiet:
      waiting.every((list) => list.length === 0) &&
      responders.length === 0 &&
      crls.every(({ state }) => state === "fresh"),
    reports,
    contracts,
    organizations,
    awaiting,
    renewals,
    mails,
    issuances,
    revocations,
    crls,
    responders,
    counts: await deskCounts(on, now),
    audit: await latestAudit(on),
  };
}

async function latestAudit(on: Reader): Promise<DeskHome["audit"]> {
  const { lines } = await auditTrail(on, null, { limit: 10 });
  const ids: Id[] = lines.map(({ tenant }) => tenant).filter((tenant) => tenant !== "system");
  const names = await subscriberNames(on, ids);
  return lines.map((line) => ({ ...line, subscriberName: names.get(line.tenant)?.name ?? null }));
}

const homeView = view<DeskHome>("desk/home/show");
const route = routesOf<{
  readonly db: Database;
  readonly clock: Clock;
  readonly responder: Pick<OcspResponder, "health">;
}>();

export const deskHomeRoute = route({
  method: "GET",
  path: "/",
  permission: "staff",
  handle: async ({ deps }) => page(homeView, await deskHome(deps.db.read, deps.responder, deps.clock.now())),
});
