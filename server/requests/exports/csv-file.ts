import { type Answer, stream } from "../../http/answer.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { type Clock, dayInJapan } from "../../kernel/clock.ts";
import type { Language } from "../../kernel/languages.ts";
import type { RequestFilters } from "../search/request-search.ts";
import type { ExportDeps } from "./export-order.ts";

/** A list as a download, named for the day. */
export function csvFile(name: string, pieces: AsyncIterable<Uint8Array>, now: Temporal.Instant): Answer {
  const day = dayInJapan(now).toString().replaceAll("-", "");
  return stream({ name: `${name}-${day}.csv`, type: "text/csv; charset=utf-8", pieces });
}

/** A subscriber's list of requests, as its pages filter it. */
export function requestsFile(
  deps: ExportDeps & { readonly clock: Clock },
  wanted: { readonly tenant: Tenant; readonly filters: RequestFilters; readonly language: Language },
): Answer {
  const now = deps.clock.now();
  return csvFile("requests", deps.exportRows({ list: "requests", ...wanted, at: now.toString() }), now);
}
