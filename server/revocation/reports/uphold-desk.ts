import { z } from "zod";
import { page } from "../../http/answer.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import { groundRule } from "../../rules/index.ts";
import {
  deadlineOf,
  GROUNDS,
  type Ground,
  groundsOf,
  type RevocationOrder,
  reasonsOf,
} from "../revocation.ts";
import { typedHour } from "../typed-hour.ts";
import { type AnswerCall, answerRoutes } from "./answer-frame.ts";
import { upholdReport } from "./answer-report.ts";
import type { ReportedCertificate } from "./pages/certificate-lines.ts";
import type { ShowReport } from "./pages/show-report.ts";
import { GROUND_OF } from "./report.ts";
import { openReport, type ReportPage, words } from "./report-page.ts";

/** 入力: the grounds with the deadline that each would set, counted from the report. */
interface UpholdForm extends ReportPage {
  readonly grounds: readonly { readonly ground: Ground; readonly dueAt: Temporal.Instant }[];
}

/** 確認 */
interface UpholdCheck extends ShowReport {
  readonly draft: string;
  readonly chosen: readonly ReportedCertificate[];
  /** On the report, alive, and left alone. */
  readonly spared: readonly ReportedCertificate[];
  readonly ground: Ground;
  readonly source: string;
  readonly reason: RevocationOrder["reason"];
  readonly dueAt: Temporal.Instant;
  /** Null: at once. */
  readonly executeAt: Temporal.Instant | null;
  readonly overdue: boolean;
  readonly words: string;
  readonly errors: FieldErrors;
}

const formView = view<UpholdForm>("desk/problem-reports/revocation");
const checkView = view<UpholdCheck>("desk/problem-reports/revocation-check");

const upholdForm = z
  .object({
    certificates: z
      .string({ error: "certificates" })
      .min(1)
      .transform((typed) => typed.split(","))
      .pipe(z.array(z.uuid()).min(1)),
    ground: z.enum(GROUNDS),
    when: z.enum(["now", "later"]),
    executeAt: z.string().default(""),
    words,
  })
  .transform((typed, context) => {
    if (typed.when === "now") return { ...typed, executeAt: null };
    const executeAt = typedHour(typed.executeAt);
    if (executeAt === null)
      context.addIssue({ code: "invalid_format", format: "datetime", path: ["executeAt"] });
    return { ...typed, executeAt };
  });

/** What is ordered when the check page is sent. */
function reasonOf(ground: Ground, now: Temporal.Instant): RevocationOrder["reason"] {
  const [reason] = reasonsOf(ground, now);
  if (reason === undefined) throw new Error(`the ground ${ground} has no reason`);
  return reason;
}

/** The decision that a report is right, with the revocations that follow from it. */
export const upholdDeskRoutes = answerRoutes({
  noun: "revocation",
  freshSecondFactor: true,
  form: upholdForm,
  labels: (t) => t.problemReports.answer.revocation.field,
  fieldOf: {
    "revocation-too-late": "executeAt",
    "certificate-not-revocable": "certificates",
    "not-found": "certificates",
  },
  inputPage: async (call, typed, errors) => {
    const shown = await openReport(call);
    const grounds = groundsOf("desk", call.deps.clock.now()).map((ground) => ({
      ground,
      dueAt: deadlineOf(ground, shown.report.receivedAt),
    }));
    const values = typed ?? {
      certificates: shown.certificates.map(({ id }) => id).join(","),
      ground: GROUND_OF[shown.report.category] ?? "",
      when: "now",
    };
    return page(formView, { ...shown, grounds, values, errors });
  },
  judge: async (call, form) => {
    const { report } = await openReport(call);
    const { desk } = catalogue(call.language).revocation;
    if (form.executeAt === null) return {};
    const { executeAt } = form;
    const isAfter = (at: Temporal.Instant) => Temporal.Instant.compare(executeAt, at) > 0;
    if (!isAfter(call.deps.clock.now())) return { executeAt: desk.executeAtPast };
    return isAfter(deadlineOf(form.ground, report.receivedAt)) ? { executeAt: desk.executeAtLate } : {};
  },
  checkPage: async (call, draft, form, errors) => {
    const shown = await openReport(call);
    const now = call.deps.clock.now();
    const dueAt = deadlineOf(form.ground, shown.report.receivedAt);
    const isChosen = ({ id }: ReportedCertificate) => form.certificates.includes(id);
    return page(checkView, {
      ...shown,
      draft,
      chosen: shown.revocable.filter(isChosen),
      spared: shown.revocable.filter((one) => !isChosen(one)),
      ground: form.ground,
      source: groundRule(form.ground, now).source,
      reason: reasonOf(form.ground, now),
      dueAt,
      executeAt: form.executeAt,
      overdue: Temporal.Instant.compare(dueAt, now) < 0,
      words: form.words,
      errors,
    });
  },
  missing: (typed, { language }: AnswerCall): FieldErrors =>
    typed["confirmed"] === "on"
      ? {}
      : { confirmed: catalogue(language).revocation.operator.check.confirmMissing },
  send: async ({ deps, actor, params, session }, form, seen) => {
    const now = deps.clock.now();
    const { certificates: certificateIds, ground, words: explanation } = form;
    const reason = reasonOf(ground, now);
    const executeAt = form.executeAt ?? now;
    const upholding = { certificateIds, ground, reason, explanation, executeAt };
    const { refused } = await upholdReport(deps, actor, params.id, upholding, seen);
    if (refused.length > 0) session.set("flash", { kind: "warn", code: "reportUpheldPartly" });
  },
});
