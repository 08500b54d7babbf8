import { accountRoutes } from "../accounts/index.ts";
import { applicantDomainRoutes } from "../domains/index.ts";
import { languageRoute } from "../http/language-route.ts";
import type { NavigationItem } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { applicantRequestRoutes } from "../requests/index.ts";
import { ownMassRevocationRoutes } from "../revocation/mass/index.ts";
import { applicantReissueRoutes } from "../revocation/replacement/index.ts";

/** 申請サイト: entered with ID and password. */
export const applicantSiteRoutes = [
  languageRoute,
  ...accountRoutes,
  ...applicantRequestRoutes,
  ...applicantReissueRoutes,
  ...ownMassRevocationRoutes("applicant"),
  ...applicantDomainRoutes,
];

export function applicantNavigation(actor: Actor, t: Catalogue): readonly NavigationItem[] {
  if (actor.kind !== "applicant" || actor.mustChangePassword) return [];
  const { nav } = t.applicant;
  return [
    { path: "/", label: nav.home, count: null },
    { path: "/requests", label: nav.requests, count: null },
    { path: "/certificates", label: nav.certificates, count: null },
    { path: "/domains", label: nav.domains, count: null },
    { path: "/sessions", label: nav.account, count: null },
  ];
}
