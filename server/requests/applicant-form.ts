import { randomUUID } from "node:crypto";
import type { VisitorSession } from "../http/session.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { catalogue, problemSentence } from "../i18n/index.ts";
import type { ApplicantActor } from "../kernel/actor.ts";
import { dayInJapan } from "../kernel/clock.ts";
import type { Id } from "../kernel/ids.ts";
import type { Language } from "../kernel/languages.ts";
import { isProblem, type Problem } from "../kernel/problem.ts";
import { listed } from "../kernel/text.ts";
import { type NameAttribute, printName, withBaseDomain } from "../pki/index.ts";
import { notAfterOf } from "../rules/index.ts";
import { type CsrPreview, previewCsr, type RequestWarning, warningsOf } from "./csr-preview.ts";
import { factsOf } from "./facts.ts";
import { opensslCommand } from "./openssl-command.ts";
import { displayName } from "./pages/display-name.ts";
import { type RequestFormChoices, requestFormChoices } from "./pages/new-request.ts";
import { GRACE_DAYS } from "./replacement.ts";
import { REQUEST_FIELDS, type RequestForm, type RequestValues, submissionOf } from "./request-form.ts";
import { subjectOfRequest } from "./subject.ts";
import { readSubmission } from "./submission.ts";
import type { RequestDeps } from "./submit-request.ts";
import { offeredTerms } from "./terms.ts";

/** What a decoded CSR shows beside its field. */
type PreviewModel =
  | Exclude<CsrPreview, { readonly kind: "refused" }>
  | { readonly kind: "refused"; readonly sentence: string };

/** 入力: the form of a new request. */
export interface NewRequestModel {
  readonly values: RequestValues;
  readonly errors: FieldErrors;
  readonly organizations: RequestFormChoices["organizations"];
  readonly domains: readonly string[];
  readonly terms: readonly { readonly days: number; readonly until: Temporal.PlainDate }[];
  /** Days after which a renewed certificate may be revoked, where that is wanted. */
  readonly grace: typeof GRACE_DAYS;
  readonly preview: PreviewModel;
  readonly commands: { readonly rsa: string; readonly ec: string };
  readonly renewing: { readonly commonName: string; readonly notAfter: Temporal.Instant } | null;
}

export const newRequestView = view<NewRequestModel>("applicant/requests/new");

/** 確認: what will be sent. */
export interface CheckModel {
  readonly draft: string;
  readonly values: RequestValues;
  readonly form: RequestForm;
  readonly organization: string;
  readonly names: readonly string[];
  readonly addedBase: boolean;
  readonly key: string;
  readonly spkiSha256: string;
  readonly subject: string;
  readonly until: Temporal.PlainDate;
  readonly warnings: readonly RequestWarning[];
}

export const checkView = view<CheckModel>("applicant/requests/check");

type Visit = {
  readonly deps: RequestDeps;
  readonly actor: ApplicantActor;
  readonly language: Language;
};

/** The form with everything it offers, whatever has been typed so far. */
export async function newRequestModel(
  { deps, actor, language }: Visit,
  typed: Partial<RequestValues>,
  options: { errors?: FieldErrors; renewing?: NewRequestModel["renewing"]; csr?: string | Uint8Array } = {},
): Promise<NewRequestModel> {
  const choices = await requestFormChoices(deps.db.read, actor);
  const today = deps.clock.now();
  const terms = offeredTerms(today);
  const values = withDefaults(typed, choices, terms);
  const chosen =
    choices.organizations.find(({ id }) => id === values.organizationId) ?? choices.organizations[0];
  const domains = chosen?.domains ?? [];
  const additionalNames = listed(values.additionalNames);
  const command = (key: "RSA" | "EC") =>
    opensslCommand({
      commonName: values.commonName || `www.${domains[0] ?? "example.co.jp"}`,
      additionalNames,
      organization: chosen?.nameEn ?? null,
      key,
    });
  const asked = values.commonName === "" ? [] : withBaseDomain([values.commonName, ...additionalNames]);
  const preview = await previewCsr(deps.db.read, actor.tenant, options.csr ?? values.csr, asked);
  const sentence = (problem: Problem) => problemSentence(catalogue(language), problem);
  return {
    values,
    errors: options.errors ?? {},
    organizations: choices.organizations,
    domains,
    terms: terms.map((days) => ({ days, until: dayInJapan(notAfterOf(today, days)) })),
    preview: preview.kind === "refused" ? { kind: "refused", sentence: sentence(preview.problem) } : preview,
    grace: GRACE_DAYS,
    commands: { rsa: command("RSA"), ec: command("EC") },
    renewing: options.renewing ?? null,
  };
}

