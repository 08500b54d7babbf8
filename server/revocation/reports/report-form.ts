import { z } from "zod";
import type { ThrottlePolicy } from "../../accounts/index.ts";
import type { UploadedFile } from "../../http/body.ts";
import { formErrors } from "../../http/form-errors.ts";
import type { FieldErrors } from "../../http/view.ts";
import { type Catalogue, problemSentence } from "../../i18n/index.ts";
import { LANGUAGES } from "../../kernel/languages.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import { toPem } from "../../pki/index.ts";
import { type Identified, identifyCertificate } from "./identify-certificate.ts";
import { holdsPrivateKey, type Proof, readProof } from "./proof.ts";
import { REPORT_CATEGORIES } from "./report.ts";

/** The typed fields of the form, in the order of the page; both files stand beside them. */
export const REPORT_FIELDS = [
  "category",
  "domain",
  "serial",
  "fingerprint",
  "certificate",
  "description",
  "proof",
  "reporterName",
  "reporterEmail",
  "language",
] as const;
type ReportField = (typeof REPORT_FIELDS)[number];
export type ReportValues = Readonly<Record<ReportField, string>>;

/** What is read and kept of each field at most, in characters: more cannot be what it asks for. */
const LONGEST: Readonly<Record<ReportField, number>> = {
  category: 40,
  domain: 300,
  serial: 200,
  fingerprint: 300,
  certificate: 65_536,
  description: 4000,
  proof: 65_536,
  reporterName: 100,
  reporterEmail: 254,
  language: 10,
};

const narrow = z
  .string()
  .default("")
  .transform((text) => text.normalize("NFKC").trim());
const orNull = (text: string) => (text === "" ? null : text);

const reportForm = z.object({
  category: z.enum(REPORT_CATEGORIES),
  description: z.string().trim().min(1).max(4000),
  reporterName: z.string().trim().max(100).default("").transform(orNull),
  reporterEmail: narrow.pipe(z.union([z.literal(""), z.email().max(254)])).transform(orNull),
  language: z.enum(LANGUAGES),
});

/** A report as it is filed: what was told, normalised. */
export interface ReportEntry extends z.infer<typeof reportForm>, Identified {
  readonly proof: Proof | null;
}

/** What came of a form: the values to show again, what is wrong with them, and the entry where nothing is. */
export interface ReadReport {
  readonly values: ReportValues;
  readonly proof: Proof | null;
  readonly errors: FieldErrors;
  readonly entry: ReportEntry | null;
}

/** Forms that are read for one address: a key takes milliseconds to verify, and people try a few times. */
export const READING_POLICY: ThrottlePolicy = {
  free: 60,
  freeUnderAttack: 60,
  window: Temporal.Duration.from({ minutes: 60 }),
  wait: Temporal.Duration.from({ seconds: 30 }),
  longestWait: Temporal.Duration.from({ minutes: 5 }),
};

const labelsOf = (t: Catalogue): Readonly<Record<string, string>> => t.problemReports.field;

/**
 * Reads the whole form at once, so that everything that is wrong is told together. A text with a private key in it is
 * refused unread and shown as an empty field; a private key belongs into the file of the proof, which is overwritten
 * here once it is proven (readProof). `kept` is the proof of an earlier try, whose file the browser cannot send again.
 */
export async function readReport(
  t: Catalogue,
  typed: Readonly<Record<string, string>>,
  files: readonly UploadedFile[],
  kept: Proof | null,
): Promise<ReadReport> {
  const errors: Record<string, string> = {};
  const refuse = (field: ReportField, problem: unknown) => {
    if (!isProblem(problem)) throw problem;
    errors[field] ??= problemSentence(t, problem);
  };
  const texts = new Map<string, string>();
  for (const field of REPORT_FIELDS) {
    const text = typed[field] ?? "";
    const maximum = LONGEST[field];
    if (holdsPrivateKey(text)) refuse(field, new Problem("private-key-pasted"));
    else if (text.length > maximum) {
      errors[field] = t.fields.tooLong({ label: labelsOf(t)[field] ?? "", maximum });
      texts.set(field, text.slice(0, maximum));
    } else texts.set(field, text);
  }
  const fileOf = (name: string) =>
    files.find(({ field, bytes }) => field === name && bytes.length > 0)?.bytes ?? null;

  const proof = await proofOf(
    texts,
    fileOf("proofFile"),
    typed["forgetProof"] === "on" ? null : kept,
    refuse,
  );
  const identified = identify(texts, fileOf("certificateFile"), refuse);
  const parsed = reportForm.safeParse(Object.fromEntries(texts));
  if (!parsed.success) Object.assign(errors, { ...formErrors(parsed.error, t, labelsOf(t)), ...errors });
  const named = Object.values(identified).some((value) => value !== null);
  if (!named && proof === null && !IDENTIFYING.some((field) => field in errors)) {
    errors["domain"] ??= t.problemReports.form.identifyOne;
  }
  const certificate = identified.certificateDer;
  return {
    values: {
      ...(Object.fromEntries(REPORT_FIELDS.map((field) => [field, texts.get(field) ?? ""])) as Record<
        ReportField,
        string
      >),
      certificate: certificate ? toPem("CERTIFICATE", certificate) : (texts.get("certificate") ?? ""),
      // A CSR that was read is told by its key; one that was not is typed again.
      proof: "",
    },
    proof,
    errors: inOrder(errors),
    entry:
      parsed.success && Object.keys(errors).length === 0 ? { ...parsed.data, ...identified, proof } : null,
  };
}

const IDENTIFYING = ["domain", "serial", "fingerprint", "certificate", "proof"] as const;

async function proofOf(
  texts: ReadonlyMap<string, string>,
  file: Uint8Array | null,
  kept: Proof | null,
  refuse: (field: ReportField, problem: unknown) => void,
): Promise<Proof | null> {
  const text = (texts.get("proof") ?? "").trim();
  const bytes = file ?? (text === "" ? null : new TextEncoder().encode(text));
  if (bytes === null) return kept;
  try {
    return await readProof(bytes);
  } catch (error) {
    refuse("proof", error);
    return null;
  }
}

function identify(
  texts: ReadonlyMap<string, string>,
  file: Uint8Array | null,
  refuse: (field: ReportField, problem: unknown) => void,
): Identified {
  const read = <F extends keyof typeof identifyCertificate>(
    field: F,
    from: () => ReturnType<(typeof identifyCertificate)[F]>,
  ) => {
    try {
      return from();
    } catch (error) {
      refuse(field, error);
      return null;
    }
  };
  const text = (field: string) => texts.get(field) ?? "";
  return {
    domain: read("domain", () => identifyCertificate.domain(text("domain"))),
    serial: read("serial", () => identifyCertificate.serial(text("serial"))),
    fingerprint: read("fingerprint", () => identifyCertificate.fingerprint(text("fingerprint"))),
    certificateDer: read("certificate", () => identifyCertificate.certificate(file ?? text("certificate"))),
  };
}

/** The summary lists errors in the order of the page. */
function inOrder(errors: FieldErrors): FieldErrors {
  const position = (field: string) => (REPORT_FIELDS as readonly string[]).indexOf(field);
  return Object.fromEntries(Object.entries(errors).sort(([a], [b]) => position(a) - position(b)));
}
