import type { Reader } from "../../db/index.ts";
import type { Answer } from "../../http/answer.ts";
import { type CsvColumn, csv } from "../../http/csv.ts";
import { type Catalogue, catalogue, problemSentence } from "../../i18n/index.ts";
import { dayInJapan, timeInJapan } from "../../kernel/clock.ts";
import type { Id } from "../../kernel/ids.ts";
import type { Language } from "../../kernel/languages.ts";
import { problemOf } from "../../requests/index.ts";
import { type MemberLine, membersOf } from "./members.ts";
import type { MassDetail } from "./pages.ts";
import { SET_LIMIT } from "./selector.ts";

/** The report of a case as a table: a line for each certificate, with its replacement. */
export async function massReport(
  on: Reader,
  { mass, shares }: MassDetail,
  language: Language,
): Promise<Answer> {
  const subscribers = new Map(shares.map((share) => [share.subscriberId, share]));
  const rows = await membersOf(on, mass.id, { limit: SET_LIMIT });
  const day = dayInJapan(mass.createdAt).toString().replaceAll("-", "");
  return csv(`mass-revocation-${day}.csv`, columnsOf(catalogue(language), subscribers), rows);
}

function columnsOf(
  t: Catalogue,
  subscribers: ReadonlyMap<Id, { readonly name: string; readonly siteId: string }>,
): readonly CsvColumn<MemberLine>[] {
  const { field: f, show, standing, own } = t.massRevocation;
  const at = (instant: Temporal.Instant | null | undefined) =>
    instant ? timeInJapan(instant, "second") : null;
  return [
    { header: f.subscriber, cell: (row) => subscribers.get(row.subscriberId)?.name ?? null },
    { header: f.siteId, cell: (row) => subscribers.get(row.subscriberId)?.siteId ?? null },
    { header: t.requests.field.commonName, cell: (row) => row.commonName },
    { header: f.serial, cell: (row) => row.serial.toUpperCase() },
    { header: `${t.certificates.field.notAfter} (JST)`, cell: (row) => at(row.notAfter) },
    { header: `${t.certificates.field.revokedAt} (JST)`, cell: (row) => at(row.revokedAt) },
    { header: f.standing, cell: (row) => standing[row.standing] },
    {
      header: t.requests.field.reason,
      cell: (row) => row.problem && problemSentence(t, problemOf(row.problem)),
    },
    { header: f.replacedBy, cell: (row) => row.replacement?.serial.toUpperCase() ?? null },
    { header: `${t.requests.field.issuedAt} (JST)`, cell: (row) => at(row.replacement?.issuedAt) },
    { header: show.automatic, cell: (row) => (row.replacement?.automatic ? "1" : null) },
    {
      header: `${t.certificates.field.firstDownload} (JST)`,
      cell: (row) => at(row.replacement?.firstDownloadedAt) ?? (row.replacement ? own.notDownloaded : null),
    },
  ];
}
