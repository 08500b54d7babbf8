import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { type KeyFolder, keyFolder } from "../adapters/key-folder.ts";
import { openPassphraseFile } from "../adapters/passphrase-file.ts";
import { areEstablished, ISSUER_ROLES, type Tokens } from "../authority/index.ts";
import { type Config, readConfig, type TokenSettings } from "../config.ts";
import { databaseFile, openDatabase, takeDataFolder } from "../db/index.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { isProblem, Problem } from "../kernel/problem.ts";
import { configuredToken } from "../start/configured-token.ts";
import { fixedIssuerName } from "../start/issuer-name.ts";
import { askHidden, terminal } from "./ask-hidden.ts";
import { EXAMPLE_PLAN } from "./ceremony/example-plan.ts";
import { handover } from "./ceremony/handover.ts";
import { tellHead } from "./ceremony/head.ts";
import { holdCeremony, rehearse } from "./ceremony/hold-ceremony.ts";
import { type Options, optionsOf } from "./ceremony/options.ts";
import { type CeremonyPlan, type Fault, type ReviewedPlan, readPlan, sha256Of } from "./ceremony/plan.ts";
import { type Transcript, transcriptIn, transcriptTo } from "./ceremony/transcript.ts";
import { ceremonyWords, faultLine } from "./ceremony/words.ts";
import { runCommand } from "./command.ts";

/**
 * `npm run ceremony -- --plan FILE`: makes root and issuing keys from a reviewed plan before the first `npm start`,
 * with the code that a first start would use, and writes a transcript for signing.
 */

/** Reads, checks and rehearses the plan. Problem: ceremony-plan-invalid, with every fault and its place. */
async function reviewedPlan(
  { planFile, language }: Options,
  config: Config,
  clock: Clock,
): Promise<ReviewedPlan> {
  const bytes = await readFile(planFile).catch((error: NodeJS.ErrnoException) => {
    throw new Problem("configuration-invalid", { variable: "--plan", why: error.code ?? error.message });
  });
  const invalid = (faults: readonly Fault[]) =>
    new Problem("ceremony-plan-invalid", {
      file: planFile,
      faults: faults.map((fault) => `\n  ${faultLine(fault, language)}`).join(""),
    });
  const read = readPlan(bytes, {
    repositoryUrl: config.sites.repository.url,
    issuerName: config.isIssuerNameGiven ? config.issuerName : null,
    tokens: { online: config.token !== null, root: config.rootToken !== null },
  });
  if ("faults" in read) throw invalid(read.faults);
  const faults = await rehearse(read.plan, clock.now());
  if (faults.length > 0) throw invalid(faults);
  return { plan: read.plan, sha256: sha256Of(bytes) };
}

/** The hash that was approved must come from people, not from the file. Problem: ceremony-plan-changed. */
async function confirm({ planSha256, language }: Options, { sha256 }: ReviewedPlan): Promise<void> {
  const places = terminal();
  const given =
    planSha256 ?? (places ? await askHidden(ceremonyWords[language].askHash, places) : null) ?? "";
  if (given.replaceAll(/[\s:]/g, "").toLowerCase() !== sha256) {
    throw new Problem("ceremony-plan-changed", { given: given || "–", found: sha256 });
  }
}

