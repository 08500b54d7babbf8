import { z } from "zod";
import { katakana, normalizePhone } from "../kernel/text.ts";
import type { OperatorEntry } from "./add-operator.ts";
import { isOperatorCommonName, proposedCommonName } from "./operator.ts";

const optional = (text: string | undefined) => (text ?? "").trim() || null;
const missing = { code: "too_small", origin: "string", minimum: 1, inclusive: true, input: "" } as const;

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
  .transform((typed) => ({
    ...typed,
    commonName:
      (typed.commonName ?? "").normalize("NFKC").trim().toUpperCase() ||
      proposedCommonName(typed.givenRomaji ?? "", typed.familyRomaji ?? ""),
  }))
  .superRefine((typed, context) => {
    if (!typed.personId) {
      if (!typed.name) context.addIssue({ ...missing, path: ["name"] });
      if (!typed.email) context.addIssue({ ...missing, path: ["email"] });
    }
    if (typed.commonName === null) {
      if (!typed.familyRomaji) context.addIssue({ ...missing, path: ["familyRomaji"] });
      if (!typed.givenRomaji) context.addIssue({ ...missing, path: ["givenRomaji"] });
    }
    const name = typed.commonName ?? `${typed.givenRomaji} ${typed.familyRomaji}`;
    if (!isOperatorCommonName(name) && (typed.commonName !== null || name.trim() !== "")) {
      context.addIssue({
        code: "custom",
        path: ["commonName"],
        params: { problem: "operator-name-invalid", name },
      });
    }
  })
  .transform((typed): OperatorEntry => {
    const kana = optional(typed.kana);
    const phone = optional(typed.phone);
    return {
      name: typed.name ?? "",
      kana: kana && katakana(kana),
      department: optional(typed.department),
      phone: phone && normalizePhone(phone),
      email: typed.email ?? "",
      commonName: typed.commonName ?? "",
      personId: typed.personId || null,
    };
  });
