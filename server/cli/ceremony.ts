import { mkdirSync, readFileSync } from "node:fs";
import { link, readFile, rm } from "node:fs/promises";
import path from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { syncFolder, writeDurably } from "../adapters/durable-file.ts";
import { keyFolder } from "../adapters/key-folder.ts";
import { openPassphraseFile } from "../adapters/passphrase-file.ts";
import { areEstablished, ISSUER_ROLES, type Tokens } from "../authority/index.ts";
import { type Config, readConfig, type TokenSettings } from "../config.ts";
import { databaseFile, openDatabase, takeDataFolder } from "../db/index.ts";
import { type Clock, systemClock } from "../kernel/clock.ts";
import { LANGUAGES, type Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import { configuredToken } from "../start/configured-token.ts";
import { fixedIssuerName } from "../start/issuer-name.ts";
import { askHidden, terminal } from "./ask-hidden.ts";
import { EXAMPLE_PLAN } from "./ceremony/example-plan.ts";
import { holdCeremony, rehearse } from "./ceremony/hold-ceremony.ts";
import { type CeremonyPlan, type Fault, readPlan, sha256Of } from "./ceremony/plan.ts";
import { type Transcript, transcriptIn, transcriptTo } from "./ceremony/transcript.ts";
import { ceremonyWords, faultLine } from "./ceremony/words.ts";
import { runCommand } from "./command.ts";

/**
 * `npm run ceremony -- --plan FILE`: makes root and issuing keys from a reviewed plan before the first `npm start`,
 * with the code that a first start would use, and writes a transcript for signing.
 */

interface Options {
  readonly planFile: string;
  /** The hash of the approved plan, as somebody else wrote it down. */
  readonly planSha256: string | null;
  readonly dryRun: boolean;
  readonly transcriptFile: string | null;
  readonly rootPassphraseFile: string | null;
  readonly language: Language;
}

interface ReviewedPlan {
  readonly plan: CeremonyPlan;
  readonly sha256: string;
}

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

/** Title, plan, programs and people: the head of the transcript. */
async function tellHead(
  transcript: Transcript,
  { planFile, language, dryRun }: Options,
  { plan, sha256 }: ReviewedPlan,
): Promise<void> {
  const words = ceremonyWords[language];
  await transcript.lines(`${words.title}: ${plan.title}`, "");
  await transcript.lines(words.plan(planFile), words.planHash(sha256), words.repository(plan.repositoryUrl));
  if (dryRun) await transcript.lines(words.dryRun);
  await transcript.lines("", words.software);
  await transcript.details(programs());
  await transcript.lines("", words.participants);
  for (const { name, role } of plan.participants) {
    await transcript.lines(`    ${name} (${words.role[role]})`);
  }
  await transcript.lines("", words.planned);
  for (const role of ISSUER_ROLES) {
    const { subject, key, place, days, crlPartitions } = plan.issuers[role];
    await transcript.lines(
      `    ${words.issuer[role]} (${role}): CN=${subject.CN}, O=${subject.O}, C=${subject.C}`,
      `        ${key}, ${words.place[place]}, ${words.days(days)}, ${words.partitions(crlPartitions)}`,
    );
  }
}

/** What is running, so that the same can be looked at again: versions, and the hash of all dependencies' hashes. */
function programs(): [string, string][] {
  const root = path.join(import.meta.dirname, "../..");
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    version: string;
  };
  const lock = sha256Of(readFileSync(path.join(root, "package-lock.json")));
  return [
    ["Inkan", version],
    ["package-lock.json SHA-256", lock],
    ["Node.js", process.versions.node],
    ["OpenSSL", process.versions.openssl ?? "?"],
    ["OS", `${process.platform} ${process.arch}`],
  ];
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

/** How the root's passphrase is handed over: into a new 0600 file, or once on the terminal. */
function handover({ rootPassphraseFile, language }: Options): (passphrase: string) => Promise<void> {
  const words = ceremonyWords[language];
  if (rootPassphraseFile !== null) {
    return async (passphrase) => {
      const temporary = `${rootPassphraseFile}.new`;
      await rm(temporary, { force: true });
      await writeDurably(temporary, `${passphrase}\n`);
      try {
        await link(temporary, rootPassphraseFile); // unlike rename, a link refuses to replace
      } finally {
        await rm(temporary, { force: true });
      }
      await syncFolder(path.dirname(rootPassphraseFile));
    };
  }
  const places = terminal();
  if (!places) {
    throw new Problem("configuration-invalid", { variable: "--root-passphrase-file", why: "no terminal" });
  }
  return async (passphrase) => {
    places.output.write(`${words.revealed(passphrase)}\n`);
    await askHidden(words.askWritten, places);
  };
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

async function ceremony(config: Config, options: Options): Promise<string> {
  const { language, planFile } = options;
  const words = ceremonyWords[language];
  const reviewed = await reviewedPlan(options, config, systemClock);
  await confirm(options, reviewed);
  const { plan } = reviewed;
  const isRootInFile = plan.issuers.CUSTOMER_ROOT.place === "file";
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
    const { tokens, close } = await openTokens(config, plan, options, transcript);
    closers.push(close);
    const keys = keyFolder(path.join(config.certsDir, "keys"));
    await keys.refuseUnsafe();
    const passphrase = await openPassphraseFile(config.passphraseFile, await keys.names());
    await holdCeremony({
      db,
      clock: systemClock,
      keys,
      passphrase: passphrase.text,
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
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST"
      ? new Problem("restore-not-empty", { where: (error as NodeJS.ErrnoException).path ?? planFile })
      : error;
  } finally {
    for (const closer of closers.reverse()) await closer();
  }
}

function optionsOf(words: readonly string[], spoken: Language): Options | "example" {
  const { values } = parseArgs({
    args: [...words],
    options: {
      plan: { type: "string" },
      "plan-sha256": { type: "string" },
      "dry-run": { type: "boolean", default: false },
      transcript: { type: "string" },
      "root-passphrase-file": { type: "string" },
      language: { type: "string" },
      example: { type: "boolean", default: false },
    },
  });
  if (values.example) return "example";
  const invalid = (variable: string, why: string) => new Problem("configuration-invalid", { variable, why });
  if (values.plan === undefined) throw invalid("--plan", "missing");
  const language = LANGUAGES.find((each) => each === (values.language ?? spoken));
  if (!language) throw invalid("--language", "ja | en");
  const at = (file: string | undefined) => (file === undefined ? null : path.resolve(file));
  return {
    planFile: path.resolve(values.plan),
    planSha256: values["plan-sha256"] ?? null,
    dryRun: values["dry-run"],
    transcriptFile: at(values.transcript),
    rootPassphraseFile: at(values["root-passphrase-file"]),
    language,
  };
}

if (import.meta.main) {
  await runCommand(async (words, language) => {
    const options = optionsOf(words, language);
    if (options === "example") return EXAMPLE_PLAN;
    const config = readConfig(process.env);
    return await (options.dryRun ? rehearsal(config, options) : ceremony(config, options));
  });
}
