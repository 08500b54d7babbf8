import { z } from "zod";
import { page } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import type { Actor } from "../kernel/actor.ts";
import { tenantOf } from "../kernel/actor.ts";
import { parseDay } from "../kernel/text.ts";
import { csvFile } from "./exports/csv-file.ts";
import type { ExportDeps } from "./exports/export-order.ts";
import { addressOf, type Chip, chipCount, type Pager, pagerOf, placeIn, placeQuery } from "./list-query.ts";
import { displayName } from "./pages/display-name.ts";
import {
  type CertificateList,
  listCertificates,
  type OrganizationChoice,
  organizationChoices,
} from "./pages/list-certificates.ts";
import {
  CERTIFICATE_FILTERS,
  CERTIFICATE_PRODUCTS,
  type CertificateFilters,
} from "./search/certificate-filters.ts";
import type { Scope } from "./search/certificate-search.ts";
import type { RequestDeps } from "./submit-request.ts";

const PATH = "/certificates";

export interface CertificateListModel {
  readonly list: CertificateList;
  readonly chips: readonly Chip[];
  readonly pager: Pager;
  readonly organizations: readonly OrganizationChoice[];
  /** Organisations that the typed words may mean, to choose from. */
  readonly choices: readonly { readonly name: string; readonly href: string }[] | null;
  /** Wider searches, where a whole name was found nowhere. */
  readonly wider: readonly { readonly typed: string; readonly href: string }[];
  /** The filters as they stand in the form. */
  readonly form: Readonly<
    Record<"q" | "state" | "product" | "organization" | "subscriber" | "from" | "to", string>
  >;
  readonly onDesk: boolean;
  /** Where ticked certificates are revoked; null on the sites that tick none. */
  readonly revoke: string | null;
}

const listView = view<CertificateListModel>("shared/certificates/list");
const route = routesOf<Pick<RequestDeps, "db" | "clock"> & ExportDeps>();

const day = z
  .string()
  .transform((text) => parseDay(text))
  .optional()
  .catch(undefined);

const certificateQuery = {
  q: z.string().max(300).optional().catch(undefined),
  state: z.enum(CERTIFICATE_FILTERS).optional().catch(undefined),
  product: z.enum(CERTIFICATE_PRODUCTS).optional().catch(undefined),
  organization: z.uuid().optional().catch(undefined),
  /** On the desk: one subscriber's certificates. */
  subscriber: z.uuid().optional().catch(undefined),
  from: day,
  to: day,
  /** A day of the expiry calendar. */
  endsOn: z.iso.date().optional().catch(undefined),
};
type CertificateQuery = z.output<z.ZodObject<typeof certificateQuery>>;

/** Whose certificates a visitor may list: their subscriber's; on the desk everybody's, or those of the one asked for. */
function scopeOf(actor: Actor, { subscriber }: Pick<CertificateQuery, "subscriber">): Scope {
  if (actor.kind === "applicant" || actor.kind === "operator") return { tenant: actor.tenant };
  if (actor.kind !== "staff") throw new Error(`${actor.kind} lists no certificates`);
  return subscriber === undefined ? "every-tenant" : { tenant: tenantOf(subscriber) };
}

function filtersIn(query: CertificateQuery): CertificateFilters {
  const endsOn = query.endsOn === undefined ? null : Temporal.PlainDate.from(query.endsOn);
  return {
    search: (query.q ?? "").trim(),
    state: query.state ?? null,
    product: query.product ?? null,
    organizationId: query.organization ?? null,
    from: endsOn ?? query.from ?? null,
    to: endsOn ?? query.to ?? null,
  };
}

/** The filters as an address carries them. */
const addressed = (filters: CertificateFilters, subscriber: string | undefined) => ({
  q: filters.search,
  state: filters.state,
  product: filters.product,
  organization: filters.organizationId,
  subscriber: subscriber ?? null,
  from: filters.from?.toString() ?? null,
  to: filters.to?.toString() ?? null,
});

/** The list of certificates with its search: the same page on the applicant, the operator site and the desk. */
export const certificateListRoute = (permission: "applicant" | "operator" | "staff") =>
  route({
    method: "GET",
    path: PATH,
    permission,
    query: z.object({ ...placeQuery, ...certificateQuery }),
    handle: async ({ deps, actor, query, language }) => {
      const on = deps.db.read;
      const scope = scopeOf(actor, query);
      const filters = filtersIn(query);
      const list = await listCertificates(on, scope, filters, placeIn(query), deps.clock.now());
      const kept = addressed(filters, query.subscriber);
      return page(listView, {
        list,
        chips: chipsOf(catalogue(language), list, kept),
        pager: pagerOf(PATH, kept, list),
        organizations: await organizationChoices(on, scope),
        choices:
          list.choices?.map(({ id, name }) => ({
            name,
            href: addressOf(PATH, { ...kept, q: null, organization: id }),
          })) ?? null,
        wider: widerSearches(list).map((q) => ({ typed: q, href: addressOf(PATH, { ...kept, q }) })),
        form: Object.fromEntries(
          Object.entries(kept).map(([key, value]) => [key, value ?? ""]),
        ) as CertificateListModel["form"],
        onDesk: permission === "staff",
        revoke: permission === "operator" ? "/revocations/new" : null,
      });
    },
  });

/** The same list as a file. */
export const certificateExportRoute = (permission: "applicant" | "operator" | "staff") =>
  route({
    method: "GET",
    path: `${PATH}.csv`,
    permission,
    query: z.object(certificateQuery),
    handle: ({ deps, actor, query, language }) => {
      const scope = scopeOf(actor, query);
      const { from, to, ...filters } = filtersIn(query);
      const now = deps.clock.now();
      const pieces = deps.exportRows({
        list: "certificates",
        tenant: scope === "every-tenant" ? null : scope.tenant,
        filters: { ...filters, from: from?.toString() ?? null, to: to?.toString() ?? null },
        language,
        at: now.toString(),
      });
      return csvFile("certificates", pieces, now);
    },
  });

function chipsOf(
  t: Catalogue,
  list: CertificateList,
  kept: Readonly<Record<string, string | null>>,
): readonly Chip[] {
  const chosen = list.filters.state;
  return [
    {
      text: t.common.filters.all,
      href: addressOf(PATH, { ...kept, state: null }),
      count: chipCount(list.all),
      current: chosen === null,
    },
    ...CERTIFICATE_FILTERS.map((state) => ({
      text: t.certificates.filter[state],
      href: addressOf(PATH, { ...kept, state }),
      count: chipCount(list.counts[state]),
      current: chosen === state,
    })),
  ];
}

/** A whole name that nobody has: names that begin so, and the domain it lies in. */
function widerSearches({ term, rows, place, cut }: CertificateList): readonly string[] {
  const nothing = rows.length === 0 && place.after === null && place.before === null && !cut;
  if (!nothing || term.kind !== "name" || term.match !== "exact" || /^[0-9.]+$|:/.test(term.key)) return [];
  const name = displayName(term.key);
  const parent = name.split(".").slice(1).join(".");
  return [`.${name}`, ...(parent.includes(".") ? [`.${parent}`] : [])];
}
