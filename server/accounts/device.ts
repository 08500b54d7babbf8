/** What a User-Agent header says to a person; null where it says nothing we know. */
export interface Device {
  readonly browser: string | null;
  readonly system: string | null;
}

// The order matters: Edge and Opera also call themselves Chrome, Chrome also calls itself Safari.
const BROWSERS = [
  [/\bEdg(?:A|iOS)?\//, "Microsoft Edge"],
  [/\bOPR\//, "Opera"],
  [/\b(?:Firefox|FxiOS)\//, "Firefox"],
  [/\b(?:HeadlessChrome|Chrome|CriOS)\//, "Chrome"],
  [/\bSafari\//, "Safari"],
] as const;

// Android also calls itself Linux, an iPhone also Mac OS X.
const SYSTEMS = [
  [/\bWindows NT\b/, "Windows"],
  [/\b(?:iPhone|iPad|iPod)\b/, "iOS"],
  [/\bAndroid\b/, "Android"],
  [/\bMac OS X\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
] as const;

export function deviceOf(userAgent: string): Device {
  const named = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null;
  return { browser: named(BROWSERS), system: named(SYSTEMS) };
}
