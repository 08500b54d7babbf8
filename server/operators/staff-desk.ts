import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import type { VisitorSession } from "../http/session.ts";
import { type FieldErrors, view } from "../http/view.ts";
import type { StaffRole } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { addStaff } from "./add-staff.ts";
import { disableStaff } from "./disable-staff.ts";
import {
  issueStaffCertificate,
  issueStaffCertificateForCsr,
  type StaffCertificateDeps,
} from "./issue-staff-certificate.ts";
import {
  CSR_FIELD,
  certificateForm,
  chainHandover,
  type Handover,
  issueTicket,
  keyFileHandover,
  retyped,
  takeTicket,
} from "./key-file-handover.ts";
import { type ListStaff, listStaff, type ShowStaff, showStaff } from "./pages.ts";
import type { SuspensionDeps } from "./suspend-operator.ts";

interface StaffDeskDeps extends StaffCertificateDeps, SuspensionDeps {}

interface ShownStaff extends ShowStaff {
  /** Nobody disables themselves. */
  readonly oneself: boolean;
}

interface NewStaff {
  readonly roles: readonly StaffRole[];
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

interface CertificateForm extends ShowStaff {
  readonly ticket: string;
  readonly values: { readonly way: string; readonly csr: string };
  readonly errors: FieldErrors;
}

const STAFF_ROLES = ["ADMINISTRATOR", "VETTER", "VETTING_APPROVER", "FINANCE"] as const satisfies StaffRole[];

const indexView = view<ListStaff>("desk/staff/index");
const newView = view<NewStaff>("desk/staff/new");
const showView = view<ShownStaff>("desk/staff/show");
const disablementView = view<ShowStaff>("desk/staff/disablement");
const certificateView = view<CertificateForm>("desk/staff/certificate");
const handoverView = view<ShowStaff & { handover: Handover }>("desk/staff/handover");

const route = routesOf<StaffDeskDeps>();
const ofStaff = z.object({ id: z.uuid() });

/** Several boxes arrive as one text with commas between. */
const roles = z
  .string({ error: "roles" })
  .min(1)
  .transform((typed) => typed.split(","))
  .pipe(z.array(z.enum(STAFF_ROLES)).min(1));

async function member(deps: StaffDeskDeps, id: Id): Promise<ShowStaff> {
  const shown = await showStaff(deps.db.read, id);
  if (shown === null) throw new Problem("not-found");
  return shown;
}

const newPage = (values: Readonly<Record<string, string>>, errors: FieldErrors) =>
  page(newView, { roles: STAFF_ROLES, values, errors });

async function certificatePage(
  call: { deps: StaffDeskDeps; params: { id: Id }; session: VisitorSession },
  values: CertificateForm["values"],
  errors: FieldErrors,
): Promise<Answer> {
  const shown = await member(call.deps, call.params.id);
  return page(certificateView, { ...shown, ticket: issueTicket(call.session), values, errors });
}

const certificateRoutes = [
  route({
    method: "GET",
    path: "/staff/:id/certificate",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofStaff,
    handle: (call) => certificatePage(call, { way: "file", csr: "" }, {}),
  }),
  route({
    method: "POST",
    path: "/staff/:id/certificate",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofStaff,
    form: certificateForm,
    labels: (t) => ({ way: t.desk.certificate.way, csr: t.requests.field.csr }),
    fieldOf: CSR_FIELD,
    handle: async ({ deps, actor, params: { id }, form, session }) => {
      const { name } = (await member(deps, id)).member;
      if (!takeTicket(session, form.ticket)) {
        session.set("flash", { kind: "warn", code: "certificateShownOnce" });
        return redirect(`/staff/${id}`);
      }
      const handover =
        form.way === "file"
          ? keyFileHandover(name, await issueStaffCertificate(deps, actor, id))
          : chainHandover(name, await issueStaffCertificateForCsr(deps, actor, id, form.csr ?? ""));
      return page(handoverView, { ...(await member(deps, id)), handover });
    },
    invalid: (call, errors) => certificatePage(call, retyped(call.typed), errors),
  }),
];

const disablementRoutes = [
  route({
    method: "GET",
    path: "/staff/:id/disablement",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofStaff,
    handle: async ({ deps, params }) => page(disablementView, await member(deps, params.id)),
  }),
  route({
    method: "POST",
    path: "/staff/:id/disablement",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofStaff,
    handle: async ({ deps, actor, params, session }) => {
      await disableStaff(deps, actor, params.id);
      session.set("flash", { kind: "ok", code: "staffDisabled" });
      return redirect(`/staff/${params.id}`);
    },
  }),
];

/** The issuing company's staff on the desk: added with roles, given a certificate, disabled. */
export const staffDeskRoutes = [
  route({
    method: "GET",
    path: "/staff",
    permission: "staff",
    handle: async ({ deps }) => page(indexView, await listStaff(deps.db.read)),
  }),
  route({
    method: "GET",
    path: "/staff/new",
    permission: "administrator",
    freshSecondFactor: true,
    handle: () => newPage({}, {}),
  }),
  route({
    method: "POST",
    path: "/staff/new",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    form: z.object({ name: z.string().trim().min(1).max(64), email: z.email(), roles }),
    labels: (t) => t.desk.staff.field,
    fieldOf: { "already-exists": "email" },
    handle: async ({ deps, actor, form, session }) => {
      const id = await addStaff(deps, actor, form);
      session.set("flash", { kind: "ok", code: "staffAdded" });
      return redirect(`/staff/${id}`);
    },
    invalid: ({ typed }, errors) => newPage(typed, errors),
  }),
  route({
    method: "GET",
    path: "/staff/:id",
    permission: "staff",
    params: ofStaff,
    handle: async ({ deps, actor, params }) =>
      page(showView, { ...(await member(deps, params.id)), oneself: actor.staffId === params.id }),
  }),
  ...disablementRoutes,
  ...certificateRoutes,
];
