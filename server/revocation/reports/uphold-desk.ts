import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { JAPAN } from "../../kernel/clock.ts";
import { deadlineOf, GROUNDS, type Ground, groundsOf, reasonsOf } from "../revocation.ts";
import { upholdReport } from "./answer-report.ts";
import { byId, openReport, type ReportPage, words } from "./desk.ts";
import type { ReportDeps } from "./file-report.ts";
import type { ShowReport } from "./pages.ts";
import { GROUND_OF } from "./report.ts";

/** The page of the decision: the grounds with the deadline that each would set, counted from the report. */
interface UpholdPage extends ReportPage {
  readonly grounds: readonly { readonly ground: Ground; readonly dueAt: Temporal.Instant }[];
  /** The report's certificates that are alive: what can be revoked. */
  readonly revocable: ShowReport["certificates"];
}

const upholdView = view<UpholdPage>("desk/problem-reports/revocation");
const route = routesOf<ReportDeps>();

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
    const executeAt = hourInJapan(typed.executeAt);
    if (executeAt === null)
      context.addIssue({ code: "invalid_format", format: "datetime", path: ["executeAt"] });
    return { ...typed, executeAt };
  });

/** As `datetime-local` and people write it: 2026-11-22T14:05, 2026/11/22 14:05; null when it is none. */
function hourInJapan(text: string): Temporal.Instant | null {
  const plain = text.normalize("NFKC").trim().replaceAll("/", "-").replace(/\s+/, "T");
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(plain)) return null;
  try {
    return Temporal.PlainDateTime.from(plain).toZonedDateTime(JAPAN).toInstant();
  } catch {
    return null;
  }
}

async function upholdPage(
  call: { readonly deps: ReportDeps; readonly params: { readonly id: string } },
  values: Readonly<Record<string, string>>,
  errors: FieldErrors,
): Promise<Answer> {
  const shown = await openReport(call);
  const now = call.deps.clock.now();
  const revocable = shown.certificates.filter(
    ({ state, notAfter }) => state !== "REVOKED" && Temporal.Instant.compare(notAfter, now) >= 0,
  );
  const grounds = groundsOf("desk", now).map((ground) => ({
    ground,
    dueAt: deadlineOf(ground, shown.report.receivedAt),
  }));
  return page(upholdView, { ...shown, grounds, revocable, values, errors });
}

/** The decision that a report is right, with the revocations that follow from it. */
export const upholdDeskRoutes = [
  route({
    method: "GET",
    path: "/problem-reports/:id/revocation",
    permission: "staff",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const { report, certificates } = await openReport(call);
      return upholdPage(
        call,
        {
          certificates: certificates.map(({ id }) => id).join(","),
          ground: GROUND_OF[report.category] ?? "",
          when: "now",
        },
        {},
      );
    },
  }),
  route({
    method: "POST",
    path: "/problem-reports/:id/revocation",
    permission: "staff",
    freshSecondFactor: "while-typing",
    params: byId,
    form: upholdForm,
    labels: (t) => t.problemReports.desk.uphold.field,
    fieldOf: {
      "revocation-too-late": "executeAt",
      "certificate-not-revocable": "certificates",
      "revocation-planned-already": "certificates",
      "not-found": "certificates",
    },
    handle: async (call) => {
      const { deps, actor, params, form, session } = call;
      const now = deps.clock.now();
      const [reason] = reasonsOf(form.ground, now);
      if (reason === undefined) throw new Error(`the ground ${form.ground} has no reason`);
      await openReport(call);
      const { refused } = await upholdReport(deps, actor, params.id, {
        certificateIds: form.certificates,
        ground: form.ground,
        reason,
        explanation: form.words,
        executeAt: form.executeAt ?? now,
      });
      session.set(
        "flash",
        refused.length === 0
          ? { kind: "ok", code: "reportUpheld" }
          : { kind: "warn", code: "reportUpheldPartly" },
      );
      return redirect(`/problem-reports/${params.id}`);
    },
    invalid: (call, errors) => upholdPage(call, call.typed, errors),
  }),
];
