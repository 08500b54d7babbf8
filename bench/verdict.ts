/** A figure beside what is asked of it, in words: figures that nobody judged are easily read as good ones. */
export const atMost = (figure: number, limit: number, unit: string): string =>
  `${figure <= limit ? "pass" : "**FAIL**"} (${shown(figure)} of at most ${shown(limit)} ${unit})`;

export const atLeast = (figure: number, limit: number, unit: string): string =>
  `${figure >= limit ? "pass" : "**FAIL**"} (${shown(figure)} of at least ${shown(limit)} ${unit})`;

const shown = (figure: number): string =>
  figure.toLocaleString("en", { maximumFractionDigits: Math.abs(figure) < 10 ? 2 : 0 });
