import { z } from "zod";
import { page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { catalogue, problemSentence } from "../i18n/index.ts";
import type { Id } from "../kernel/ids.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { listed, normalizeDomain } from "../kernel/text.ts";
import { type SubscriberRecord, showOrganization, subscriberOf } from "../organizations/index.ts";
import { DOMAIN_LIMIT } from "./domain.ts";
import { type DomainDeps, registerDomain } from "./register-domain.ts";

interface NewDomains {
  readonly subscriber: SubscriberRecord;
  readonly organization: { readonly id: Id; readonly nameJa: string; readonly evEnabled: boolean };
  readonly limit: number;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

/** What became of one line of the list. */
interface DomainResult {
  readonly name: string;
  /** Why not, as a sentence; null: it is registered. */
  readonly refused: string | null;
}

interface RegisteredDomains extends Pick<NewDomains, "subscriber" | "organization"> {
  readonly results: readonly DomainResult[];
}

const newView = view<NewDomains>("desk/domains/new");
const resultsView = view<RegisteredDomains>("desk/domains/results");

const route = routesOf<DomainDeps>();
const path = "/subscribers/:id/organizations/:organizationId/domains/new";
const params = z.object({ id: z.uuid(), organizationId: z.uuid() });

async function placeOf(deps: DomainDeps, at: { id: Id; organizationId: Id }) {
  const subscriber = await subscriberOf(deps.db.read, at.id);
  const shown = await showOrganization(deps.db.read, subscriber.tenant, at.organizationId);
  if (shown === null) throw new Problem("not-found");
  const { id, nameJa, evEnabled } = shown.organization;
  return { subscriber, organization: { id, nameJa, evEnabled } };
}

/** Registering domains of an organisation on the desk: many at once, each with its own result. */
export const domainDeskRoutes = [
  route({
    method: "GET",
    path,
    permission: "administrator",
    freshSecondFactor: true,
    params,
    handle: async (call) =>
      page(newView, {
        ...(await placeOf(call.deps, call.params)),
        limit: DOMAIN_LIMIT,
        values: {},
        errors: {},
      }),
  }),
  route({
    method: "POST",
    path,
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params,
    form: z.object({
      names: z.string().trim().min(1).max(20_000),
      evEnabled: z.literal("on").optional(),
    }),
    labels: (t) => ({ names: t.desk.domains.names, evEnabled: t.desk.domains.ev }),
    fieldOf: { "domain-limit-reached": "names", "ev-not-enabled": "evEnabled" },
    handle: async ({ deps, actor, params: at, form, language }) => {
      const place = await placeOf(deps, at);
      const evEnabled = form.evEnabled === "on";
      if (evEnabled && !place.organization.evEnabled) throw new Problem("ev-not-enabled");
      const names = [...new Set(listed(form.names).map(normalizeDomain))];
      if (names.length > DOMAIN_LIMIT) throw new Problem("domain-limit-reached", { limit: DOMAIN_LIMIT });
      const t = catalogue(language);
      const results: DomainResult[] = [];
      for (const name of names) {
        try {
          const { tenant } = place.subscriber;
          await registerDomain(deps, actor, {
            tenant,
            organizationId: place.organization.id,
            name,
            evEnabled,
          });
          results.push({ name, refused: null });
        } catch (error) {
          if (!isProblem(error)) throw error;
          const known = isProblem(error, "already-exists");
          results.push({ name, refused: known ? t.desk.domains.already : problemSentence(t, error) });
        }
      }
      return page(resultsView, { ...place, results });
    },
    invalid: async ({ deps, params: at, typed }, errors) =>
      page(newView, { ...(await placeOf(deps, at)), limit: DOMAIN_LIMIT, values: typed, errors }),
  }),
];
