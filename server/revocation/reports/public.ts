import { randomUUID } from "node:crypto";
import { z } from "zod";
import { countOn, networkOf, throttleKey } from "../../accounts/index.ts";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { type Call, routesOf } from "../../http/route.ts";
import type { VisitorSession } from "../../http/session.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import { Problem } from "../../kernel/problem.ts";
import { type FiledReport, fileReport, type ReportDeps } from "./file-report.ts";
import { CHALLENGE_PHRASE, type Proof } from "./proof.ts";
import { PRELIMINARY_HOURS, PROOF_KINDS, PROOF_RESULTS, REPORT_CATEGORIES } from "./report.ts";
import {
  READING_POLICY,
  REPORT_FIELDS,
  type ReportEntry,
  type ReportValues,
  readReport,
} from "./report-form.ts";

interface NewReport {
  readonly values: ReportValues;
  /** Proven on an earlier try: the file cannot be sent again, and need not be. */
  readonly proof: Proof | null;
  readonly errors: FieldErrors;
  /** Something is wrong, and the browser has let go of a file that is needed again. */
  readonly filesGone: boolean;
  readonly categories: typeof REPORT_CATEGORIES;
  readonly phrase: string;
  readonly hours: number;
}

interface CheckReport {
  readonly draft: string;
  readonly entry: Omit<ReportEntry, "certificateDer">;
  readonly hasCertificate: boolean;
}

const newView = view<NewReport>("public/problem-reports/new");
const checkView = view<CheckReport>("public/problem-reports/check");
const receiptView = view<FiledReport>("public/problem-reports/receipt");

const route = routesOf<ReportDeps>();
const FORM = "/problem-reports/new";

/** The session keeps one report between 入力 and 完了: values, and of the proof what may be kept. */
const DRAFT = "problem-report";
const RECEIPT = "problem-report-receipt";

const keptProof = z.object({
  result: z.enum(PROOF_RESULTS).exclude(["NONE"]),
  kind: z.enum(PROOF_KINDS),
  spkiSha256: z.string(),
  key: z.string(),
});

interface Draft {
  readonly id: string;
  readonly values: ReportValues;
  readonly proof: Proof | null;
}

function draftIn(session: VisitorSession): Draft | null {
  const kept = session.get("drafts")?.[DRAFT];
  if (kept === undefined) return null;
  const values = Object.fromEntries(REPORT_FIELDS.map((field) => [field, kept[field] ?? ""]));
  const proof = keptProof.safeParse(JSON.parse(kept["keptProof"] ?? "null"));
  return { id: kept["id"] ?? "", values: values as ReportValues, proof: proof.data ?? null };
}

function keep(session: VisitorSession, { id, values, proof }: Draft): void {
  const kept = { ...values, id, keptProof: JSON.stringify(proof) };
  session.set("drafts", { ...session.get("drafts"), [DRAFT]: kept });
}

const newPage = (
  values: Partial<ReportValues>,
  proof: Proof | null,
  wrong: { readonly errors: FieldErrors; readonly filesGone: boolean } | null = null,
): Answer =>
  page(
    newView,
    {
      values: Object.fromEntries(REPORT_FIELDS.map((field) => [field, values[field] ?? ""])) as ReportValues,
      proof,
      errors: wrong?.errors ?? {},
      filesGone: wrong?.filesGone ?? false,
      categories: REPORT_CATEGORIES,
      phrase: CHALLENGE_PHRASE,
      hours: PRELIMINARY_HOURS,
    },
    wrong === null ? 200 : 422,
  );

type PublicCall = Call<ReportDeps, "anyone", unknown, unknown, unknown>;

/** What is kept is read again: nothing but the form's own rules decides what may be sent. */
const entryOf = async ({ language }: PublicCall, { values, proof }: Draft) =>
  (await readReport(catalogue(language), { ...values }, [], proof)).entry;

/** 証明書の問題を報告する: 入力 → 確認 → 完了, open to everybody, day and night (BR 4.9.3). */
export const reportPublicRoutes = [
  route({
    method: "GET",
    path: FORM,
    permission: "anyone",
    handle: ({ session, language }) => {
      const draft = draftIn(session);
      return newPage(draft?.values ?? { language }, draft?.proof ?? null);
    },
  }),

  route({
    method: "POST",
    path: FORM,
    permission: "anyone",
    handle: async (call) => {
      const { deps, session, typed, files, language, visit } = call;
      // Keys are signed with and verified here: not without limit for one address.
      const key = throttleKey("problem-report-form", networkOf(visit.address));
      const wait = await countOn(deps.db, key, READING_POLICY, deps.clock.now());
      if (wait !== null) {
        for (const { bytes } of files) bytes.fill(0);
        throw new Problem("too-many-attempts", { retryAfterSeconds: wait });
      }
      const before = draftIn(session);
      const { values, proof, errors, entry } = await readReport(
        catalogue(language),
        typed,
        files,
        before?.proof ?? null,
      );
      keep(session, { id: before?.id ?? randomUUID(), values, proof });
      if (entry !== null) return redirect("/problem-reports/check");
      // A certificate that was read stands in its field now, and a proof beside it.
      const filesGone = files.some(({ field }) => field === "proofFile") && proof === null;
      return newPage(values, proof, { errors, filesGone });
    },
  }),

  route({
    method: "GET",
    path: "/problem-reports/check",
    permission: "anyone",
    handle: async (call) => {
      const draft = draftIn(call.session);
      const entry = draft && (await entryOf(call, draft));
      if (!draft || !entry) return gone(call.session);
      const { certificateDer, ...shown } = entry;
      return page(checkView, { draft: draft.id, entry: shown, hasCertificate: certificateDer !== null });
    },
  }),

  route({
    method: "POST",
    path: "/problem-reports",
    permission: "anyone",
    form: z.object({ draft: z.string().max(64) }),
    handle: async (call) => {
      const { deps, session, form, visit } = call;
      const draft = draftIn(session);
      const entry = draft && (await entryOf(call, draft));
      if (!draft || !entry || draft.id !== form.draft) {
        return session.get("drafts")?.[RECEIPT]?.["draft"] === form.draft
          ? redirect("/problem-reports/receipt")
          : gone(session);
      }
      const filed = await fileReport(deps, entry, draft.id, visit.address);
      const { [DRAFT]: _sent, ...others } = session.get("drafts") ?? {};
      session.set("drafts", { ...others, [RECEIPT]: { draft: draft.id, filed: JSON.stringify(filed) } });
      return redirect("/problem-reports/receipt");
    },
    invalid: ({ session }) => gone(session),
  }),
  // Where the language switch and the address bar come from after that POST.
  route({ method: "GET", path: "/problem-reports", permission: "anyone", handle: () => redirect(FORM) }),

  route({
    method: "GET",
    path: "/problem-reports/receipt",
    permission: "anyone",
    handle: ({ session }) => {
      const kept = session.get("drafts")?.[RECEIPT]?.["filed"];
      return kept === undefined ? redirect(FORM) : page(receiptView, filedIn(kept));
    },
  }),
];

function gone(session: VisitorSession): Answer {
  session.set("flash", { kind: "warn", code: "draftGone" });
  return redirect(FORM);
}

function filedIn(kept: string): FiledReport {
  const { receiptNumber, receivedAt, preliminaryDueAt, proven, mailed } = JSON.parse(kept);
  return {
    receiptNumber,
    receivedAt: Temporal.Instant.from(receivedAt),
    preliminaryDueAt: Temporal.Instant.from(preliminaryDueAt),
    proven: proven && { ...proven, executeAt: Temporal.Instant.from(proven.executeAt) },
    mailed,
  };
}
