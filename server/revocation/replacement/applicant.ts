import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue, problemSentence } from "../../i18n/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import {
  auditRefusal,
  type CsrPreview,
  csrToShow,
  DEFAULT_GRACE_DAYS,
  draftIn,
  dropDraft,
  type FieldProblem,
  GRACE_DAYS,
  judgeSubmission,
  keepDraft,
  opensslCommand,
  previewCsr,
  problemErrors,
  REISSUE_REASONS,
  type RequestDeps,
  readSubmission,
  sentCsr,
  sentFromDraft,
} from "../../requests/index.ts";
import { longestValidityDays, validityDays } from "../../rules/index.ts";
import { askReissue, reissueSubmission } from "./ask-reissue.ts";
import { type ReissueBase, reissueBase } from "./pages.ts";
import {
  REISSUE_FIELDS,
  type ReissueForm,
  type ReissueValues,
  reissueForm,
  reissueLabels,
} from "./reissue-form.ts";

const route = routesOf<RequestDeps>();
type ReissueCall<Form = unknown> = Call<RequestDeps, "applicant", { readonly id: Id }, unknown, Form>;

interface FormModel {
  readonly base: ReissueBase;
  readonly values: ReissueValues;
  readonly errors: FieldErrors;
  readonly reasons: typeof REISSUE_REASONS;
  readonly grace: typeof GRACE_DAYS;
  readonly commands: { readonly rsa: string; readonly ec: string };
  /** Why there is no form: the certificate cannot be reissued, or what is left of it is longer than permitted. */
  readonly refusal: string | null;
  readonly tooLong: boolean;
}

interface CheckModel {
  readonly base: ReissueBase;
  readonly draft: string;
  readonly form: ReissueForm;
  readonly preview: Extract<CsrPreview, { kind: "read" }>;
  /** By when the old certificate is revoked where its key is said to be compromised. */
  readonly compromisedUntil: Temporal.Instant;
}

const formView = view<FormModel>("applicant/reissues/new");
const checkView = view<CheckModel>("applicant/reissues/check");
const byId = z.object({ id: z.uuid() });
const byDraft = byId.extend({ draft: z.uuid() });
const back = ({ params }: ReissueCall) => `/certificates/${params.id}/reissues/new`;

/** 再発行 on the applicant site: 入力 → 確認 → 完了, the last on the page of every request. */
export const applicantReissueRoutes = [
  route({
    method: "GET",
    path: "/certificates/:id/reissues/new",
    permission: "applicant",
    params: byId,
    query: z.object({ draft: z.uuid().optional().catch(undefined) }),
    handle: async (call) => {
      const { draft } = call.query;
      const kept = draft === undefined ? null : draftIn<ReissueValues>(call.session, draft);
      return page(formView, await formModel(call, kept ?? {}));
    },
  }),

  route({
    method: "POST",
    path: "/certificates/:id/reissues/drafts",
    permission: "applicant",
    params: byId,
    form: reissueForm,
    labels: reissueLabels,
    handle: async (call) => {
      const { deps, actor, form, session, language } = call;
      const t = catalogue(language);
      const csr = sentCsr(call.typed, call.files);
      const base = await baseOf(call);
      const now = deps.clock.now();
      const submission = reissueSubmission(base, { ...form, csr }, now);
      const read = await readSubmission(submission);
      const problems = await judgeSubmission(deps.db.read, actor.tenant, submission, read, now);
      if (problems.length === 0) {
        const draft = keepDraft(session, valuesOf(call.typed, csr));
        return redirect(`/certificates/${call.params.id}/reissues/drafts/${draft}`);
      }
      await deps.db.transact((tx) => auditRefusal(tx, actor, problems, now));
      const missing = csr.length === 0 ? { csr: t.fields.missing({ label: t.requests.field.csr }) } : {};
      return formAgain(call, csr, { ...reissueErrors(call, problems), ...missing });
    },
    invalid: (call, errors) => formAgain(call, sentCsr(call.typed, call.files), errors),
  }),
  // Where the language switch comes from after that POST.
  route({
    method: "GET",
    path: "/certificates/:id/reissues/drafts",
    permission: "applicant",
    params: byId,
    handle: async (call) => {
      await baseOf(call);
      return redirect(back(call));
    },
  }),

  route({
    method: "GET",
    path: "/certificates/:id/reissues/drafts/:draft",
    permission: "applicant",
    params: byDraft,
    handle: async (call) => {
      const { deps, actor, params, session } = call;
      const base = await baseOf(call);
      const values = draftIn<ReissueValues>(session, params.draft);
      const form = reissueForm.safeParse(values);
      if (values === null || !form.success) return draftGone(call, params.draft);
      const preview = await previewCsr(deps.db.read, actor.tenant, values.csr, base.names);
      if (preview.kind !== "read") return draftGone(call, params.draft);
      const compromisedUntil = deps.clock.now().add({ hours: 24 });
      return page(checkView, { base, draft: params.draft, form: form.data, preview, compromisedUntil });
    },
  }),

  route({
    method: "POST",
    path: "/certificates/:id/reissues",
    permission: "applicant",
    params: byId,
    form: z.object({ draft: z.uuid() }),
    handle: async (call) => {
      const { deps, actor, params, form, session } = call;
      await baseOf(call);
      const values = draftIn<ReissueValues>(session, form.draft);
      const parsed = reissueForm.safeParse(values);
      if (values === null || !parsed.success) return draftGone(call, form.draft);
      const ask = { ...parsed.data, csr: values.csr };
      const outcome = await askReissue(deps, actor, params.id, ask, form.draft);
      if (!outcome.ok) return formAgain(call, values.csr, reissueErrors(call, outcome.problems), values);
      dropDraft(session, form.draft);
      return redirect(`/requests/${outcome.id}/receipt`);
    },
    invalid: (call) => redirect(back(call)),
  }),
];

