/**
 * What people type, made into what we store: full width and half width, and the many strokes that pass for a hyphen.
 * Only for phones, postcodes, numbers, domains and readings. A legal name is never normalised: it is kept as the
 * registry has it.
 */

/** Hyphens, dashes, minus signs and the prolonged sound mark, which Japanese keyboards offer in place of a hyphen. */
const STROKES = /[-\u2010-\u2015\u2043\u2212\u30fc\ufe58\ufe63]/g;
const KANA_BEFORE_MARK = /(?<![\u3041-\u30ff])\u30fc/g;

const halfWidth = (text: string) => text.normalize("NFKC").trim();

/** Digits alone, whatever stood between them: 「０１００−０１−…」 → "010001…". Anything that is no digit or stroke stays. */
export function normalizeNumber(text: string): string {
  return halfWidth(text).replace(STROKES, "").replace(/\s+/g, "");
}

/** 「〒１００ー０００１」 → "100-0001"; what is no postcode comes back half-width, for the error message. */
export function normalizePostalCode(text: string): string {
  const plain = halfWidth(text).replace(/^〒/, "");
  const digits = normalizeNumber(plain);
  return /^[0-9]{7}$/.test(digits) ? `${digits.slice(0, 3)}-${digits.slice(3)}` : plain;
}

/** 「（０３）１２３４−５６７８」 → "03-1234-5678". Groups stay as typed; a leading + stays. */
export function normalizePhone(text: string): string {
  return halfWidth(text)
    .replace(STROKES, "-")
    .replace(/[\s().]+/g, "-")
    .replace(/-{2,}/g, "-")
    .replace(/^-|-$/g, "");
}

/**
 * 「ＷＷＷ．ｅｘａｍｐｌｅ。ｃｏ．ｊｐ」 → "www.example.co.jp". A prolonged sound mark after kana belongs to the name
 * (サーバー.jp); anywhere else it was meant as a hyphen. Whether it is a name is for the reader of names to say.
 */
export function normalizeDomain(text: string): string {
  return halfWidth(text)
    .replace(/[\u2010-\u2015\u2043\u2212\ufe58\ufe63]/g, "-")
    .replace(KANA_BEFORE_MARK, "-")
    .replaceAll("。", ".")
    .toLowerCase();
}

/** フリガナ: hiragana and half-width kana are accepted, katakana is stored. */
export function katakana(text: string): string {
  return halfWidth(text)
    .replace(/[\u3041-\u3096]/g, (kana) => String.fromCodePoint((kana.codePointAt(0) ?? 0) + 0x60))
    .replace(/\s+/g, " ");
}

/** A list that was typed or pasted: lines, commas (also 、 and ，), semicolons or spaces between the entries. */
export function listed(text: string): string[] {
  return text.split(/[\s,、，;；]+/).filter((entry) => entry !== "");
}

const ERAS: Readonly<Record<string, number>> = {
  R: 2018,
  令和: 2018,
  H: 1988,
  平成: 1988,
  S: 1925,
  昭和: 1925,
  T: 1911,
  大正: 1911,
};

/** 2026-11-21, 2026/11/21, 2026年11月21日, R8.11.21, 令和8年11月21日 (元年 too) → the day; null when it is none. */
export function parseDay(text: string): Temporal.PlainDate | null {
  const plain = halfWidth(text).replace(STROKES, "-");
  const [, era, yearText = "", month, day] =
    /^(令和|平成|昭和|大正|[RHST])?\s*([0-9]{1,4}|元)\s*[年./-]\s*([0-9]{1,2})\s*[月./-]\s*([0-9]{1,2})日?$/i.exec(
      plain,
    ) ?? [];
  if (month === undefined || (era === undefined && yearText.length !== 4)) return null;
  const year = (yearText === "元" ? 1 : Number(yearText)) + (ERAS[(era ?? "").toUpperCase()] ?? 0);
  try {
    return Temporal.PlainDate.from({ year, month: Number(month), day: Number(day) }, { overflow: "reject" });
  } catch {
    return null;
  }
}

/** The ways a searched name may be stored, since legal names keep the width and case they were registered in. */
export function searchVariants(text: string): string[] {
  const typed = text.trim();
  const half = halfWidth(typed);
  const full = (text: string) =>
    text.replace(/[!-~]/g, (sign) => String.fromCodePoint((sign.codePointAt(0) ?? 0) + 0xfee0));
  const variants = [typed, half, full(half.toUpperCase()), full(half.toLowerCase())];
  return [...new Set(variants)].filter((one) => one !== "");
}
