import { Problem } from "../kernel/problem.ts";
import { listed, normalizeDomain } from "../kernel/text.ts";
import { parseServerName, type ServerName, withBaseDomain } from "../pki/index.ts";
import type { Product, Shape } from "./request.ts";

/** Fields of the form that a wrong name is shown at. */
type NameField = "commonName" | "additionalNames";

export interface RequestedNames {
  /** As they stand in subjectAltName: the common name first, then the others in the order typed, no doubles. */
  readonly names: readonly string[];
  readonly problems: readonly { readonly field: NameField; readonly problem: Problem }[];
}

/** More names make a certificate that slow clients refuse to read; fifty domains with their `www.` fit. */
const NAMES_LIMIT = 100;

/**
 * Reads what was typed into the two name fields. `www.` + base domain adds the base domain (domain.md 4); the shape
 * says how many names and which kind; EV certificates carry neither wildcards nor addresses (EVG 3.1.2, 7.1.4.2.1).
 *
 * Problems, one for each fault: name-invalid, names-too-many, shape-mismatch, ev-name-refused.
 */
export function requestedNames(
  product: Product,
  shape: Shape,
  typed: { readonly commonName: string; readonly additionalNames: string },
): RequestedNames {
  const problems: { field: NameField; problem: Problem }[] = [];
  const read = (field: NameField, text: string): ServerName | null => {
    try {
      return parseServerName(normalizeDomain(text));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push({ field, problem: error });
      return null;
    }
  };

  const commonName = read("commonName", typed.commonName);
  const texts = listed(typed.additionalNames);
  if (texts.length >= NAMES_LIMIT) {
    problems.push({
      field: "additionalNames",
      problem: new Problem("names-too-many", { limit: NAMES_LIMIT }),
    });
    return { names: [], problems };
  }
  const additional = texts.map((text) => read("additionalNames", text)).filter((name) => name !== null);
  problems.push(...shapeProblems(product, shape, commonName, additional));
  const all = commonName === null ? additional : [commonName, ...additional];
  return { names: withBaseDomain(all.map((name) => name.ascii)), problems };
}

function shapeProblems(
  product: Product,
  shape: Shape,
  commonName: ServerName | null,
  additional: readonly ServerName[],
): { field: NameField; problem: Problem }[] {
  const named = [
    ...(commonName === null ? [] : [{ field: "commonName" as const, name: commonName }]),
    ...additional.map((name) => ({ field: "additionalNames" as const, name })),
  ];
  return named.flatMap(({ field, name }) => {
    if (product === "EV" && name.kind !== "dns") {
      return { field, problem: new Problem("ev-name-refused", { name: name.unicode }) };
    }
    if (fits(shape, name, commonName)) return [];
    return { field, problem: new Problem("shape-mismatch", { shape, name: name.unicode }) };
  });
}

/** SINGLE: the common name (and the base that `www.` brings). MULTI: anything but wildcards. WILDCARD: one, and its base. */
function fits(shape: Shape, name: ServerName, commonName: ServerName | null): boolean {
  switch (shape) {
    case "SINGLE":
      return (
        name.kind !== "wildcard" &&
        (commonName === null || withBaseDomain([commonName.ascii]).includes(name.ascii))
      );
    case "MULTI":
      return name.kind !== "wildcard";
    case "WILDCARD":
      if (name === commonName) return name.kind === "wildcard";
      return commonName === null || name.ascii === commonName.ascii || `*.${name.ascii}` === commonName.ascii;
  }
}