async function baseOf({ deps, actor, params }: ReissueCall): Promise<ReissueBase> {
  const base = await reissueBase(deps.db.read, actor.tenant, params.id, deps.clock.now());
  if (base === null) throw new Problem("not-found");
  return base;
}

async function formModel(
  call: ReissueCall,
  typed: Partial<ReissueValues>,
  errors: FieldErrors = {},
): Promise<FormModel> {
  const base = await baseOf(call);
  const defaults: Partial<ReissueValues> = {
    graceDays: String(DEFAULT_GRACE_DAYS),
    issueNoticeEmail: base.issueNoticeEmail,
    place: base.place ?? "",
  };
  const values = Object.fromEntries(
    REISSUE_FIELDS.map((field) => [field, typed[field] ?? defaults[field] ?? ""]),
  ) as ReissueValues;
  const now = call.deps.clock.now();
  const t = catalogue(call.language);
  const [commonName = "", ...additionalNames] = base.names;
  const organization = base.organization.nameEn;
  const command = (key: "RSA" | "EC") => opensslCommand({ commonName, additionalNames, organization, key });
  return {
    base,
    values,
    errors,
    reasons: REISSUE_REASONS,
    grace: GRACE_DAYS,
    commands: { rsa: command("RSA"), ec: command("EC") },
    refusal: base.problem && problemSentence(t, base.problem),
    tooLong: validityDays(now, base.notAfter) > longestValidityDays(now),
  };
}

async function formAgain(
  call: ReissueCall,
  csr: string | Uint8Array,
  errors: FieldErrors,
  values = valuesOf(call.typed, csr),
): Promise<Answer> {
  return page(formView, await formModel(call, values, errors), 422);
}

/** What may be shown and kept: of anything that holds a private key, nothing. */
function valuesOf(typed: Readonly<Record<string, string>>, csr: string | Uint8Array): ReissueValues {
  const values = Object.fromEntries(
    REISSUE_FIELDS.map((field) => [field, typed[field] ?? ""]),
  ) as ReissueValues;
  return { ...values, csr: csrToShow(csr) };
}

/** A fault of something that this form does not ask belongs to the form as a whole. */
function reissueErrors({ language }: ReissueCall, problems: readonly FieldProblem[]): FieldErrors {
  const known: readonly string[] = REISSUE_FIELDS;
  const placed = problems.map(({ field, problem }) => ({
    problem,
    field: isProblem(problem, "reissue-same-key") ? "csr" : known.includes(field) ? field : "",
  }));
  return problemErrors(catalogue(language), placed as readonly FieldProblem[]);
}

/** A check page whose values are gone was either sent already, or belongs to a session that has ended. */
async function draftGone(call: ReissueCall, draft: string): Promise<Answer> {
  const sent = await sentFromDraft(call.deps.db.read, call.actor, draft);
  if (sent !== null) return redirect(`/requests/${sent}/receipt`);
  call.session.set("flash", { kind: "warn", code: "draftGone" });
  return redirect(back(call));
}
