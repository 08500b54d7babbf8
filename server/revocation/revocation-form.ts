import { z } from "zod";
import type { FieldErrors } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import type { OperatorActor } from "../kernel/actor.ts";
import { listed } from "../kernel/text.ts";
import {
  certificatesWithSerials,
  type RevocationCandidate,
  revocationCandidates,
} from "./pages/candidates.ts";
import { type PlannedRevocations, plannedRevocations } from "./pages/planned.ts";
import { SUBSCRIBER_REASONS, type SubscriberReason } from "./revocation.ts";
import { REVOCATIONS_LIMIT, type RevocationDeps, withSharedKeys } from "./revoke-certificates.ts";

/** 入力: which certificates, and why. */
export interface RevocationForm {
  /** The certificates chosen in a list or on their page. */
  readonly chosen: readonly RevocationCandidate[];
  /** One certificate's own form, or one for many. */
  readonly one: boolean;
  readonly reasons: readonly SubscriberReason[];
  readonly values: { readonly serials: string; readonly reason: string; readonly explanation: string };
  readonly errors: FieldErrors;
  readonly limit: number;
  /** What is planned already, the soonest first; none beside one certificate's own form. */
  readonly planned: PlannedRevocations;
}

/** 確認: what will happen to each. */
export interface RevocationCheck {
  readonly draft: string;
  readonly ready: readonly RevocationCandidate[];
  readonly refused: readonly RevocationCandidate[];
  /** Serials that no certificate of this subscriber has. */
  readonly unknown: readonly string[];
  /** Among `ready`: those that were not asked for, but carry a compromised key. */
  readonly sameKey: readonly RevocationCandidate[];
  readonly withoutReplacement: number;
  readonly reason: SubscriberReason;
  readonly explanation: string;
  readonly back: string;
  readonly errors: FieldErrors;
}

const ids = z
  .string()
  .max(40 * REVOCATIONS_LIMIT)
  .default("")
  .transform((text) => text.split(",").filter((id) => id !== ""))
  .pipe(z.array(z.uuid()).max(REVOCATIONS_LIMIT));

export const revocationForm = z.object({
  ids,
  /** "one": the form of a single certificate. */
  of: z.enum(["one", "many"]).default("many").catch("many"),
  serials: z.string().max(60_000).default(""),
  reason: z.enum(SUBSCRIBER_REASONS),
  explanation: z.string().trim().max(300).default(""),
});
export type RevocationInput = z.output<typeof revocationForm>;

export const revocationLabels = ({ revocation: { operator } }: Catalogue) => ({
  serials: operator.serials,
  reason: operator.reason,
  explanation: operator.explanation,
});

/** Serials as typed → lower-case hex; `wrong` is the first that is none. */
export function readSerials(typed: string): {
  readonly serials: readonly string[];
  readonly wrong: string | null;
} {
  const texts = listed(typed).map((each) => each.normalize("NFKC"));
  const serials = texts.map((each) =>
    each
      .replaceAll(":", "")
      .toLowerCase()
      .replace(/^0+(?=.)/, ""),
  );
  const wrong = texts.find((_, index) => !/^[0-9a-f]{1,40}$/.test(serials[index] ?? "")) ?? null;
  return { serials: [...new Set(serials)], wrong };
}

/** What is wrong with the list of certificates, by field. */
export function listErrors({ revocation: { operator } }: Catalogue, input: RevocationInput): FieldErrors {
  const { serials, wrong } = readSerials(input.serials);
  if (wrong !== null) return { serials: operator.serialInvalid({ serial: wrong.slice(0, 60) }) };
  const count = input.ids.length + serials.length;
  if (count === 0) return { serials: operator.none };
  return count > REVOCATIONS_LIMIT ? { serials: operator.tooMany({ limit: REVOCATIONS_LIMIT }) } : {};
}

/** The form again with what was typed. */
export async function formModel(
  deps: Pick<RevocationDeps, "db" | "clock">,
  actor: OperatorActor,
  chosen: readonly string[],
  one: boolean,
  typed: Readonly<Record<string, string>>,
  errors: FieldErrors,
): Promise<RevocationForm> {
  return {
    chosen: await revocationCandidates(deps.db.read, actor.tenant, chosen, deps.clock.now()),
    one,
    reasons: SUBSCRIBER_REASONS,
    values: {
      serials: typed["serials"] ?? "",
      reason: typed["reason"] ?? "",
      explanation: typed["explanation"] ?? "",
    },
    errors,
    limit: REVOCATIONS_LIMIT,
    planned: one
      ? { rows: [], more: false }
      : await plannedRevocations(deps.db.read, actor.tenant, deps.clock.now()),
  };
}

/** The check page of a draft: every certificate asked for, and those that have to go with them. */
export async function checkModel(
  deps: Pick<RevocationDeps, "db" | "clock">,
  actor: OperatorActor,
  draft: string,
  input: RevocationInput,
  errors: FieldErrors,
): Promise<RevocationCheck> {
  const { serials } = readSerials(input.serials);
  const bySerial = await certificatesWithSerials(deps.db.read, actor.tenant, serials);
  const asked = [...new Set([...input.ids, ...bySerial.values()])];
  const all = await withSharedKeys(deps, actor, { ids: asked, reason: input.reason });
  const candidates = await revocationCandidates(deps.db.read, actor.tenant, all, deps.clock.now());
  const ready = candidates.filter(({ problem }) => problem === null);
  const [id] = input.ids;
  return {
    draft,
    ready,
    refused: candidates.filter(({ problem }) => problem !== null),
    unknown: serials.filter((serial) => !bySerial.has(serial)),
    sameKey: ready.filter((each) => !asked.includes(each.id)),
    withoutReplacement: ready.filter(({ replacement }) => replacement === null).length,
    reason: input.reason,
    explanation: input.explanation,
    back:
      input.of === "one" && id
        ? `/certificates/${id}/revocation?draft=${draft}`
        : `/revocations/new?draft=${draft}`,
    errors,
  };
}
