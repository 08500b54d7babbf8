import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { type Catalogue, catalogue } from "../../i18n/index.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import { addressOf, type Chip, type Pager, pagerOf, placeIn, placeQuery } from "../../requests/index.ts";
import { dismissReport, sendPreliminaryReport } from "./answer-report.ts";
import type { ReportDeps } from "./file-report.ts";
import { identifyCertificate } from "./identify-certificate.ts";
import { certificateNamed, listReports, type ReportList, type ShowReport, showReport } from "./pages.ts";
import { REPORT_STATES, type ReportState } from "./report.ts";
import { attachCertificate, detachCertificate, noteOnReport, takeReport } from "./work-on-report.ts";

/** What a page about one report shows besides the report itself. */
export interface ReportPage extends ShowReport {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

interface Shown extends ReportPage {
  /** Is the visitor the one who works on it? */
  readonly mine: boolean;
}

const listView = view<{ list: ReportList; chips: readonly Chip[]; pager: Pager }>(
  "desk/problem-reports/index",
);
const showView = view<Shown>("desk/problem-reports/show");
const preliminaryView = view<ReportPage>("desk/problem-reports/preliminary");
const dismissalView = view<ReportPage>("desk/problem-reports/dismissal");

const route = routesOf<ReportDeps>();
export const byId = z.object({ id: z.uuid() });
const LONGEST = 4000;
export const words = z.string().trim().min(1).max(LONGEST);
const ALL = "ALL";

type DeskCall<Form = unknown> = Call<ReportDeps, "staff", { id: string }, unknown, Form>;

/** The report of an address. Problem: not-found */
async function reported({ deps, params }: Pick<DeskCall, "deps" | "params">): Promise<ShowReport> {
  const shown = await showReport(deps.db.read, params.id, deps.clock.now());
  if (shown === null) throw new Problem("not-found");
  return shown;
}

/** The same for a form that decides something: only while the report is open. Problem: report-not-open */
export async function openReport(call: Pick<DeskCall, "deps" | "params">): Promise<ShowReport> {
  const shown = await reported(call);
  if (shown.report.state !== "OPEN") throw new Problem("report-not-open", { state: shown.report.state });
  return shown;
}

async function showPage(call: DeskCall, errors: FieldErrors = {}, status = 200): Promise<Answer> {
  const shown = await reported(call);
  const mine = shown.report.assigneeId === call.actor.staffId;
  return page(showView, { ...shown, mine, values: call.typed, errors }, status);
}

const at = (id: string) => `/problem-reports/${id}`;

function chipsOf(t: Catalogue, { counts, filters }: ReportList): readonly Chip[] {
  const chip = (state: ReportState | null, text: string, count: number): Chip => ({
    text,
    href: addressOf("/problem-reports", { q: filters.search, state: state ?? ALL }),
    count,
    current: filters.state === state,
  });
  const all = REPORT_STATES.reduce((sum, state) => sum + counts[state], 0);
  return [
    ...REPORT_STATES.map((state) => chip(state, t.problemReports.state[state], counts[state])),
    chip(null, t.common.filters.all, all),
  ];
}

const readingRoutes = [
  route({
    method: "GET",
    path: "/problem-reports",
    permission: "staff",
    query: z.object({
      ...placeQuery,
      q: z.string().max(40).optional().catch(undefined),
      state: z
        .enum([...REPORT_STATES, ALL])
        .default("OPEN")
        .catch("OPEN"),
    }),
    handle: async ({ deps, query, language }) => {
      const filters = { state: query.state === ALL ? null : query.state, search: (query.q ?? "").trim() };
      const list = await listReports(deps.db.read, filters, placeIn(query), deps.clock.now());
      const kept = { q: filters.search, state: filters.state ?? ALL };
      const pager = { ...pagerOf("/problem-reports", kept, list), csv: null };
      return page(listView, {
        list,
        chips: chipsOf(catalogue(language), list),
        pager: filters.state === "OPEN" ? { ...pager, sizes: [] } : pager,
      });
    },
  }),
  route({
    method: "GET",
    path: "/problem-reports/:id",
    permission: "staff",
    params: byId,
    handle: (call) => showPage(call),
  }),
];

/** The small steps, each a form on the report's page. */
const workingRoutes = [
  route({
    method: "POST",
    path: "/problem-reports/:id/assignment",
    permission: "staff",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      await takeReport(deps, actor, params.id);
      return redirect(at(params.id));
    },
  }),
  route({
    method: "POST",
    path: "/problem-reports/:id/notes",
    permission: "staff",
    params: byId,
    form: z.object({ note: words }),
    labels: (t) => ({ note: t.problemReports.desk.note.label }),
    handle: async ({ deps, actor, params, form }) => {
      await noteOnReport(deps, actor, params.id, form.note);
      return redirect(`${at(params.id)}#timeline`);
    },
    invalid: (call, errors) => showPage(call, errors),
  }),
  route({
    method: "POST",
    path: "/problem-reports/:id/certificates",
    permission: "staff",
    params: byId,
    form: z.object({ certificate: z.string().trim().min(1).max(200) }),
    labels: (t) => ({ certificate: t.problemReports.desk.attach.label }),
    fieldOf: {
      "serial-invalid": "certificate",
      "fingerprint-invalid": "certificate",
      "already-exists": "certificate",
    },
    handle: async (call) => {
      const { deps, actor, params, form, language } = call;
      await openReport(call);
      const found = await certificateTyped(call, form.certificate);
      const t = catalogue(language).problemReports.desk.attach;
      const [one] = found;
      if (!one) return showPage(call, { certificate: t.none }, 422);
      if (found.length > 1) return showPage(call, { certificate: t.several }, 422);
      try {
        await attachCertificate(deps, actor, params.id, { certificateId: one.id, serial: one.serial });
      } catch (error) {
        if (!isProblem(error, "already-exists")) throw error;
        return showPage(call, { certificate: t.already }, 422);
      }
      return redirect(`${at(params.id)}#certificates`);
    },
    invalid: (call, errors) => showPage(call, errors),
  }),
  route({
    method: "POST",
    path: "/problem-reports/:id/certificates/:certificateId/detachment",
    permission: "staff",
    params: byId.extend({ certificateId: z.uuid() }),
    handle: async (call) => {
      const { deps, actor, params } = call;
      const { certificates } = await openReport(call);
      const one = certificates.find(({ id }) => id === params.certificateId);
      if (!one) throw new Problem("not-found");
      await detachCertificate(deps, actor, params.id, { certificateId: one.id, serial: one.serial });
      return redirect(`${at(params.id)}#certificates`);
    },
  }),
];

