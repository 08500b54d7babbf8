import { type Answer, stream } from "../../http/answer.ts";
import { dayInJapan } from "../../kernel/clock.ts";

/** A list as a download, named for the day. */
export function csvFile(name: string, pieces: AsyncIterable<Uint8Array>, now: Temporal.Instant): Answer {
  const day = dayInJapan(now).toString().replaceAll("-", "");
  return stream({ name: `${name}-${day}.csv`, type: "text/csv; charset=utf-8", pieces });
}
