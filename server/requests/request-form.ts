import { z } from "zod";
import type { UploadedFile } from "../http/body.ts";
import type { FieldErrors } from "../http/view.ts";
import { type Catalogue, problemSentence } from "../i18n/index.ts";
import { isProblem } from "../kernel/problem.ts";
import { SUBJECT_LANGUAGES } from "../organizations/index.ts";
import { isPastedPrivateKey, parseCsr, toPem } from "../pki/index.ts";
import { GRACE_DAYS } from "./replacement.ts";
import { PRODUCTS, SHAPES } from "./request.ts";
import { requestedNames } from "./requested-names.ts";
import { type FieldProblem, readCsr, type Submission } from "./submission.ts";

/** The fields of the request form, in the order of the page. */
export const REQUEST_FIELDS = [
  "organizationId",
  "product",
  "shape",
  "commonName",
  "additionalNames",
  "subjectLanguage",
  "csr",
  "termDays",
  "licences",
  "issueNoticeEmail",
  "place",
  "orderNumber",
  "memo",
  "replacesCertificateId",
  "graceDays",
] as const;
type RequestField = (typeof REQUEST_FIELDS)[number];
export type RequestValues = Readonly<Record<RequestField, string>>;

const narrow = z.string().transform((text) => text.normalize("NFKC").trim());
const optionalText = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .default("")
    .transform((text) => (text === "" ? null : text));
const wholeNumber = (least: number, most: number) =>
  narrow.pipe(z.string().min(1)).transform(Number).pipe(z.number().int().min(least).max(most));

/** The form as typed; full width is accepted where only half width makes sense. The CSR may come as a file. */
export const requestForm = z.object({
  organizationId: z.uuid(),
  product: z.enum(PRODUCTS),
  shape: z.enum(SHAPES),
  subjectLanguage: z.enum(SUBJECT_LANGUAGES),
  csr: z.string().default(""),
  commonName: narrow.pipe(z.string().min(1).max(253)),
  additionalNames: z.string().max(30_000).default(""),
  termDays: wholeNumber(1, 1000),
  licences: wholeNumber(1, 1000),
  issueNoticeEmail: narrow.pipe(z.string().min(1)).pipe(z.email().max(254)),
  place: optionalText(100),
  orderNumber: optionalText(50),
  memo: optionalText(1000),
  replacesCertificateId: z
    .union([z.uuid(), z.literal("")])
    .default("")
    .transform((id) => (id === "" ? null : id)),
  graceDays: z
    .enum(["", ...GRACE_DAYS.map(String)])
    .default("")
    .transform((days) => (days === "" ? null : Number(days))),
});
export type RequestForm = z.infer<typeof requestForm>;

export const requestLabels = (t: Catalogue): Readonly<Record<string, string>> => {
  const f = t.requests.field;
  return {
    organizationId: f.organization,
    product: f.product,
    shape: f.shape,
    subjectLanguage: f.subjectLanguage,
    csr: f.csr,
    commonName: f.commonName,
    additionalNames: f.additionalNames,
    termDays: f.term,
    licences: f.licences,
    issueNoticeEmail: f.noticeEmail,
    place: f.placeOfInstallation,
    orderNumber: f.orderNumber,
    memo: f.memo,
    graceDays: f.oldCertificate,
  };
};

/** The CSR as sent: an uploaded file goes before the text area. */
export function sentCsr(
  typed: Readonly<Record<string, string>>,
  files: readonly UploadedFile[],
): string | Uint8Array {
  const file = files.find(({ field, bytes }) => field === "csrFile" && bytes.length > 0);
  return file ? file.bytes : (typed["csr"] ?? "");
}

/**
 * What may be shown again in the form: a readable CSR as PEM, an unreadable text as typed, and of anything that holds
 * a private key, nothing.
 */
export function valuesToShow(
  typed: Readonly<Record<string, string>>,
  csr: string | Uint8Array,
): RequestValues {
  const values = Object.fromEntries(
    REQUEST_FIELDS.map((field) => [
      field,
      isPastedPrivateKey(typed[field] ?? "") ? "" : (typed[field] ?? ""),
    ]),
  ) as Record<RequestField, string>;
  return { ...values, csr: csrToShow(csr) };
}

/** A CSR as it may be shown again: readable as PEM, unreadable as typed, and nothing of a private key. */
export function csrToShow(csr: string | Uint8Array): string {
  try {
    return csr.length === 0 ? "" : toPem("CERTIFICATE REQUEST", parseCsr(csr).der);
  } catch (error) {
    if (!isProblem(error)) throw error;
    const mayBeShown =
      typeof csr === "string" && !isProblem(error, "csr-private-key") && !isProblem(error, "csr-too-large");
    return mayBeShown ? csr : "";
  }
}

/** The form asks for a new certificate or for a renewal; a reissue has a form of its own. */
export const submissionOf = (form: RequestForm, csr: string | Uint8Array): Submission => ({
  ...form,
  csr,
  kind: form.replacesCertificateId === null ? "NEW" : "RENEWAL",
  graceDays: form.replacesCertificateId === null ? null : form.graceDays,
  endsAt: null,
  reissueReason: null,
  reissueNote: null,
});

/** The form's sentences of a use case's problems: every field once, several problems of one field in a row. */
export function problemErrors(t: Catalogue, problems: readonly FieldProblem[]): FieldErrors {
  const errors: Record<string, string> = {};
  for (const [field, those] of Map.groupBy(problems, (one) => one.field)) {
    const sentences = [...new Set(those.map(({ problem }) => problemSentence(t, problem)))];
    errors[field] = sentences.slice(0, LISTED).join(" ");
    if (sentences.length > LISTED) errors[field] += "…";
  }
  return errors;
}

const LISTED = 5;

/**
 * What is wrong with CSR and names, for a form that already failed elsewhere: so that everything is told at once.
 * `errors` win over what is found here.
 */
export async function withReadProblems(
  t: Catalogue,
  typed: Readonly<Record<string, string>>,
  csr: string | Uint8Array,
  errors: FieldErrors,
): Promise<FieldErrors> {
  const problems: FieldProblem[] = [];
  const product = z.enum(PRODUCTS).safeParse(typed["product"]);
  const shape = z.enum(SHAPES).safeParse(typed["shape"]);
  const commonName = (typed["commonName"] ?? "").trim();
  if (product.success && shape.success && commonName !== "") {
    const additionalNames = typed["additionalNames"] ?? "";
    problems.push(...requestedNames(product.data, shape.data, { commonName, additionalNames }).problems);
  }
  if (csr.length > 0) {
    const read = await readCsr(csr);
    if (isProblem(read)) problems.push({ field: "csr", problem: read });
  }
  return inFormOrder({ ...missingCsr(t, csr), ...problemErrors(t, problems), ...errors });
}

/** A form without a CSR, in text or file. */
export function missingCsr(t: Catalogue, csr: string | Uint8Array): FieldErrors {
  const empty = typeof csr === "string" ? csr.trim() === "" : csr.length === 0;
  return empty ? { csr: t.fields.missing({ label: t.requests.field.csr }) } : {};
}

/** The summary lists errors in the order of the page. */
export function inFormOrder(errors: FieldErrors): FieldErrors {
  const position = (field: string) => (REQUEST_FIELDS as readonly string[]).indexOf(field);
  return Object.fromEntries(Object.entries(errors).sort(([a], [b]) => position(a) - position(b)));
}
