import { publicRoutes } from "../enrolment/index.ts";
import { languageRoute } from "../http/language-route.ts";

/** The public site: open to everybody. */
export const publicSiteRoutes = [languageRoute, ...publicRoutes];
