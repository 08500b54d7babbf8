import { accountDeskRoutes, secondFactorRoutes } from "../accounts/index.ts";
import { auditDeskRoutes } from "../audit/index.ts";
import { statusDeskRoutes } from "../authority/index.ts";
import { domainDeskRoutes } from "../domains/index.ts";
import { subscriberDeskRoutes } from "../enrolment/index.ts";
import { languageRoute } from "../http/language-route.ts";
import type { NavigationItem } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { lintingDeskRoutes } from "../linting/index.ts";
import { operatorsDeskRoutes } from "../operators/index.ts";
import { organizationDeskRoutes, subscriberNames, subscriberWithSiteId } from "../organizations/index.ts";
import { certificateDeskRoutes } from "../requests/index.ts";
import { deskRevocationRoutes } from "../revocation/index.ts";
import { massRevocationDeskRoutes } from "../revocation/mass/index.ts";
import { problemReportDeskRoutes } from "../revocation/reports/index.ts";
import { deskHomeRoute } from "./desk-home.ts";

/** 審査デスク: opens only to the client certificates of the issuing company's staff. */
export const deskSiteRoutes = [
  languageRoute,
  ...secondFactorRoutes("staff"),
  deskHomeRoute,
  ...subscriberDeskRoutes,
  ...certificateDeskRoutes,
  ...organizationDeskRoutes,
  ...domainDeskRoutes,
  ...accountDeskRoutes,
  ...operatorsDeskRoutes,
  ...deskRevocationRoutes,
  ...massRevocationDeskRoutes,
  ...problemReportDeskRoutes,
  ...lintingDeskRoutes,
  ...statusDeskRoutes,
  ...auditDeskRoutes({ of: subscriberNames, withSiteId: subscriberWithSiteId }),
];

export function deskNavigation(actor: Actor, t: Catalogue): readonly NavigationItem[] {
  if (actor.kind !== "staff") return [];
  const { nav } = t.desk;
  return [
    { path: "/", label: nav.home, count: null },
    { path: "/subscribers", label: nav.subscribers, count: null },
    { path: "/certificates", label: nav.certificates, count: null },
    { path: "/revocations", label: t.revocation.desk.nav, count: null },
    { path: "/mass-revocations", label: t.massRevocation.title, count: null },
    { path: "/problem-reports", label: t.problemReports.desk.nav, count: null },
    { path: "/compromised-keys", label: t.problemReports.desk.navKeys, count: null },
    { path: "/staff", label: nav.staff, count: null },
    { path: "/lint-reports", label: t.linting.nav, count: null },
    { path: "/issuers", label: t.status.nav, count: null },
    { path: "/audit", label: nav.audit, count: null },
    { path: "/second-factors", label: nav.security, count: null },
  ];
}
