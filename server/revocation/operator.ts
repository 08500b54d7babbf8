import { z } from "zod";
import { type Answer, events, page, redirect } from "../http/answer.ts";
import { type Call, routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import { followJob, settledSoon } from "../jobs/index.ts";
import { Problem } from "../kernel/problem.ts";
import { type CertificateRevocation, draftIn, dropDraft, keepDraft } from "../requests/index.ts";
import { operatorCancellationRoutes } from "./operator-cancellation.ts";
import { type RevocationCandidate, revocationCandidates } from "./pages/candidates.ts";
import { revocationOf } from "./pages/revocation-of.ts";
import { type ShowRevocationsJob, showRevocationsJob } from "./pages/revocations-job.ts";
import {
  checkModel,
  formModel,
  listErrors,
  type RevocationCheck,
  type RevocationForm,
  type RevocationInput,
  revocationForm,
  revocationLabels,
} from "./revocation-form.ts";
import { type RevocationDeps, revokeOne, startRevocations } from "./revoke-certificates.ts";

/** What the operator site's pages about revocation need. */
export interface OperatorRevocationDeps extends RevocationDeps {
  readonly kickJobs: () => void;
}

interface Receipt {
  readonly certificate: RevocationCandidate;
  readonly revocation: CertificateRevocation;
}

const formView = view<RevocationForm>("operator/revocations/new");
const checkView = view<RevocationCheck>("operator/revocations/check");
const receiptView = view<Receipt>("operator/revocations/receipt");
const jobView = view<ShowRevocationsJob>("operator/revocations/show");

const route = routesOf<OperatorRevocationDeps>();
const byId = z.object({ id: z.uuid() });
const ofDraft = z.object({ draft: z.uuid() });
const perhapsDraft = z.uuid().optional().catch(undefined);

type OperatorCall<Form = unknown> = Call<OperatorRevocationDeps, "operator", unknown, unknown, Form>;

/** 入力 */
const formRoutes = [
  route({
    method: "GET",
    path: "/certificates/:id/revocation",
    permission: "operator",
    params: byId,
    query: z.object({ draft: perhapsDraft }),
    handle: async ({ deps, actor, params, query, session }) => {
      const kept = query.draft === undefined ? null : draftIn<Record<string, string>>(session, query.draft);
      const model = await formModel(deps, actor, [params.id], true, kept ?? {}, {});
      if (!model.chosen[0]) throw new Problem("not-found");
      // What cannot be revoked says so where it is shown in full.
      return model.chosen[0].problem ? redirect(`/certificates/${params.id}`) : page(formView, model);
    },
  }),
  route({
    method: "GET",
    path: "/revocations/new",
    permission: "operator",
    query: z.object({
      draft: perhapsDraft,
      ids: z
        .union([z.string(), z.array(z.string())])
        .optional()
        .transform((ids) => (ids === undefined ? [] : [ids].flat()))
        .pipe(z.array(z.uuid()).max(100)),
    }),
    handle: async ({ deps, actor, query, session }) => {
      const kept = query.draft === undefined ? null : draftIn<Record<string, string>>(session, query.draft);
      const chosen = kept ? (kept["ids"] ?? "").split(",").filter((id) => id !== "") : query.ids;
      return page(formView, await formModel(deps, actor, chosen, false, kept ?? {}, {}));
    },
  }),
  route({
    method: "POST",
    path: "/revocations/drafts",
    permission: "operator",
    form: revocationForm,
    labels: revocationLabels,
    handle: async (call) => {
      const errors = listErrors(catalogue(call.language), call.form);
      if (Object.keys(errors).length > 0) return formAgain(call, errors, call.form.of === "one");
      return redirect(`/revocations/drafts/${keepDraft(call.session, call.typed)}`);
    },
    invalid: (call, errors) => formAgain(call, errors, call.typed["of"] === "one"),
  }),
  // Where the language switch and the address bar come from after that POST.
  route({
    method: "GET",
    path: "/revocations/drafts",
    permission: "operator",
    handle: () => redirect("/revocations/new"),
  }),
];

async function formAgain(
  { deps, actor, typed }: OperatorCall,
  errors: Readonly<Record<string, string>>,
  one: boolean,
): Promise<Answer> {
  const chosen = (typed["ids"] ?? "").split(",").filter((id) => z.uuid().safeParse(id).success);
  return page(formView, await formModel(deps, actor, chosen, one, typed, errors), 422);
}

/** 確認 and 完了 */
const decidingRoutes = [
  route({
    method: "GET",
    path: "/revocations/drafts/:draft",
    permission: "operator",
    freshSecondFactor: true,
    params: ofDraft,
    handle: async (call) => {
      const input = keptInput(call, call.params.draft);
      return input ? checkPage(call, call.params.draft, input, {}) : draftGone(call);
    },
  }),
  route({
    method: "POST",
    path: "/revocations",
    permission: "operator",
    freshSecondFactor: true,
    form: ofDraft.extend({ confirmed: z.string().default("") }),
    handle: async (call) => {
      const { deps, actor, session, form, language } = call;
      const input = keptInput(call, form.draft);
      if (!input) return draftGone(call);
      const { ready } = await checkModel(deps, actor, form.draft, input, {});
      const { check } = catalogue(language).revocation.operator;
      if (form.confirmed !== "on" || ready.length === 0) {
        const answer = ready.length === 0 ? {} : { confirmed: check.confirmMissing };
        return checkPage(call, form.draft, input, answer, 422);
      }
      const { reason, explanation } = input;
      const wanted = { ids: ready.map(({ id }) => id), reason, explanation };
      const [only, ...others] = wanted.ids;
      if (input.of === "one" && only !== undefined && others.length === 0) {
        await revokeOne(deps, actor, wanted);
        dropDraft(session, form.draft);
        return redirect(`/certificates/${only}/revocation/receipt`);
      }
      const id = await startRevocations(deps, actor, wanted);
      dropDraft(session, form.draft);
      deps.kickJobs();
      await settledSoon(() => showRevocationsJob(deps.db.read, actor.tenant, id), wanted.ids.length);
      return redirect(`/revocations/${id}`);
    },
    invalid: () => redirect("/revocations/new"),
  }),
  // Where the language switch and the address bar come from after that POST.
  route({
    method: "GET",
    path: "/revocations",
    permission: "operator",
    handle: () => redirect("/revocations/new"),
  }),
  route({
    method: "GET",
    path: "/certificates/:id/revocation/receipt",
    permission: "operator",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const [certificate] = await revocationCandidates(
        deps.db.read,
        actor.tenant,
        [params.id],
        deps.clock.now(),
      );
      const revocation = certificate ? await revocationOf(deps.db.read, params.id, deps.clock.now()) : null;
      if (!certificate || !revocation || revocation.planned) throw new Problem("not-found");
      return page(receiptView, { certificate, revocation });
    },
  }),
  route({
    method: "GET",
    path: "/revocations/:id",
    permission: "operator",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const job = await showRevocationsJob(deps.db.read, actor.tenant, params.id);
      if (!job) throw new Problem("not-found");
      return page(jobView, job);
    },
  }),
  route({
    method: "GET",
    path: "/revocations/:id/events",
    permission: "operator",
    params: byId,
    handle: async ({ deps, actor, params }) => {
      const look = () => showRevocationsJob(deps.db.read, actor.tenant, params.id);
      if (!(await look())) throw new Problem("not-found");
      return events(followJob(look));
    },
  }),
];

function keptInput({ session }: Pick<OperatorCall, "session">, draft: string): RevocationInput | null {
  const input = revocationForm.safeParse(draftIn(session, draft));
  return input.success ? input.data : null;
}

async function checkPage(
  { deps, actor }: Pick<OperatorCall, "deps" | "actor">,
  draft: string,
  input: RevocationInput,
  errors: Readonly<Record<string, string>>,
  status = 200,
): Promise<Answer> {
  return page(checkView, await checkModel(deps, actor, draft, input, errors), status);
}

/** A check page whose values are gone was either sent already, or belongs to a session that has ended. */
function draftGone({ session }: Pick<OperatorCall, "session">): Answer {
  session.set("flash", { kind: "warn", code: "draftGone" });
  return redirect("/revocations/new");
}

/** 失効 on the operator site: one certificate, or many. */
// "/revocations/new" and "/revocations/drafts" come before "/revocations/:id", which would take the words for ids.
export const operatorRevocationRoutes = [...formRoutes, ...decidingRoutes, ...operatorCancellationRoutes];