/** Where the language switch and the address bar come from after a form of the page was refused. */
const refusedFormRoutes = ["notes", "certificates"].map((form) =>
  route({
    method: "GET",
    path: `/problem-reports/:id/${form}`,
    permission: "staff",
    params: byId,
    handle: async (call) => redirect(at((await reported(call)).report.id)),
  }),
);

/** Sixty-four digits are a fingerprint, fewer a serial. */
function certificateTyped({ deps }: DeskCall, typed: string) {
  const digits = typed.normalize("NFKC").replace(/[^0-9A-Fa-f]/g, "");
  if (digits.length === 64) {
    return certificateNamed(deps.db.read, { fingerprint: identifyCertificate.fingerprint(typed) ?? "" });
  }
  return certificateNamed(deps.db.read, { serial: identifyCertificate.serial(typed) ?? "" });
}

const answeringRoutes = [
  route({
    method: "GET",
    path: "/problem-reports/:id/preliminary",
    permission: "staff",
    params: byId,
    handle: async (call) => {
      const shown = await openReport(call);
      const t = catalogue(shown.report.language).problemReports.desk.preliminary;
      return page(preliminaryView, { ...shown, values: { words: t.draft }, errors: {} });
    },
  }),
  route({
    method: "POST",
    path: "/problem-reports/:id/preliminary",
    permission: "staff",
    params: byId,
    form: z.object({ words }),
    labels: (t) => ({ words: t.problemReports.desk.preliminary.words }),
    handle: async ({ deps, actor, params, form, session }) => {
      await sendPreliminaryReport(deps, actor, params.id, form.words);
      session.set("flash", { kind: "ok", code: "preliminarySent" });
      return redirect(at(params.id));
    },
    invalid: async (call, errors) =>
      page(preliminaryView, { ...(await openReport(call)), values: call.typed, errors }),
  }),
  route({
    method: "GET",
    path: "/problem-reports/:id/dismissal",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => page(dismissalView, { ...(await openReport(call)), values: {}, errors: {} }),
  }),
  route({
    method: "POST",
    path: "/problem-reports/:id/dismissal",
    permission: "staff",
    freshSecondFactor: "while-typing",
    params: byId,
    form: z.object({ words }),
    labels: (t) => ({ words: t.problemReports.desk.dismissal.words }),
    handle: async ({ deps, actor, params, form, session }) => {
      await dismissReport(deps, actor, params.id, form.words);
      session.set("flash", { kind: "ok", code: "reportDismissed" });
      return redirect(at(params.id));
    },
    invalid: async (call, errors) =>
      page(dismissalView, { ...(await openReport(call)), values: call.typed, errors }),
  }),
];

/** 問題報告 on the desk: the queue, one report, and what is done about it short of a revocation. */
export const reportDeskRoutes = [
  ...readingRoutes,
  ...workingRoutes,
  ...refusedFormRoutes,
  ...answeringRoutes,
];
