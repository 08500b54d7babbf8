import { z } from "zod";
import type { Database, Reader } from "../db/index.ts";
import { type Answer, page } from "../http/answer.ts";
import { csv } from "../http/csv.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import { type Tenant, tenantOf } from "../kernel/actor.ts";
import { JAPAN } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { parseDay } from "../kernel/text.ts";
import { canonicalJson } from "./entry.ts";
import { type AuditFilters, type AuditLine, type AuditTrail, auditTrail, showAuditEntry } from "./pages.ts";
import { type AuditVerdict, verifyAudit } from "./verify.ts";

/** Who the chains belong to: the feature that knows subscribers stands above this one, so its answers are passed in. */
interface TenantNames {
  of(on: Reader, ids: readonly Id[]): Promise<ReadonlyMap<Id, { name: string; siteId: string }>>;
  withSiteId(on: Reader, siteId: string): Promise<Id | null>;
}

interface AuditDeskDeps {
  readonly db: Database;
}

/** A line with the name of its tenant; null: the system's own chain. */
interface NamedLine extends AuditLine {
  readonly subscriber: { readonly name: string; readonly siteId: string } | null;
}

interface AuditList {
  readonly lines: readonly NamedLine[];
  /** As typed, to be shown again. */
  readonly filters: Readonly<Record<keyof typeof NO_FILTERS, string>>;
  /** A filter that nothing could match: a day that is none, a siteId that nobody has. */
  readonly unknown: "tenant" | "from" | "until" | null;
  readonly first: boolean;
  readonly older: Id | null;
}

interface ShownEntry {
  readonly entry: NamedLine & { readonly previousHash: string };
  /** The details as JSON, for reading. */
  readonly details: string;
  readonly before: Id | null;
  readonly after: Id | null;
}

interface Verification {
  readonly entries: number;
  readonly heads: readonly (AuditVerdict["heads"][number] & Pick<NamedLine, "subscriber">)[];
  readonly broken: (NonNullable<AuditVerdict["broken"]> & Pick<NamedLine, "subscriber">) | null;
}

const listView = view<AuditList>("desk/audit/index");
const entryView = view<ShownEntry>("desk/audit/show");
const verificationView = view<Verification>("desk/audit/verification");

const NO_FILTERS = { tenant: "", action: "", actor: "", from: "", until: "" };
/** More than a spreadsheet can use; narrow the days for the rest. */
const CSV_ROWS = 50_000;
const CSV_PAGE = 1000;

const route = routesOf<AuditDeskDeps>();
const typed = z.string().trim().max(100).default("");
const query = z.object({
  tenant: typed,
  action: typed,
  actor: typed,
  from: typed,
  until: typed,
  before: z.uuid().optional(),
});
type Query = z.infer<typeof query>;

/** What the typed filters mean; `unknown` names the first one that means nothing. */
async function understood(on: Reader, names: TenantNames, typed: Query) {
  const filters = {
    action: typed.action || undefined,
    actorName: typed.actor || undefined,
    from: startOf(parseDay(typed.from)),
    until: startOf(parseDay(typed.until)?.add({ days: 1 }) ?? null),
  } satisfies AuditFilters;
  const tenant =
    typed.tenant === "" || typed.tenant === "system"
      ? typed.tenant || null
      : await names.withSiteId(on, typed.tenant);
  const unknown =
    typed.tenant !== "" && tenant === null
      ? "tenant"
      : typed.from !== "" && filters.from === undefined
        ? "from"
        : typed.until !== "" && filters.until === undefined
          ? "until"
          : null;
  return {
    filters,
    unknown,
    tenant: tenant === null || tenant === "system" ? (tenant as "system" | null) : tenantOf(tenant),
  } as const;
}

const startOf = (day: Temporal.PlainDate | null): Temporal.Instant | undefined =>
  day?.toZonedDateTime(JAPAN).toInstant();

