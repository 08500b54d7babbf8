/** One http URI that a client can fetch without asking this very certificate for TLS (BR 7.1.2.11.2). */
export function isHttpUrl(url: string): boolean {
  return url.startsWith("http://") && URL.canParse(url) && !/[\s"<>\\^`{|}]/.test(url);
}
