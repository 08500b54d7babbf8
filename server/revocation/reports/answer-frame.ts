import { z } from "zod";
import { type Answer, redirect } from "../../http/answer.ts";
import { type Call, type Route, type RouteSpec, routesOf } from "../../http/route.ts";
import type { FieldErrors } from "../../http/view.ts";
import type { Catalogue } from "../../i18n/index.ts";
import type { Id } from "../../kernel/ids.ts";
import { draftIn, dropDraft, keepDraft } from "../../requests/index.ts";
import type { ReportDeps } from "./file-report.ts";
import { byId, openReport, reportAt } from "./report-page.ts";

export type AnswerCall = Pick<
  Call<ReportDeps, "staff", { readonly id: Id }, unknown, unknown>,
  "deps" | "actor" | "params" | "language" | "session"
>;
type Values = Readonly<Record<string, string>>;

/** What was typed, and the version of the report that it was typed for. */
interface Draft<Form> {
  readonly values: Values;
  readonly form: Form;
  readonly seen: number;
}

/** One answer to a report: what its form asks, what its pages show, and what sending it does. */
export interface AnswerFrame<Form> {
  /** The noun of its address: /problem-reports/:id/<noun>. */
  readonly noun: string;
  /** Decisions ask for the second factor again before their check page; a preliminary report does not. */
  readonly freshSecondFactor: boolean;
  readonly form: z.ZodType<Form>;
  readonly labels: (t: Catalogue) => Readonly<Record<string, string>>;
  readonly fieldOf?: RouteSpec<ReportDeps, "staff", unknown, unknown, Form>["fieldOf"] & {};
  /** 入力; `values` null: not typed yet. */
  readonly inputPage: (call: AnswerCall, values: Values | null, errors: FieldErrors) => Promise<Answer>;
  /** 確認 */
  readonly checkPage: (call: AnswerCall, draft: Id, form: Form, errors: FieldErrors) => Promise<Answer>;
  /** What the form alone cannot tell to be wrong: a sentence by field, or nothing. */
  readonly judge?: (call: AnswerCall, form: Form) => Promise<FieldErrors>;
  /** What must be said on the check page before it is sent: a sentence by field, or nothing. */
  readonly missing?: (typed: Values, call: AnswerCall) => FieldErrors;
  /**
   * `seen`: the version of the report that the answer was meant for; with another one it is a stale-version, and the
   * form comes again with what was typed.
   */
  readonly send: (call: AnswerCall, form: Form, seen: number) => Promise<void>;
}

const route = routesOf<ReportDeps>();
const byDraft = byId.extend({ draft: z.uuid() });

const hasSome = (errors: FieldErrors) => Object.keys(errors).length > 0;
const refused = (answer: Answer): Answer => (answer.kind === "page" ? { ...answer, status: 422 } : answer);

/** 入力 → 確認 → 完了 of an answer; the last is the receipt that every answer shares. */
export function answerRoutes<Form>(frame: AnswerFrame<Form>): readonly Route<ReportDeps>[] {
  const path = `/problem-reports/:id/${frame.noun}`;
  const input = ({ id }: AnswerCall["params"]) => `${reportAt(id)}/${frame.noun}`;
  const { labels } = frame;
  // Every answer has words, and beside them stands that the report is another one by now.
  const fieldOf = { ...frame.fieldOf, "stale-version": "words" } as const;
  // A draft belongs to one answer to one report: sent to another address it is none.
  const kept = ({ session, params }: AnswerCall, draft: string): Draft<Form> | null => {
    const { "draft-of": of, "draft-version": seen, ...values } = draftIn<Values>(session, draft) ?? {};
    if (of !== input(params)) return null;
    const form = frame.form.safeParse(values);
    return form.success ? { values, form: form.data, seen: Number(seen) } : null;
  };
  const draftGone = (call: AnswerCall): Answer => {
    call.session.set("flash", { kind: "warn", code: "draftGone" });
    return redirect(input(call.params));
  };
  return [
    route({
      method: "GET",
      path,
      permission: "staff",
      params: byId,
      query: z.object({ draft: z.uuid().optional().catch(undefined) }),
      handle: (call) => {
        const { draft } = call.query;
        const values = draft === undefined ? undefined : kept(call, draft)?.values;
        return frame.inputPage(call, values ?? null, {});
      },
    }),
    route({
      method: "POST",
      path: `${path}/drafts`,
      permission: "staff",
      params: byId,
      form: frame.form,
      labels,
      handle: async (call) => {
        const { report } = await openReport(call);
        const errors = (await frame.judge?.(call, call.form)) ?? {};
        if (hasSome(errors)) return refused(await frame.inputPage(call, call.typed, errors));
        const of = input(call.params);
        const draft = { ...call.typed, "draft-of": of, "draft-version": String(report.version) };
        return redirect(`${of}/drafts/${keepDraft(call.session, draft)}`);
      },
      invalid: (call, errors) => frame.inputPage(call, call.typed, errors),
    }),
    // Where the language switch and the address bar come from after that POST.
    route({
      method: "GET",
      path: `${path}/drafts`,
      permission: "staff",
      params: byId,
      handle: (call) => redirect(input(call.params)),
    }),
    route({
      method: "GET",
      path: `${path}/drafts/:draft`,
      permission: "staff",
      freshSecondFactor: frame.freshSecondFactor,
      params: byDraft,
      handle: async (call) => {
        const draft = kept(call, call.params.draft);
        return draft ? frame.checkPage(call, call.params.draft, draft.form, {}) : draftGone(call);
      },
    }),
    route({
      method: "POST",
      path,
      permission: "staff",
      freshSecondFactor: frame.freshSecondFactor,
      params: byId,
      form: z.object({ draft: z.uuid(), confirmed: z.string().default("") }),
      labels,
      fieldOf,
      handle: async (call) => {
        const draft = kept(call, call.form.draft);
        if (!draft) return draftGone(call);
        const missing = frame.missing?.(call.typed, call) ?? {};
        if (hasSome(missing)) {
          return refused(await frame.checkPage(call, call.form.draft, draft.form, missing));
        }
        await frame.send(call, draft.form, draft.seen);
        dropDraft(call.session, call.form.draft);
        return redirect(`${reportAt(call.params.id)}/receipt`);
      },
      // What the use case refused stands beside its field, in the form as it was typed.
      invalid: (call, errors) => {
        const draft = kept(call, call.typed["draft"] ?? "");
        return draft ? frame.inputPage(call, draft.values, errors) : draftGone(call);
      },
    }),
  ];
}
