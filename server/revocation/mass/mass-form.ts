import { z } from "zod";
import type { FieldErrors } from "../../http/view.ts";
import type { Catalogue } from "../../i18n/index.ts";
import { JAPAN } from "../../kernel/clock.ts";
import { GROUNDS } from "../revocation.ts";
import { typedHour } from "../typed-hour.ts";
import { TIMINGS } from "./mass-revocation.ts";
import { readKeyHash, readSerials, SELECTABLE_ISSUERS, SELECTOR_KINDS, type Selector } from "./selector.ts";

/** The form of a new case, in the order of its page. */
export const MASS_FIELDS = [
  "name",
  "ground",
  "knownAt",
  "explanation",
  "timing",
  "drill",
  "selector",
  "serials",
  "lintReport",
  "spkiSha256",
  "siteId",
  "role",
  "from",
  "until",
] as const;
export type MassValues = Readonly<Record<(typeof MASS_FIELDS)[number], string>>;

const text = (longest: number) => z.string().trim().max(longest).default("");

export const massForm = z.object({
  name: z.string().trim().min(1).max(100),
  ground: z.enum(GROUNDS),
  explanation: z.string().trim().min(1).max(500),
  knownAt: text(40),
  timing: z.enum(TIMINGS),
  drill: z.literal("on").optional(),
  selector: z.enum(SELECTOR_KINDS),
  serials: z.string().max(2_000_000).default(""),
  lintReport: z.union([z.uuid(), z.literal("")]).default(""),
  spkiSha256: text(200),
  siteId: text(40),
  role: z.enum(SELECTABLE_ISSUERS).default("CUSTOMER_OV"),
  from: text(20),
  until: text(20),
});
export type MassForm = z.output<typeof massForm>;

export const massLabels = ({
  massRevocation: { field: f },
}: Catalogue): Readonly<Record<string, string>> => ({
  name: f.name,
  ground: f.ground,
  explanation: f.explanation,
  knownAt: f.known,
  timing: f.timing,
  drill: f.drill,
  selector: f.selector,
  serials: f.serials,
  lintReport: f.lintReport,
  spkiSha256: f.spkiSha256,
  siteId: f.siteId,
  role: f.role,
  from: f.from,
  until: f.until,
});

/** A problem of the use case at the field that it is about. */
export const MASS_FIELD_OF = {
  "mass-revocation-serial": "serials",
  "mass-revocation-unknown": "serials",
  "mass-revocation-key": "spkiSha256",
  "mass-revocation-known-ahead": "knownAt",
  "mass-revocation-empty": "selector",
  "mass-revocation-too-many": "selector",
} as const;

/**
 * The moment of knowledge and the set out of what was typed, or what is missing of them, field by field.
 * Problems: mass-revocation-serial, mass-revocation-key, mass-revocation-too-many.
 */
export function readMassForm(
  t: Catalogue,
  form: MassForm,
): { readonly knownAt: Temporal.Instant; readonly selector: Selector } | { readonly errors: FieldErrors } {
  const labels = massLabels(t);
  const missing = (field: keyof MassForm) => ({
    [field]: t.fields.missing({ label: labels[field] ?? field }),
  });
  const knownAt = typedHour(form.knownAt);
  const selector = selectorOf(form);
  const errors = {
    ...(knownAt === null ? { knownAt: t.massRevocation.form.knownWrong } : {}),
    ...(selector === null ? missing(NEEDED[form.selector]) : {}),
  };
  return knownAt === null || selector === null ? { errors } : { knownAt, selector };
}

const NEEDED = {
  SERIALS: "serials",
  LINT: "lintReport",
  KEY: "spkiSha256",
  SUBSCRIBER: "siteId",
  ISSUER: "from",
} as const;

function selectorOf(form: MassForm): Selector | null {
  switch (form.selector) {
    case "SERIALS":
      return form.serials.trim() === "" ? null : { kind: "SERIALS", serials: readSerials(form.serials) };
    case "LINT":
      return form.lintReport === "" ? null : { kind: "LINT", reportId: form.lintReport };
    case "KEY":
      return form.spkiSha256 === "" ? null : { kind: "KEY", spkiSha256: readKeyHash(form.spkiSha256) };
    case "SUBSCRIBER":
      return form.siteId === "" ? null : { kind: "SUBSCRIBER", siteId: form.siteId };
    case "ISSUER": {
      const [from, until] = [typedDay(form.from), typedDay(form.until)];
      if (from === null || until === null) return null;
      const start = (day: Temporal.PlainDate) => day.toZonedDateTime(JAPAN).toInstant().toString();
      return { kind: "ISSUER", role: form.role, from: start(from), until: start(until.add({ days: 1 })) };
    }
  }
}

function typedDay(typed: string): Temporal.PlainDate | null {
  const plain = typed.normalize("NFKC").trim().replaceAll("/", "-");
  try {
    return /^\d{4}-\d{2}-\d{2}$/.test(plain) ? Temporal.PlainDate.from(plain) : null;
  } catch {
    return null;
  }
}