function withDefaults(
  typed: Partial<RequestValues>,
  choices: RequestFormChoices,
  terms: readonly number[],
): RequestValues {
  const longest = String(terms[0] ?? "");
  const defaults: Partial<RequestValues> = {
    organizationId: choices.organizations[0]?.id ?? "",
    product: "OV",
    shape: "SINGLE",
    subjectLanguage: "ja",
    termDays: longest,
    licences: "1",
    issueNoticeEmail: choices.email,
  };
  const values = Object.fromEntries(
    REQUEST_FIELDS.map((field) => [field, typed[field] ?? defaults[field] ?? ""]),
  ) as Record<keyof RequestValues, string>;
  // A term of last year's rule is not offered any more.
  if (
    typed.termDays !== undefined &&
    /^\d+$/.test(typed.termDays) &&
    !terms.includes(Number(typed.termDays))
  ) {
    values.termDays = longest;
  }
  return values;
}

/** The check page of a draft that was valid when it was made; null when the CSR cannot be read any more. */
export async function checkModel(
  { deps, actor }: Visit,
  draft: string,
  values: RequestValues,
  form: RequestForm,
): Promise<CheckModel | null> {
  const now = deps.clock.now();
  const { csr, requested } = await readSubmission(submissionOf(form, values.csr));
  if (csr === null) return null;
  const { organization } = await factsOf(
    deps.db.read,
    actor.tenant,
    {
      organizationId: form.organizationId,
      product: form.product,
      names: requested.names,
      spkiSha256: csr.publicKey.spkiSha256,
      kind: "NEW",
      replacesCertificateId: null,
    },
    now,
  );
  const typedNames = 1 + listed(values.additionalNames).length;
  const commonName = requested.names[0] ?? "";
  return {
    draft,
    values,
    form,
    organization: organization.nameJa,
    names: requested.names.map(displayName),
    addedBase: requested.names.length > typedNames,
    key: csr.publicKey.type === "RSA" ? `RSA ${csr.publicKey.bits}` : `ECDSA ${csr.publicKey.curve}`,
    spkiSha256: csr.publicKey.spkiSha256,
    subject: printName(subjectOrEmpty({ ...form, commonName }, organization)),
    until: dayInJapan(notAfterOf(now, form.termDays)),
    warnings: await warningsOf(deps.db.read, actor.tenant, csr, requested.names),
  };
}

function subjectOrEmpty(...args: Parameters<typeof subjectOfRequest>): readonly NameAttribute[] {
  try {
    return subjectOfRequest(...args);
  } catch (error) {
    if (isProblem(error)) return [];
    throw error;
  }
}

/** Between 入力 and 確認 the values stay in the session, under the key that the request will be submitted with. */
const KEPT = 3;
const PREFIX = "request:";

export function keepDraft(session: VisitorSession, values: Readonly<Record<string, string>>): Id {
  const draft = randomUUID();
  const kept = Object.entries(session.get("drafts") ?? {});
  const others = kept.filter(([key]) => !key.startsWith(PREFIX));
  const requests = kept.filter(([key]) => key.startsWith(PREFIX)).slice(1 - KEPT);
  session.set("drafts", Object.fromEntries([...others, ...requests, [PREFIX + draft, { ...values }]]));
  return draft;
}

export function draftIn<Values = RequestValues>(session: VisitorSession, draft: string): Values | null {
  const values = session.get("drafts")?.[PREFIX + draft];
  return values === undefined ? null : (values as unknown as Values);
}

export function dropDraft(session: VisitorSession, draft: string): void {
  const { [PREFIX + draft]: _sent, ...others } = session.get("drafts") ?? {};
  session.set("drafts", others);
}
