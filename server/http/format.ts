import { type Counted, countedEn, countedJa } from "../i18n/counted.ts";
import { dayInJapan, JAPAN } from "../kernel/clock.ts";
import { LANGUAGES, type Language } from "../kernel/languages.ts";

const LOCALE = { ja: "ja-JP", en: "en-GB" } as const satisfies Record<Language, string>;

type LengthUnit = "day" | "hour" | "minute";
const LENGTHS: Readonly<Record<Language, Readonly<Record<LengthUnit, (amount: number) => string>>>> = {
  ja: { day: (n) => `${n}日`, hour: (n) => `${n}時間`, minute: (n) => `${n}分` },
  en: { day: (n) => `${n} d`, hour: (n) => `${n} h`, minute: (n) => `${n} min` },
};

export type Format = ReturnType<typeof createFormat>;

const formats = new Map(LANGUAGES.map((language) => [language, createFormat(language)]));

/** The formatters of a language; made once, since Intl objects are costly. */
export function formatFor(language: Language): Format {
  return formats.get(language) ?? createFormat(language);
}

function createFormat(language: Language) {
  const locale = LOCALE[language];
  const longDay = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeZone: "UTC" });
  const weekDay = new Intl.DateTimeFormat(locale, {
    year: "numeric",
    month: "long",
    day: "numeric",
    weekday: "short",
    timeZone: "UTC",
  });
  const month = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", timeZone: "UTC" });
  const era = new Intl.DateTimeFormat(`${locale}-u-ca-japanese`, { dateStyle: "long", timeZone: "UTC" });
  const number = new Intl.NumberFormat(locale);
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const yenWord = language === "ja" ? (n: string) => `${n}円` : (n: string) => `¥${n}`;
  const lengthWords = LENGTHS[language];
  const daySeparator = language === "ja" ? "/" : "-";

  const compactDay = (day: Temporal.PlainDate) => day.toString().replaceAll("-", daySeparator);
  const clockTime = (at: Temporal.ZonedDateTime, smallestUnit: "minute" | "second") =>
    at.toPlainTime().toString({ smallestUnit });

  return {
    /** 2026年11月21日 / 21 November 2026 */
    day: (day: Temporal.PlainDate) => longDay.format(midnight(day)),
    /** 2026年11月21日(土) / Sat, 21 November 2026 */
    weekday: (day: Temporal.PlainDate) => weekDay.format(midnight(day)),
    /** 2026/11/21 / 2026-11-21, for tables */
    dayCompact: compactDay,
    /** 2026年11月 / November 2026 */
    month: (value: Temporal.PlainYearMonth) => month.format(midnight(value.toPlainDate({ day: 1 }))),
    /** 令和8年11月21日 */
    wareki: (day: Temporal.PlainDate) => era.format(midnight(day)),
    /** The day in Japan of an instant, long. */
    dayOf: (at: Temporal.Instant) => longDay.format(midnight(dayInJapan(at))),
    /** 2026/11/21 14:05 JST; for tables whose heading does not say the zone */
    instant: (at: Temporal.Instant) => {
      const local = inJapan(at);
      return `${compactDay(local.toPlainDate())} ${clockTime(local, "minute")} JST`;
    },
    /** 2026/11/21 14:05:12 JST */
    instantExact: (at: Temporal.Instant) => {
      const local = inJapan(at);
      return `${compactDay(local.toPlainDate())} ${clockTime(local, "second")} JST`;
    },
    /** 2026-11-21 05:05:12 UTC, as certificate details show it besides JST */
    instantUtc: (at: Temporal.Instant) => {
      const universal = at.toZonedDateTimeISO("UTC");
      return `${universal.toPlainDate()} ${clockTime(universal, "second")} UTC`;
    },
    /** For the `datetime` attribute of <time>. */
    machine: (at: Temporal.Instant | Temporal.PlainDate) => at.toString(),
    /** 12,345 */
    number: (value: number) => number.format(value),
    /** 1,000件以上 / 1,000+, where counting stopped there */
    count: (value: number | Counted) => {
      if (typeof value === "number") return number.format(value);
      if (!value.more) return number.format(value.count);
      return language === "ja" ? countedJa(value, "件") : countedEn(value);
    },
    /** 12,345円 / ¥12,345 */
    yen: (value: number) => yenWord(number.format(value)),
    /** 3時間前, 明日 / 3 hours ago, tomorrow */
    relative: (at: Temporal.Instant, now: Temporal.Instant) => {
      // Intl sets a space between number and unit that Japanese does not write.
      const say = (amount: number, unit: Intl.RelativeTimeFormatUnit) =>
        language === "ja" ? relative.format(amount, unit).replaceAll(" ", "") : relative.format(amount, unit);
      const seconds = Math.trunc(now.until(at).total("seconds"));
      const size = Math.abs(seconds);
      if (size < 60) return say(0, "second");
      if (size < 3600) return say(Math.trunc(seconds / 60), "minute");
      if (size < 86_400) return say(Math.trunc(seconds / 3600), "hour");
      return say(calendarDays(now, at), "day");
    },
    /** あと23時間14分, 2日3時間超過 / 23 h 14 min left, 2 d 3 h overdue: how a deadline runs. */
    timeLeft: (until: Temporal.Instant, now: Temporal.Instant) => {
      const seconds = now.until(until).total("seconds");
      const minutes = Math.floor(Math.abs(seconds) / 60);
      const [days, hours, rest] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
      const parts: [number, LengthUnit][] =
        days > 0
          ? [
              [days, "day"],
              [hours, "hour"],
            ]
          : [
              [hours, "hour"],
              [rest, "minute"],
            ];
      const length = parts
        .filter(([amount], index) => amount > 0 || index === 1)
        .map(([amount, unit]) => lengthWords[unit](amount))
        .join(language === "ja" ? "" : " ");
      if (language === "ja") return seconds < 0 ? `${length}超過` : `あと${length}`;
      return `${length} ${seconds < 0 ? "overdue" : "left"}`;
    },
    /** Days on Japan's calendar until an instant; 0 is today, negative is past. */
    daysLeft: (until: Temporal.Instant, now: Temporal.Instant) => calendarDays(now, until),
    /** 12.3 KB */
    fileSize: (bytes: number) =>
      bytes < 1024 ? `${number.format(bytes)} B` : `${number.format(Math.round(bytes / 102.4) / 10)} KB`,
    /** Lower- or upper-case hex → AB:CD:EF, as fingerprints and serials are read aloud. */
    hex: (hex: string) => (hex.toUpperCase().match(/.{1,2}/g) ?? []).join(":"),
  };
}

// Intl receives epoch milliseconds, not Temporal objects: V8 in Node 26 drops dateStyle for those.
const midnight = (day: Temporal.PlainDate) => day.toZonedDateTime("UTC").epochMilliseconds;

const inJapan = (at: Temporal.Instant) => at.toZonedDateTimeISO(JAPAN);

const calendarDays = (from: Temporal.Instant, to: Temporal.Instant) =>
  dayInJapan(from).until(dayInJapan(to)).days;
