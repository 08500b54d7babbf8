import { and, eq, gte, lt } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { dayInJapan, JAPAN } from "../../kernel/clock.ts";
import { requestTables } from "../tables.ts";

const MONTHS = 3;

interface CalendarDay {
  readonly day: Temporal.PlainDate;
  readonly ending: number;
}

export interface CalendarMonth {
  readonly month: Temporal.PlainYearMonth;
  /** Weeks from Sunday; null outside the month. */
  readonly weeks: readonly (readonly (CalendarDay | null)[])[];
  readonly ending: number;
}

/** The first instant of a day in Japan. */
export const startOf = (day: Temporal.PlainDate): Temporal.Instant => day.toZonedDateTime(JAPAN).toInstant();

/** This month and the next two, with how many live certificates end on each day. */
export async function expiryCalendar(
  on: Reader,
  tenant: Tenant,
  today: Temporal.PlainDate,
): Promise<CalendarMonth[]> {
  const { certificateRequests: r } = requestTables(on.columns);
  const { certificates: c } = authorityTables(on.columns);
  const first = today.toPlainYearMonth();
  const end = first.add({ months: MONTHS });
  const rows = await on
    .select({ notAfter: c.notAfter })
    .from(r)
    .innerJoin(c, eq(c.id, r.certificateId))
    .where(
      and(
        eq(r.subscriberId, tenant),
        eq(c.state, "ACTIVE"),
        gte(c.notAfter, startOf(today)),
        lt(c.notAfter, startOf(end.toPlainDate({ day: 1 }))),
      ),
    );
  const ending = new Map<string, number>();
  for (const { notAfter } of rows) {
    const day = dayInJapan(notAfter).toString();
    ending.set(day, (ending.get(day) ?? 0) + 1);
  }
  return Array.from({ length: MONTHS }, (_, ahead) => monthOf(first.add({ months: ahead }), ending));
}

function monthOf(month: Temporal.PlainYearMonth, ending: ReadonlyMap<string, number>): CalendarMonth {
  const days = Array.from({ length: month.daysInMonth }, (_, index): CalendarDay => {
    const day = month.toPlainDate({ day: index + 1 });
    return { day, ending: ending.get(day.toString()) ?? 0 };
  });
  const blank = (count: number) => Array.from({ length: count }, () => null);
  const before = (days[0]?.day.dayOfWeek ?? 7) % 7;
  const cells = [...blank(before), ...days];
  const filled = [...cells, ...blank((7 - (cells.length % 7)) % 7)];
  return {
    month,
    weeks: Array.from({ length: filled.length / 7 }, (_, week) => filled.slice(week * 7, week * 7 + 7)),
    ending: days.reduce((sum, { ending: some }) => sum + some, 0),
  };
}
