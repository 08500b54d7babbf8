import { languageRoute } from "../http/language-route.ts";
import { reportPublicRoutes } from "../revocation/reports/index.ts";
import { publicHomeRoute } from "./public-home.ts";

/** The public site: open to everybody. */
export const publicSiteRoutes = [languageRoute, publicHomeRoute, ...reportPublicRoutes];