async function named(
  on: Reader,
  names: TenantNames,
  lines: readonly AuditLine[],
): Promise<readonly NamedLine[]> {
  const tenants = lines.map(({ tenant }) => tenant).filter((tenant) => tenant !== "system");
  const known = await names.of(on, tenants);
  return lines.map((line) => ({ ...line, subscriber: known.get(line.tenant) ?? null }));
}

async function everyLine(on: Reader, tenant: Tenant | "system" | null, filters: AuditFilters) {
  const lines: AuditLine[] = [];
  let before: Id | null = null;
  do {
    const trail: AuditTrail = await auditTrail(on, tenant, { before, limit: CSV_PAGE, filters });
    lines.push(...trail.lines);
    before = trail.older;
  } while (before !== null && lines.length < CSV_ROWS);
  return lines;
}

/** 監査記録 on the desk: read, searched, taken along as CSV, and its chains verified. */
export const auditDeskRoutes = (names: TenantNames) => [
  route({
    method: "GET",
    path: "/audit",
    permission: "staff",
    query,
    handle: async ({ deps: { db }, query: { before, ...filters } }) => {
      const asked = await understood(db.read, names, { ...filters, before });
      const trail =
        asked.unknown === null
          ? await auditTrail(db.read, asked.tenant, { before, filters: asked.filters })
          : { lines: [], older: null };
      return page(listView, {
        lines: await named(db.read, names, trail.lines),
        filters,
        unknown: asked.unknown,
        first: before === undefined,
        older: trail.older,
      });
    },
  }),
  route({
    method: "GET",
    path: "/audit.csv",
    permission: "staff",
    query,
    handle: async ({ deps: { db }, query: asked, language }): Promise<Answer> => {
      const { tenant, filters, unknown } = await understood(db.read, names, asked);
      if (unknown !== null) throw new Problem("not-found");
      const lines = await named(db.read, names, await everyLine(db.read, tenant, filters));
      const t = catalogue(language).desk.audit;
      return csv<NamedLine>(
        "audit.csv",
        [
          { header: t.field.at, cell: ({ at }) => at.toString() },
          { header: t.field.tenant, cell: ({ subscriber }) => subscriber?.siteId ?? "system" },
          { header: t.field.tenantName, cell: ({ subscriber }) => subscriber?.name ?? "" },
          { header: t.field.sequence, cell: ({ sequence }) => sequence },
          { header: t.field.actorKind, cell: ({ actorKind }) => actorKind },
          { header: t.field.actor, cell: ({ actorName }) => actorName },
          { header: t.field.action, cell: ({ action }) => action },
          { header: t.field.subjectKind, cell: ({ subjectKind }) => subjectKind },
          { header: t.field.subjectId, cell: ({ subjectId }) => subjectId },
          { header: t.field.details, cell: ({ details }) => canonicalJson(details) },
          { header: t.field.hash, cell: ({ hash }) => hash },
        ],
        lines,
      );
    },
  }),
  route({
    method: "POST",
    path: "/audit/verification",
    permission: "staff",
    handle: async ({ deps: { db } }) => {
      const { entries, heads, broken } = await verifyAudit(db.read);
      const tenants = [...heads, ...(broken ? [broken] : [])].map(({ tenant }) => tenant);
      const known = await names.of(
        db.read,
        tenants.filter((tenant) => tenant !== "system"),
      );
      const withName = <T extends { tenant: string }>(one: T) => ({
        ...one,
        subscriber: known.get(one.tenant) ?? null,
      });
      return page(verificationView, {
        entries,
        heads: heads.map(withName),
        broken: broken && withName(broken),
      });
    },
  }),
  route({
    method: "GET",
    path: "/audit/:id",
    permission: "staff",
    params: z.object({ id: z.uuid() }),
    handle: async ({ deps: { db }, params }) => {
      const shown = await showAuditEntry(db.read, params.id);
      if (shown === null) throw new Problem("not-found");
      const { previousHash } = shown.entry;
      const [line] = await named(db.read, names, [shown.entry]);
      if (!line) throw new Problem("not-found");
      const details = JSON.stringify(line.details, null, 2);
      return page(entryView, { ...shown, entry: { ...line, previousHash }, details });
    },
  }),
];
