import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { type Call, routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import { draftIn, dropDraft, keepDraft } from "../requests/index.ts";
import {
  type DeskCheck,
  type DeskForm,
  deskCheckModel,
  deskErrors,
  deskForm,
  deskFormModel,
  deskLabels,
  orderOf,
} from "./desk-form.ts";
import { orderOne } from "./desk-orders.ts";
import { latestOrderOf, type ShowOrder, showOrder } from "./pages/orders.ts";
import type { RevocationDeps } from "./revoke-certificates.ts";

const formView = view<DeskForm>("desk/revocations/new");
const checkView = view<DeskCheck>("desk/revocations/check");
const receiptView = view<ShowOrder>("desk/revocations/receipt");

const route = routesOf<RevocationDeps>();
const byId = z.object({ id: z.uuid() });
const byDraft = byId.extend({ draft: z.uuid() });

type DeskCall = Call<RevocationDeps, "staff", { readonly id: string }, unknown, unknown>;

/** What was typed for this certificate; null also for a draft that belongs to another one. */
function draftFor(
  { session, params }: Pick<DeskCall, "session" | "params">,
  draft: string,
): Readonly<Record<string, string>> | null {
  const { "draft-of": of, ...typed } = draftIn<Record<string, string>>(session, draft) ?? {};
  return of === params.id ? typed : null;
}

/** 入力 → 確認 → 完了 for one certificate. */
export const revokeDeskRoutes = [
  route({
    method: "GET",
    path: "/certificates/:id/revocation",
    permission: "staff",
    params: byId,
    query: z.object({ draft: z.uuid().optional().catch(undefined) }),
    handle: async (call) => {
      const { deps, params, query } = call;
      const kept = query.draft === undefined ? null : draftFor(call, query.draft);
      return page(formView, await deskFormModel(deps, params.id, kept ?? {}, {}));
    },
  }),
  route({
    method: "POST",
    path: "/certificates/:id/revocation/drafts",
    permission: "staff",
    params: byId,
    form: deskForm,
    labels: deskLabels,
    handle: async ({ deps, params, form, typed, session, language }) => {
      const errors = deskErrors(catalogue(language), form, deps.clock.now());
      if (Object.keys(errors).length > 0) {
        return page(formView, await deskFormModel(deps, params.id, typed, errors), 422);
      }
      await deskFormModel(deps, params.id, typed, {});
      const draft = keepDraft(session, { ...typed, "draft-of": params.id });
      return redirect(`/certificates/${params.id}/revocation/drafts/${draft}`);
    },
    invalid: async ({ deps, params, typed }, errors) =>
      page(formView, await deskFormModel(deps, params.id, typed, errors)),
  }),
  // Where the language switch and the address bar come from after that POST.
  route({
    method: "GET",
    path: "/certificates/:id/revocation/drafts",
    permission: "staff",
    params: byId,
    handle: ({ params }) => redirect(`/certificates/${params.id}/revocation`),
  }),
  route({
    method: "GET",
    path: "/certificates/:id/revocation/drafts/:draft",
    permission: "staff",
    freshSecondFactor: true,
    params: byDraft,
    handle: async (call) => checkPage(call, call.params.draft, {}),
  }),
  route({
    method: "POST",
    path: "/certificates/:id/revocation",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    form: z.object({ draft: z.uuid(), confirmed: z.string().default("") }),
    handle: async (call) => {
      const { deps, actor, params, form, session, language } = call;
      const input = deskForm.safeParse(draftFor(call, form.draft));
      if (!input.success) return draftGone(call);
      if (form.confirmed !== "on") {
        const { confirmMissing } = catalogue(language).revocation.operator.check;
        return checkPage(call, form.draft, { confirmed: confirmMissing }, 422);
      }
      await orderOne(deps, actor, orderOf(params.id, input.data, deps.clock.now()));
      dropDraft(session, form.draft);
      return redirect(`/certificates/${params.id}/revocation/receipt`);
    },
    invalid: (call) => draftGone(call),
  }),
  route({
    method: "GET",
    path: "/certificates/:id/revocation/receipt",
    permission: "staff",
    params: byId,
    handle: async ({ deps, params }) => {
      const order = await latestOrderOf(deps.db.read, params.id);
      const shown = order && (await showOrder(deps.db.read, order.id, deps.clock.now()));
      return shown ? page(receiptView, shown) : redirect(`/certificates/${params.id}`);
    },
  }),
];

async function checkPage(call: DeskCall, draft: string, errors: FieldErrors, status = 200): Promise<Answer> {
  const input = deskForm.safeParse(draftFor(call, draft));
  if (!input.success) return draftGone(call);
  const model = await deskCheckModel(call.deps, call.params.id, draft, input.data, errors);
  return page(checkView, model, status);
}

function draftGone({ session, params }: Pick<DeskCall, "session" | "params">): Answer {
  session.set("flash", { kind: "warn", code: "draftGone" });
  return redirect(`/certificates/${params.id}/revocation`);
}
