import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { type Call, routesOf } from "../http/route.ts";
import type { FieldErrors } from "../http/view.ts";
import { view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import {
  checkModel,
  checkView,
  draftIn,
  dropDraft,
  keepDraft,
  newRequestModel,
  newRequestView,
} from "./applicant-form.ts";
import { requestAsForm } from "./pages/new-request.ts";
import { type Receipt, receiptOf, sentFromDraft } from "./pages/submitted-request.ts";
import {
  inFormOrder,
  missingCsr,
  problemErrors,
  requestForm,
  requestLabels,
  sentCsr,
  submissionOf,
  valuesToShow,
  withReadProblems,
} from "./request-form.ts";
import { judgeSubmission, readSubmission } from "./submission.ts";
import { auditRefusal, type RequestDeps, submitRequest } from "./submit-request.ts";

const route = routesOf<RequestDeps>();
const receiptView = view<Receipt>("applicant/requests/receipt");
const draftParams = z.object({ draft: z.uuid() });
const toForm = () => redirect("/requests/new");

type ApplicantCall<Form = unknown> = Call<RequestDeps, "applicant", unknown, unknown, Form>;

/** 入力 → 確認 → 完了 of a new request. */
export const newRequestRoutes = [
  route({
    method: "GET",
    path: "/requests/new",
    permission: "applicant",
    query: z.object({
      renew: z.uuid().optional().catch(undefined),
      from: z.uuid().optional().catch(undefined),
      draft: z.uuid().optional().catch(undefined),
    }),
    handle: async (call) => {
      const { renew, from, draft } = call.query;
      const kept = draft === undefined ? null : draftIn(call.session, draft);
      if (kept) return page(newRequestView, await newRequestModel(call, kept));
      const of =
        renew !== undefined ? { certificateId: renew } : from !== undefined ? { requestId: from } : null;
      if (of === null) return page(newRequestView, await newRequestModel(call, {}));
      const { deps, actor } = call;
      const before = await requestAsForm(deps.db.read, actor.tenant, of);
      if (before === null) throw new Problem("not-found");
      const renewing = before.renewing && {
        commonName: before.commonName,
        notAfter: before.renewing.notAfter,
      };
      return page(newRequestView, await newRequestModel(call, before.values, { renewing }));
    },
  }),

  // The same form with its CSR decoded and its commands rebuilt. htmx takes the two parts out of the page; without
  // JavaScript a button of the form leads here. Nothing is checked or kept.
  route({
    method: "POST",
    path: "/csr-preview",
    permission: "applicant",
    handle: async (call) => {
      const csr = sentCsr(call.typed, call.files);
      return page(newRequestView, await newRequestModel(call, valuesToShow(call.typed, csr), { csr }));
    },
  }),
  // Where the language switch and the address bar come from after those POSTs.
  route({ method: "GET", path: "/csr-preview", permission: "applicant", handle: toForm }),
  route({ method: "GET", path: "/requests/drafts", permission: "applicant", handle: toForm }),

  route({
    method: "POST",
    path: "/requests/drafts",
    permission: "applicant",
    form: requestForm,
    labels: requestLabels,
    handle: async (call) => {
      const { deps, actor, form, typed, files, session, language } = call;
      const csr = sentCsr(typed, files);
      const t = catalogue(language);
      const missing = missingCsr(t, csr);
      const submission = submissionOf(form, csr);
      const read = await readSubmission(submission);
      const now = deps.clock.now();
      const problems = await judgeSubmission(deps.db.read, actor.tenant, submission, read, now);
      if (problems.length === 0) {
        return redirect(`/requests/drafts/${keepDraft(session, valuesToShow(typed, csr))}`);
      }
      await deps.db.transact((tx) => auditRefusal(tx, actor, problems, now));
      return formAgain(call, csr, inFormOrder({ ...problemErrors(t, problems), ...missing }));
    },
    invalid: async (call, errors) => {
      const csr = sentCsr(call.typed, call.files);
      const all = await withReadProblems(catalogue(call.language), call.typed, csr, errors);
      return formAgain(call, csr, all);
    },
  }),

  route({
    method: "GET",
    path: "/requests/drafts/:draft",
    permission: "applicant",
    params: draftParams,
    handle: async (call) => {
      const { draft } = call.params;
      const values = draftIn(call.session, draft);
      const form = requestForm.safeParse(values);
      const model = values && form.success ? await checkModel(call, draft, values, form.data) : null;
      return model === null ? draftGone(call, draft) : page(checkView, model);
    },
  }),

  route({
    method: "POST",
    path: "/requests",
    permission: "applicant",
    form: draftParams,
    handle: async (call) => {
      const { deps, actor, session, language } = call;
      const { draft } = call.form;
      const values = draftIn(session, draft);
      const form = requestForm.safeParse(values);
      if (values === null || !form.success) return draftGone(call, draft);
      const outcome = await submitRequest(deps, actor, submissionOf(form.data, values.csr), draft);
      if (!outcome.ok)
        return formAgain(call, values.csr, problemErrors(catalogue(language), outcome.problems), values);
      dropDraft(session, draft);
      return redirect(`/requests/${outcome.id}/receipt`);
    },
    invalid: toForm,
  }),

  route({
    method: "GET",
    path: "/requests/:id/receipt",
    permission: "applicant",
    params: z.object({ id: z.uuid() }),
    handle: async ({ deps, actor, params }) => {
      const receipt = await receiptOf(deps.db.read, actor, params.id);
      if (receipt === null) throw new Problem("not-found");
      return page(receiptView, receipt);
    },
  }),
];

async function formAgain(
  call: ApplicantCall,
  csr: string | Uint8Array,
  errors: FieldErrors,
  values = valuesToShow(call.typed, csr),
): Promise<Answer> {
  return page(newRequestView, await newRequestModel(call, values, { errors, csr }), 422);
}

/** A check page whose values are gone was either sent already, or belongs to a session that has ended. */
async function draftGone({ deps, actor, session }: ApplicantCall, draft: string): Promise<Answer> {
  const sent = await sentFromDraft(deps.db.read, actor, draft);
  if (sent !== null) return redirect(`/requests/${sent}/receipt`);
  session.set("flash", { kind: "warn", code: "draftGone" });
  return redirect("/requests/new");
}
