/**
 * A name with its labels from the top down, each followed by a dot: `www.example.co.jp` → `jp.co.example.www.`. Every
 * name of the domain example.co.jp, itself included, begins with `jp.co.example.`, and no name of another domain does.
 * An address has no labels and stays as it is.
 */
export function reversedName(name: string): string {
  if (name.includes(":") || /^[0-9.]+$/.test(name)) return name;
  return `${name.split(".").toReversed().join(".")}.`;
}
