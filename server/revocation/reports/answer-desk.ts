import { z } from "zod";
import { page, redirect } from "../../http/answer.ts";
import { routesOf } from "../../http/route.ts";
import { view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import { answerRoutes } from "./answer-frame.ts";
import { dismissReport, sendPreliminaryReport, settleReport } from "./answer-report.ts";
import type { ReportDeps } from "./file-report.ts";
import { type AnswerReceipt, answerReceipt } from "./pages/answer-receipt.ts";
import type { ShowReport } from "./pages/show-report.ts";
import { byId, openReport, type ReportPage, reportAt, reported, words } from "./report-page.ts";

/** What is answered in words alone, by the noun of its address. */
const ANSWERS = {
  preliminary: { send: sendPreliminaryReport, decides: false },
  settlement: { send: settleReport, decides: true },
  dismissal: { send: dismissReport, decides: true },
} as const;
type AnswerNoun = keyof typeof ANSWERS;

interface AnswerForm extends ReportPage {
  readonly noun: AnswerNoun;
  /** It says that everything is dealt with, and something is not. */
  readonly tooEarly: boolean;
}

interface AnswerCheck extends ShowReport {
  readonly noun: AnswerNoun;
  readonly draft: string;
  readonly words: string;
}

const formView = view<AnswerForm>("desk/problem-reports/answer");
const checkView = view<AnswerCheck>("desk/problem-reports/answer-check");
const receiptView = view<AnswerReceipt>("desk/problem-reports/receipt");
const route = routesOf<ReportDeps>();

const wordRoutes = (noun: AnswerNoun) =>
  answerRoutes({
    noun,
    freshSecondFactor: ANSWERS[noun].decides,
    form: z.object({ words }),
    labels: (t) => ({ words: t.problemReports.answer[noun].words }),
    inputPage: async (call, typed, errors) => {
      const shown = await openReport(call);
      // In the reporter's language, who reads it; the subscribers get the same words.
      const draft = catalogue(shown.report.language).problemReports.answer[noun].draft;
      const tooEarly = noun === "settlement" && !shown.settled;
      return page(formView, { ...shown, noun, tooEarly, values: typed ?? { words: draft }, errors });
    },
    checkPage: async (call, draft, form) =>
      page(checkView, { ...(await openReport(call)), noun, draft, words: form.words }),
    send: ({ deps, actor, params }, form, seen) =>
      ANSWERS[noun].send(deps, actor, params.id, form.words, seen),
  });

/** 完了 of whichever answer was the last one. */
const receiptRoute = route({
  method: "GET",
  path: "/problem-reports/:id/receipt",
  permission: "staff",
  params: byId,
  handle: async (call) => {
    const receipt = await answerReceipt(call.deps.db.read, await reported(call), call.deps.clock.now());
    return receipt === null ? redirect(reportAt(call.params.id)) : page(receiptView, receipt);
  },
});

/** The preliminary report, and the two ends of a report without a revocation that follows from it. */
export const answerDeskRoutes = [
  ...wordRoutes("preliminary"),
  ...wordRoutes("settlement"),
  ...wordRoutes("dismissal"),
  receiptRoute,
];
