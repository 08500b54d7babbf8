import { z } from "zod";
import { katakana, normalizePhone } from "../kernel/text.ts";
import type { OperatorEntry } from "./add-operator.ts";
import { isOperatorCommonName, proposedCommonName } from "./operator.ts";

const optional = (text: string | undefined) => (text ?? "").trim() || null;
const missing = { code: "too_small", origin: "string", minimum: 1, inclusive: true, input: "" } as const;

interface TypedName {
  readonly commonName?: string | undefined;
  readonly givenRomaji?: string | undefined;
  readonly familyRomaji?: string | undefined;
}

/** As typed, in whatever width and case, or made from the romaji. */
const commonNameOf = ({ commonName, givenRomaji, familyRomaji }: TypedName): string | null =>
  (commonName ?? "").normalize("NFKC").trim().toUpperCase() ||
  proposedCommonName(givenRomaji ?? "", familyRomaji ?? "");

/** A new operator: somebody known already or a new person, and a common name, typed or made from romaji. */
export const operatorForm = z
  .object({
    personId: z.union([z.literal(""), z.uuid()]).optional(),
    name: z.string().trim().max(100).optional(),
    kana: z.string().max(100).optional(),
    department: z.string().max(100).optional(),
    phone: z.string().max(40).optional(),
    email: z.union([z.literal(""), z.email()]).optional(),
    familyRomaji: z.string().trim().max(60).optional(),
    givenRomaji: z.string().trim().max(60).optional(),
    commonName: z.string().max(40).optional(),
  })
  .superRefine(
    (typed, context) => {
      const require = (...names: ("name" | "email" | "familyRomaji" | "givenRomaji")[]) => {
        for (const name of names) if (!typed[name]) context.addIssue({ ...missing, path: [name] });
      };
      if (!typed.personId) require("name", "email");
      const commonName = commonNameOf(typed);
      if (commonName === null) require("familyRomaji", "givenRomaji");
      const romaji = `${typed.givenRomaji ?? ""} ${typed.familyRomaji ?? ""}`.trim();
      const name = commonName ?? romaji;
      if (name === "" || isOperatorCommonName(name)) return;
      const params = { problem: "operator-name-invalid", name };
      context.addIssue({ code: "custom", path: ["commonName"], params });
    },
    { when: () => true },
  )
  .transform((typed): OperatorEntry => {
    const kana = optional(typed.kana);
    const phone = optional(typed.phone);
    return {
      name: typed.name ?? "",
      kana: kana && katakana(kana),
      department: optional(typed.department),
      phone: phone && normalizePhone(phone),
      email: typed.email ?? "",
      commonName: commonNameOf(typed) ?? "",
      personId: typed.personId || null,
    };
  });
