import type { fields as source } from "../ja/fields.ts";

export const fields: typeof source = {
  missing: (p) => `${p.label}: please fill this in.`,
  notChosen: (p) => `${p.label}: please choose one.`,
  tooShort: (p) => `${p.label}: use at least ${p.minimum.toLocaleString("en-GB")} characters.`,
  tooLong: (p) => `${p.label}: use at most ${p.maximum.toLocaleString("en-GB")} characters.`,
  wrongLength: (p) => `${p.label}: use exactly ${p.length} characters.`,
  tooSmall: (p) => `${p.label}: enter ${p.minimum} or more.`,
  tooBig: (p) => `${p.label}: enter ${p.maximum} or less.`,
  tooFew: (p) => `${p.label}: give at least ${p.minimum}.`,
  tooMany: (p) => `${p.label}: give at most ${p.maximum}.`,
  notNumber: (p) => `${p.label}: enter a number, for example 12.`,
  notEmail: (p) => `${p.label}: enter an e-mail address, for example tanto@example.co.jp.`,
  notUrl: (p) => `${p.label}: enter a URL, for example https://www.example.co.jp/.`,
  notDate: (p) => `${p.label}: enter a date, for example 2026/11/21 or R8.11.21.`,
  wrongFormat: (p) => `${p.label}: the format is not right. Please follow the example.`,
  notOffered: (p) => `${p.label}: please choose one of the options shown.`,
  notMultiple: (p) => `${p.label}: enter a multiple of ${p.step}.`,
  unknownField: "The form contained a field that is not on this page. Reload the page and fill it in again.",
  invalid: (p) => `${p.label}: please check what you entered.`,
};
