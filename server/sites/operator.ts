import { secondFactorRoutes } from "../accounts/index.ts";
import { languageRoute } from "../http/language-route.ts";
import type { NavigationItem } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { operatorRequestRoutes } from "../requests/index.ts";
import { operatorRevocationRoutes } from "../revocation/index.ts";
import { ownMassRevocationRoutes } from "../revocation/mass/index.ts";

/** オペレーターサイト: opens only to operators' client certificates. */
export const operatorSiteRoutes = [
  languageRoute,
  ...secondFactorRoutes("operator"),
  ...operatorRequestRoutes,
  ...operatorRevocationRoutes,
  ...ownMassRevocationRoutes("operator"),
];

export function operatorNavigation(actor: Actor, t: Catalogue): readonly NavigationItem[] {
  if (actor.kind !== "operator") return [];
  const { nav } = t.operator;
  return [
    { path: "/", label: nav.home, count: null },
    { path: "/requests", label: nav.requests, count: null },
    { path: "/certificates", label: nav.certificates, count: null },
    { path: "/second-factors", label: nav.security, count: null },
  ];
}