/** Logs in to the tokens that the plan needs, and says so. The closers end the sessions. */
async function openTokens(
  config: Config,
  plan: CeremonyPlan,
  { language }: Options,
  transcript: Transcript,
): Promise<{ readonly tokens: Tokens; readonly close: () => Promise<void> }> {
  const closers: (() => Promise<void>)[] = [];
  const words = ceremonyWords[language];
  const opened = async (
    settings: TokenSettings | null,
    variable: Parameters<typeof configuredToken>[1],
    isNeeded: boolean,
  ) => {
    if (!settings || !isNeeded) return null;
    const ask = async () => {
      const places = terminal();
      return places ? ((await askHidden(words.askPin(settings.token), places)) ?? "") : "";
    };
    const token = await configuredToken(settings, variable, ask);
    closers.push(() => token.close());
    const library = sha256Of(readFileSync(settings.module));
    await transcript.step(words.token(settings.token, `${settings.module}, SHA-256 ${library}`));
    return token;
  };
  const inToken = (isRoot: boolean) =>
    ISSUER_ROLES.some(
      (role) => (role === "CUSTOMER_ROOT") === isRoot && plan.issuers[role].place === "token",
    );
  const close = async () => {
    for (const closer of closers) await closer();
  };
  try {
    const online = await opened(config.token, "INKAN_PKCS11_PIN_FILE", inToken(false));
    const root = await opened(config.rootToken, "INKAN_ROOT_PKCS11_PIN_FILE", inToken(true));
    return { tokens: { online, root }, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function rehearsal(config: Config, options: Options): Promise<string> {
  const reviewed = await reviewedPlan(options, config, systemClock);
  const said: string[] = [];
  const transcript = transcriptTo(systemClock, async (text) => void said.push(text));
  await tellHead(transcript, options, reviewed);
  const { close } = await openTokens(config, reviewed.plan, options, transcript);
  await close();
  await transcript.step(ceremonyWords[options.language].rehearsed);
  return said.join("").trimEnd();
}

/** Passphrase and tokens; what fails here still belongs into the transcript. */
async function preparedKeys(
  config: Config,
  { plan }: ReviewedPlan,
  options: Options,
  transcript: Transcript,
  keys: KeyFolder,
) {
  try {
    await keys.refuseUnsafe();
    const passphrase = await openPassphraseFile(config.passphraseFile, await keys.names());
    return { ...(await openTokens(config, plan, options, transcript)), passphrase: passphrase.text };
  } catch (error) {
    const why = isProblem(error) ? error.code : (error as Error).name;
    await transcript.step(ceremonyWords[options.language].failed(why));
    throw error;
  }
}

/** Before anything is made: a secret is never written over another, nor a record. Problem: configuration-invalid. */
function refuseExisting(files: Readonly<Record<string, string | null>>): void {
  for (const [variable, file] of Object.entries(files)) {
    if (file !== null && existsSync(file)) {
      throw new Problem("configuration-invalid", { variable, why: `${file} exists` });
    }
  }
}

async function ceremony(config: Config, options: Options): Promise<string> {
  const { language } = options;
  const words = ceremonyWords[language];
  const reviewed = await reviewedPlan(options, config, systemClock);
  await confirm(options, reviewed);
  const { plan } = reviewed;
  const isRootInFile = plan.issuers.CUSTOMER_ROOT.place === "file";
  refuseExisting({
    "--transcript": options.transcriptFile,
    "--root-passphrase-file": options.rootPassphraseFile,
  });
  const revealRootPassphrase = isRootInFile ? handover(options) : async () => undefined;
  const folder = takeDataFolder(config.dataDir);
  const closers: (() => Promise<void> | void)[] = [() => folder.release()];
  try {
    const db = await openDatabase({ url: config.databaseUrl, file: databaseFile(config.dataDir) });
    closers.push(() => db.close());
    if (await areEstablished(db.read)) throw new Problem("hierarchies-exist");
    const now = systemClock.now().toString({ smallestUnit: "second" }).replaceAll(/[:-]/g, "");
    const file = options.transcriptFile ?? path.join(config.dataDir, `ceremony-${now}.txt`);
    mkdirSync(path.dirname(file), { recursive: true });
    const transcript = await transcriptIn(file, systemClock, (text) => void process.stdout.write(text));
    closers.push(() => transcript.close());
    await tellHead(transcript, options, reviewed);
    await transcript.step(words.planConfirmed);
    const keys = keyFolder(path.join(config.certsDir, "keys"));
    const { tokens, passphrase, close } = await preparedKeys(config, reviewed, options, transcript, keys);
    closers.push(close);
    await holdCeremony({
      db,
      clock: systemClock,
      keys,
      passphrase,
      tokens,
      plan,
      transcript,
      language,
      revealRootPassphrase,
      step: async () => undefined,
    });
    await fixedIssuerName(db, systemClock, config);
    const passphraseIn =
      isRootInFile && options.rootPassphraseFile !== null
        ? [words.passphraseIn(options.rootPassphraseFile)]
        : [];
    return ["", words.transcriptIn(file), ...passphraseIn, words.next].join("\n");
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

if (import.meta.main) {
  await runCommand(async (words, language) => {
    const options = optionsOf(words, language);
    if (options === "example") return EXAMPLE_PLAN;
    const config = readConfig(process.env);
    return await (options.dryRun ? rehearsal(config, options) : ceremony(config, options));
  });
}
