import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import type { ReportDeps } from "./file-report.ts";
import { identifyCertificate } from "./identify-certificate.ts";
import { certificateNamed } from "./pages/show-report.ts";
import { byId, openReport, type ReportPage, reportAt, reported, words } from "./report-page.ts";
import { attachCertificate, detachCertificate, noteOnReport, takeReport } from "./work-on-report.ts";

interface Shown extends ReportPage {
  /** Is the visitor the one who works on it? */
  readonly mine: boolean;
}

const showView = view<Shown>("desk/problem-reports/show");
const route = routesOf<ReportDeps>();

type DeskCall<Form = unknown> = Call<ReportDeps, "staff", { id: string }, unknown, Form>;

async function showPage(call: DeskCall, errors: FieldErrors = {}, status = 200): Promise<Answer> {
  const shown = await reported(call);
  const mine = shown.report.assigneeId === call.actor.staffId;
  return page(showView, { ...shown, mine, values: call.typed, errors }, status);
}

const showRoute = route({
  method: "GET",
  path: "/problem-reports/:id",
  permission: "staff",
  params: byId,
  handle: (call) => showPage(call),
});

/** The small steps, each a form on the report's page. */
const workingRoutes = [
  route({
    method: "POST",
    path: "/problem-reports/:id/assignment",
    permission: "staff",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      await takeReport(deps, actor, params.id);
      return redirect(reportAt(params.id));
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
      return redirect(`${reportAt(params.id)}#timeline`);
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
      return redirect(`${reportAt(params.id)}#certificates`);
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
      return redirect(`${reportAt(params.id)}#certificates`);
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
    handle: async (call) => redirect(reportAt((await reported(call)).report.id)),
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

/** One report on the desk, and the small steps of its investigation. */
export const reportWorkRoutes = [showRoute, ...workingRoutes, ...refusedFormRoutes];
