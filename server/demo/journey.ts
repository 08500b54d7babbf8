import { writeFile } from "node:fs/promises";
import { get } from "node:http";
import path from "node:path";
import type { Access } from "./access-file.ts";
import { openssl } from "./openssl.ts";
import type { Demo } from "./stage.ts";
import type { Visitor } from "./visitor.ts";

/** What the chapters share: the running instance, a folder for files, and what earlier chapters noted. */
export interface Journey {
  readonly demo: Demo;
  readonly files: string;
  readonly notes: Map<string, string>;
}

export interface Chapter {
  readonly title: string;
  /** Throws where the story does not hold; may give what is worth telling. */
  readonly play: (journey: Journey) => Promise<string | null>;
}

export function expect(condition: boolean, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise);
}

const visitors = new WeakMap<Journey, { applicant: Visitor; operator: Visitor }>();
/** Who travels: set when they have signed in. */
export function welcome(journey: Journey, both: { applicant: Visitor; operator: Visitor }): void {
  visitors.set(journey, both);
}
export function visitorsOf(journey: Journey): { applicant: Visitor; operator: Visitor } {
  const found = visitors.get(journey);
  if (!found) throw new Error("nobody has signed in");
  return found;
}

export const minato = (access: Access) => {
  const found = access.subscribers["minato"];
  expect(found !== undefined, "the subscriber of the story is missing");
  return found;
};

export const fileOf = ({ files }: Journey, name: string, suffix: string) =>
  path.join(files, `${name}.${suffix}`);

function fetched(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        response.statusCode === 200
          ? resolve(Buffer.concat(chunks))
          : reject(new Error(`${url}: ${response.statusCode}`)),
      );
    }).on("error", reject);
  });
}

/** The CRLs of the customers' issuers as the repository has them now, in one PEM file; gives its path. */
export async function fetchCrls({ demo, files }: Journey): Promise<string> {
  const crls: string[] = [];
  for (const issuer of ["customer-root", "customer-ov", "customer-ev"]) {
    const der = path.join(files, `${issuer}.crl`);
    await writeFile(der, await fetched(`${demo.access.sites.repository}/crl/${issuer}.crl`));
    crls.push(await openssl(["crl", "-inform", "DER", "-in", der]));
  }
  const file = path.join(files, "crls.pem");
  await writeFile(file, crls.join(""));
  return file;
}
