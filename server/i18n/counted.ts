/** A number that may have stopped at a limit. */
export interface Counted {
  readonly count: number;
  readonly more: boolean;
}

/** 12件, 1,000件以上 */
export const countedJa = ({ count, more }: Counted, unit: string): string =>
  `${count.toLocaleString("ja-JP")}${unit}${more ? "以上" : ""}`;

/** 12, 1,000+ */
export const countedEn = ({ count, more }: Counted): string =>
  `${count.toLocaleString("en-GB")}${more ? "+" : ""}`;
