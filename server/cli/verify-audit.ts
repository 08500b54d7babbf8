import { type AuditFault, type AuditVerdict, verifyAudit } from "../audit/index.ts";
import { readConfig } from "../config.ts";
import { databaseFile, openMigratedDatabase } from "../db/index.ts";
import type { Language } from "../kernel/languages.ts";
import { runCommand } from "./command.ts";

/**
 * `npm run audit:verify` reads the whole audit log and says whether it is whole: exit code 0, or 1 and the first
 * broken entry. It may run beside the server, and should every 31 days (NSR: log integrity).
 *
 * The heads it prints, kept somewhere else, also betray a log that was rewritten from end to end: the entry of that
 * number must have that hash for ever.
 */

const FAULTS: Record<Language, Record<AuditFault, string>> = {
  ja: {
    altered: "記録の内容がハッシュ値と一致しません",
    missing: "記録がありません",
    replaced: "次の記録または末尾の控えが指す記録と異なります",
    unwitnessed: "末尾の控えより後ろに記録があります",
  },
  en: {
    altered: "its content does not give its hash",
    missing: "it is not there",
    replaced: "it is not the entry that its successor, or the head of the chain, was made after",
    unwitnessed: "it lies beyond the head of its chain",
  },
};

/** The verdict in the words of a language. */
export function verdictText({ entries, heads, broken }: AuditVerdict, language: Language): string {
  const ja = language === "ja";
  if (broken) {
    const { tenant, sequence, fault } = broken;
    const why = FAULTS[language][fault];
    return ja
      ? `監査ログが壊れています。最初の箇所：チェーン ${tenant} の ${sequence} 番（${why}：${fault}）`
      : `The audit log is BROKEN, first at chain ${tenant}, entry ${sequence}: ${why} (${fault}).`;
  }
  const first = ja
    ? `監査ログに問題はありません（${heads.length}チェーン、${entries}件）。`
    : `The audit log is whole: ${entries} entries in ${heads.length} chains.`;
  return [first, ...heads.map(({ tenant, sequence, hash }) => `  ${tenant}  ${sequence}  ${hash}`)].join(
    "\n",
  );
}

if (import.meta.main) {
  await runCommand(async (_words, language) => {
    const config = readConfig(process.env);
    // Never made or migrated here: an empty log is whole, and evidence is read as it lies.
    const db = await openMigratedDatabase({ url: config.databaseUrl, file: databaseFile(config.dataDir) });
    try {
      const verdict = await verifyAudit(db.read);
      if (verdict.broken) process.exitCode = 1;
      return verdictText(verdict, language);
    } finally {
      await db.close();
    }
  });
}
