import { operatorDeskRoutes } from "./operator-desk.ts";
import { staffDeskRoutes } from "./staff-desk.ts";

/** オペレーター and the issuing company's own staff on the desk. */
export const operatorsDeskRoutes = [...operatorDeskRoutes, ...staffDeskRoutes];
