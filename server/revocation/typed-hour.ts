import { JAPAN } from "../kernel/clock.ts";

/** As `datetime-local` and people write it: 2026-11-22T14:05, 2026/11/22 14:05, in Japan; null when it is none. */
export function typedHour(text: string): Temporal.Instant | null {
  const plain = text.normalize("NFKC").trim().replaceAll("/", "-").replace(/\s+/, "T");
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?$/.test(plain)) return null;
  try {
    return Temporal.PlainDateTime.from(plain).toZonedDateTime(JAPAN).toInstant();
  } catch {
    return null;
  }
}

/** 2026-11-22T14:05, as a `datetime-local` field holds it. */
export const hourToType = (at: Temporal.Instant): string =>
  at.toZonedDateTimeISO(JAPAN).toPlainDateTime().toString({ smallestUnit: "minute" });
