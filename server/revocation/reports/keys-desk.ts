import { z } from "zod";
import { type Answer, page, redirect } from "../../http/answer.ts";
import { routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { catalogue } from "../../i18n/index.ts";
import { Problem } from "../../kernel/problem.ts";
import { draftIn, keepDraft } from "../../requests/index.ts";
import type { ReportDeps } from "./file-report.ts";
import {
  type KeyList,
  type KeysPreview,
  listKeys,
  previewKeys,
  type ShowKey,
  showKey,
} from "./pages/keys.ts";
import { holdsPrivateKey } from "./proof.ts";
import { KEYS_LIMIT, readKeys, registerKeys } from "./register-keys.ts";

interface NewKeys {
  readonly limit: number;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

interface CheckKeys extends KeysPreview {
  readonly values: { readonly keys: string; readonly evidence: string };
  readonly errors: FieldErrors;
}

/** 完了 */
interface KeysReceipt {
  readonly total: number;
  readonly added: number;
  /** Certificates whose revocation was ordered at once; with `orMore` others follow. */
  readonly ordered: number;
  readonly orMore: boolean;
  readonly executeAt: Temporal.Instant;
  /** The key, where it is only one. */
  readonly hash: string | null;
}

const listView = view<KeyList>("desk/compromised-keys/index");
const showView = view<ShowKey>("desk/compromised-keys/show");
const newView = view<NewKeys>("desk/compromised-keys/new");
const checkView = view<CheckKeys>("desk/compromised-keys/check");

const receiptView = view<KeysReceipt>("desk/compromised-keys/receipt");

const route = routesOf<ReportDeps>();
const newPage = (values: NewKeys["values"], errors: FieldErrors, status = 200): Answer =>
  page(newView, { limit: KEYS_LIMIT, values, errors }, status);

const keysForm = z.object({
  step: z.enum(["check", "change", "register"]).default("check"),
  keys: z.string().trim().min(1).max(110_000),
  evidence: z.string().trim().min(1).max(500),
  confirmed: z.string().default(""),
});

/** What a registration came to stays in the session, for its receipt. */
const keptReceipt = z.object({
  total: z.coerce.number(),
  added: z.coerce.number(),
  ordered: z.coerce.number(),
  orMore: z.stringbool(),
  executeAt: z.string().transform((at) => Temporal.Instant.from(at)),
  hash: z.string().transform((hash) => (hash === "" ? null : hash)),
});

/** The keys of the form, or the sentence that says why they are none. */
function keysIn(text: string, language: "ja" | "en"): readonly string[] | string {
  const t = catalogue(language).problemReports.keys.fault;
  const { spkiSha256s, unreadable } = readKeys(text);
  if (unreadable !== null) return t.unreadable({ line: unreadable });
  if (spkiSha256s.length === 0) return t.none;
  return spkiSha256s.length > KEYS_LIMIT ? t.tooMany({ limit: KEYS_LIMIT }) : spkiSha256s;
}

/** 危殆化した鍵 on the desk: the register, one key, and adding keys, singly or from a list. */
export const keysDeskRoutes = [
  route({
    method: "GET",
    path: "/compromised-keys",
    permission: "staff",
    query: z.object({
      q: z.string().max(200).default("").catch(""),
      before: z.string().max(90).optional().catch(undefined),
    }),
    handle: async ({ deps, query }) =>
      page(listView, await listKeys(deps.db.read, query.q.trim(), query.before ?? null)),
  }),
  route({
    method: "GET",
    path: "/compromised-keys/new",
    permission: "staff",
    freshSecondFactor: true,
    handle: () => newPage({}, {}),
  }),
  route({
    method: "POST",
    path: "/compromised-keys/new",
    permission: "staff",
    freshSecondFactor: "while-typing",
    form: keysForm,
    labels: (t) => t.problemReports.keys.field,
    fieldOf: { "private-key-pasted": "keys" },
    handle: async ({ deps, actor, form, language, session }) => {
      const { keys: typed, evidence, confirmed } = form;
      const keys = keysIn(typed, language);
      if (typeof keys === "string") return newPage({ keys: typed, evidence }, { keys }, 422);
      if (form.step === "change") return newPage({ keys: typed, evidence }, {});
      if (form.step === "check" || confirmed !== "on") {
        const preview = await previewKeys(deps.db.read, keys, deps.clock.now());
        const { confirmMissing } = catalogue(language).problemReports.keys;
        const errors: FieldErrors = form.step === "check" ? {} : { confirmed: confirmMissing };
        const values = { keys: typed, evidence };
        return page(checkView, { ...preview, values, errors }, form.step === "check" ? 200 : 422);
      }
      const done = await registerKeys(deps, actor, { spkiSha256s: keys, evidence });
      const receipt = keepDraft(session, {
        total: String(keys.length),
        added: String(done.added),
        ordered: String(done.ordered.length),
        orMore: String(done.perhapsMore),
        executeAt: done.executeAt.toString(),
        hash: keys.length === 1 ? (keys[0] ?? "") : "",
      });
      return redirect(`/compromised-keys/receipts/${receipt}`);
    },
    // A private key is shown to nobody, not even to whoever pasted it.
    invalid: ({ typed }, errors) =>
      newPage(holdsPrivateKey(typed["keys"] ?? "") ? { ...typed, keys: "" } : typed, errors),
  }),
  route({
    method: "GET",
    path: "/compromised-keys/receipts/:receipt",
    permission: "staff",
    params: z.object({ receipt: z.uuid() }),
    handle: ({ session, params }) => {
      const kept = keptReceipt.safeParse(draftIn(session, params.receipt));
      if (!kept.success) return redirect("/compromised-keys");
      return page(receiptView, kept.data);
    },
  }),
  route({
    method: "GET",
    path: "/compromised-keys/:hash",
    permission: "staff",
    params: z.object({ hash: z.string().regex(/^[0-9a-f]{64}$/) }),
    handle: async ({ deps, params }) => {
      const shown = await showKey(deps.db.read, params.hash, deps.clock.now());
      if (shown === null) throw new Problem("not-found");
      return page(showView, shown);
    },
  }),
];
