import { z } from "zod";
import type { Catalogue } from "../i18n/index.ts";
import { katakana, normalizeNumber, normalizePhone, normalizePostalCode } from "../kernel/text.ts";
import {
  EV_CATEGORIES,
  LEGAL_FORMS,
  LONGEST_NAME_EN,
  LONGEST_NAME_JA,
  needsRegistryNumber,
} from "./organization.ts";
import { PREFECTURES } from "./prefectures.ts";
import type { OrganizationEntry } from "./register-organization.ts";

const PREFECTURE_NAMES = Object.keys(PREFECTURES);

const length = (text: string) => [...text].length;
/** Around a name, spaces are a slip of the hand; inside they belong to it. */
const legalName = z.string().trim().min(1);
const text = z.string().trim().min(1).max(100);
const optionalText = z
  .string()
  .trim()
  .max(100)
  .optional()
  .transform((typed) => typed || null);
const ascii = z
  .string()
  .trim()
  .max(LONGEST_NAME_EN)
  .regex(/^[\x20-\x7e]*$/)
  .optional()
  .transform((typed) => typed || null);
const PHONE = /^(?:0[0-9]{9,10}|(?=[0-9-]{11,15}$)0[0-9]+(?:-[0-9]+){2}|\+[1-9][0-9-]{6,20})$/;
const phone = z.string().trim().min(1).transform(normalizePhone).pipe(z.string().regex(PHONE));
const optionalPhone = z
  .string()
  .optional()
  .transform((typed) => normalizePhone(typed ?? "") || null)
  .pipe(z.string().regex(PHONE).nullable());
const optionalEmail = z
  .string()
  .trim()
  .optional()
  .transform((typed) => typed || null)
  .pipe(z.email().nullable());
const ticked = z
  .string()
  .optional()
  .transform((value) => value === "on");

const fields = z.object({
  nameJa: legalName.refine((name) => length(name) <= LONGEST_NAME_JA, {
    params: { problem: "organization-name-long", limit: LONGEST_NAME_JA },
  }),
  legalForm: z.enum(LEGAL_FORMS),
  registryNumber: z
    .string()
    .optional()
    .transform((typed) => normalizeNumber(typed ?? "") || null)
    .pipe(
      z
        .string()
        .refine((digits) => /^[0-9]{12}$/.test(digits), { params: { problem: "registry-number-invalid" } })
        .nullable(),
    ),
  mainPhone: phone,
  representativeName: text,
  postalCode: z
    .string()
    .trim()
    .min(1)
    .transform(normalizePostalCode)
    .pipe(z.string().regex(/^[0-9]{3}-[0-9]{4}$/)),
  prefecture: z.enum(PREFECTURE_NAMES as [string, ...string[]]),
  localityJa: z.string().trim().min(1).max(64),
  street: text,
  englishSubject: ticked,
  nameEn: ascii,
  localityEn: ascii,
  evEnabled: ticked,
  evCategory: z
    .enum(["", ...EV_CATEGORIES])
    .optional()
    .transform((typed) => typed || null),
  responsibleName: text,
  responsibleKana: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .transform(katakana)
    .pipe(z.string().regex(/^[ァ-ヶー・ ]+$/)),
  responsibleDepartment: optionalText,
  responsibleTitle: optionalText,
  responsiblePhone: optionalPhone,
  responsibleEmail: optionalEmail,
});

export type OrganizationForm = z.infer<typeof fields>;

/** What a box asks for that is ticked, and what a legal form asks for (domain.md 2). Said with all other errors. */
export const organizationForm = fields.superRefine(
  (form, context) => {
    const demand = (...names: (keyof OrganizationForm)[]) => {
      for (const name of names) {
        if (form[name]) continue;
        const missing = { code: "too_small", origin: "string", minimum: 1, inclusive: true } as const;
        context.addIssue({ ...missing, input: "", path: [name] });
      }
    };
    if (LEGAL_FORMS.includes(form.legalForm) && needsRegistryNumber(form.legalForm)) demand("registryNumber");
    if (form.englishSubject) demand("nameEn", "localityEn");
    if (form.evEnabled) demand("evCategory", "responsiblePhone");
  },
  { when: () => true },
);

/** The record as it is written down. What an unticked box had hidden is left out. */
export function entryOf(form: OrganizationForm): OrganizationEntry {
  const { nameJa, legalForm, registryNumber, mainPhone, representativeName } = form;
  const { postalCode, prefecture, localityJa, street, evEnabled } = form;
  return {
    nameJa,
    nameEn: form.englishSubject ? form.nameEn : null,
    legalForm,
    registryNumber,
    mainPhone,
    representativeName,
    postalCode,
    prefecture,
    localityJa,
    localityEn: form.englishSubject ? form.localityEn : null,
    street,
    evEnabled,
    evCategory: evEnabled ? form.evCategory : null,
    responsiblePerson: {
      name: form.responsibleName,
      kana: form.responsibleKana,
      department: form.responsibleDepartment,
      title: form.responsibleTitle,
      phone: form.responsiblePhone,
      email: form.responsibleEmail,
    },
  };
}

export const organizationLabels = (t: Catalogue): Readonly<Record<string, string>> =>
  t.desk.organizations.field;

/** The choices of the form. */
export const organizationChoices = {
  legalForms: LEGAL_FORMS,
  prefectures: PREFECTURE_NAMES,
  evCategories: EV_CATEGORIES,
};
