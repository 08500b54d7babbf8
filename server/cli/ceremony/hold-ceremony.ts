import { createHash } from "node:crypto";
import { keySigner } from "../../adapters/signer-file.ts";
import {
  areEstablished,
  type EstablishPlanDeps,
  establishPlan,
  ISSUER_ROLES,
  type IssuerKey,
  type IssuerRole,
  type MadeHierarchies,
  makeHierarchies,
} from "../../authority/index.ts";
import { system } from "../../kernel/actor.ts";
import type { Language } from "../../kernel/languages.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import { generateKey, type IssuerKeyKind, parseCertificate, printName } from "../../pki/index.ts";
import { type CeremonyPlan, type Fault, hierarchyPlan } from "./plan.ts";
import type { Transcript } from "./transcript.ts";
import { ceremonyWords } from "./words.ts";

/** A ceremony on the day: the reviewed plan, who writes it down, and in which language. */
export interface HoldDeps extends EstablishPlanDeps {
  readonly plan: CeremonyPlan;
  readonly transcript: Transcript;
  readonly language: Language;
}

/**
 * Makes the CAs of the plan exactly as a first start would, and writes down every step. Gives what was made.
 * Problems: hierarchies-exist, and those of `establishPlan`.
 */
export async function holdCeremony(deps: HoldDeps): Promise<MadeHierarchies> {
  const { plan, transcript, language } = deps;
  const words = ceremonyWords[language];
  if (await areEstablished(deps.db.read)) throw new Problem("hierarchies-exist");
  let isCommitting = false;
  try {
    const made = await establishPlan(
      {
        ...deps,
        async step(name) {
          await deps.step(name);
          if (name === "ceremony.begun") await transcript.step(words.begun);
          if (name === "ceremony.keys-written") await transcript.step(words.keysMade);
          if (name === "ceremony.before-commit") isCommitting = true;
        },
        async keyMade(role, key) {
          await transcript.step(
            `${words.keyMade}: ${words.issuer[role]} (${role}), ${plan.issuers[role].key}`,
          );
          await transcript.details([
            [words.keyName, key.keyName],
            [words.keyPlace, key.keyStore],
            [words.keyHash, sha256(key.signer.publicKeySpki)],
          ]);
          await deps.keyMade?.(role, key);
        },
        async revealRootPassphrase(passphrase) {
          await deps.revealRootPassphrase(passphrase);
          await transcript.step(words.passphrase);
        },
      },
      hierarchyPlan(plan),
      system("key ceremony"),
    );
    // Somebody else made them between the question and the answer.
    if (!made) throw new Problem("hierarchies-exist");
    await tellMade(deps, made);
    return made;
  } catch (error) {
    const why = isProblem(error) ? error.code : (error as Error).name;
    await transcript.step(isCommitting ? words.unsure(why) : words.failed(why));
    throw error;
  }
}

async function tellMade({ plan, transcript, language }: HoldDeps, made: MadeHierarchies): Promise<void> {
  const words = ceremonyWords[language];
  await transcript.step(words.committed);
  for (const { row } of made.issuers) {
    const certificate = parseCertificate(row.certificateDer);
    await transcript.step(`${words.certificate}: ${words.issuer[row.role]} (${row.role})`);
    await transcript.details([
      [words.subject, printName(certificate.subject)],
      [words.signedBy, printName(certificate.issuer)],
      [words.serial, certificate.serial],
      [words.validity, `${row.notBefore} – ${row.notAfter}`],
      [words.keyHash, sha256(certificate.publicKey.spki)],
      [words.fingerprint, sha256(row.certificateDer)],
    ]);
  }
  const { crl, parts } = made.rootCrl;
  const der = Buffer.concat(parts.map(({ bytes }) => bytes));
  await transcript.step(words.rootCrl);
  await transcript.details([
    [words.crlNumber, String(crl.number)],
    [words.validity, `${crl.thisUpdate} – ${crl.nextUpdate}`],
    [words.crlHash, sha256(der)],
  ]);
  await transcript.step(words.ended);
  await transcript.lines("", words.signatures);
  for (const { name, role } of plan.participants) {
    const line = `${words.signature} ____________________________  ${words.date} ____________`;
    await transcript.lines("", `  ${name} (${words.role[role]})`, `  ${line}`);
  }
}

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/**
 * The plan carried out in memory with throw-away keys, so that what a lint forbids is known before a key is made. Gives
 * what the lints said.
 */
export async function rehearse(plan: CeremonyPlan, at: Temporal.Instant): Promise<readonly Fault[]> {
  const keys = await Promise.all(
    ISSUER_ROLES.map(async (role): Promise<[IssuerRole, IssuerKey]> => {
      const { key, place } = plan.issuers[role];
      // Lints ask for the kind of the key; a shorter RSA key is sooner made.
      const kind: IssuerKeyKind = key.startsWith("RSA-") ? "RSA-2048" : key;
      const signer = keySigner((await generateKey(kind)).privateKey);
      return [role, { signer, keyName: role, keyStore: place }];
    }),
  );
  try {
    await makeHierarchies({
      at,
      plan: hierarchyPlan(plan),
      keys: Object.fromEntries(keys) as Record<IssuerRole, IssuerKey>,
    });
    return [];
  } catch (error) {
    if (!isProblem(error, "lint-failed")) throw error;
    return [{ at: "issuers", fault: "lint", expected: error.params.lints }];
  }
}
