import { z } from "zod";
import type { Catalogue } from "../../i18n/index.ts";
import { GRACE_DAYS, REISSUE_REASONS } from "../../requests/index.ts";

/** The fields of the reissue form, in the order of the page. */
export const REISSUE_FIELDS = [
  "csr",
  "reissueReason",
  "reissueNote",
  "graceDays",
  "issueNoticeEmail",
  "place",
] as const;
export type ReissueValues = Readonly<Record<(typeof REISSUE_FIELDS)[number], string>>;

const optionalText = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .default("")
    .transform((text) => (text === "" ? null : text));

/** The form as typed. The CSR may come as a file instead. */
export const reissueForm = z.object({
  csr: z.string().default(""),
  reissueReason: z.enum(REISSUE_REASONS),
  reissueNote: optionalText(500),
  graceDays: z.enum(GRACE_DAYS.map(String)).transform(Number),
  issueNoticeEmail: z
    .string()
    .transform((text) => text.normalize("NFKC").trim())
    .pipe(z.string().min(1))
    .pipe(z.email().max(254)),
  place: optionalText(100),
});
export type ReissueForm = z.infer<typeof reissueForm>;

export const reissueLabels = (t: Catalogue): Readonly<Record<string, string>> => {
  const f = t.requests.field;
  return {
    csr: f.csr,
    reissueReason: f.reissueReason,
    reissueNote: f.reissueNote,
    graceDays: f.oldCertificate,
    issueNoticeEmail: f.noticeEmail,
    place: f.placeOfInstallation,
  };
};
