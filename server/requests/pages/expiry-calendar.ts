import { and, asc, eq, gte, inArray, lt, sql } from "drizzle-orm";
import { authorityTables } from "../../authority/index.ts";
import type { Count, Reader } from "../../db/index.ts";
import type { Tenant } from "../../kernel/actor.ts";
import { startOf } from "../search/certificate-filters.ts";

const MONTHS = 3;
/** Entries of the index that are counted for one calendar; a subscriber with more sees how far it goes. */
const REACH = 30_000;

interface CalendarDay {
  readonly day: Temporal.PlainDate;
  readonly ending: Count;
}

export interface CalendarMonth {
  readonly month: Temporal.PlainYearMonth;
  /** Weeks from Sunday; null outside the month. */
  readonly weeks: readonly (readonly (CalendarDay | null)[])[];
  readonly ending: Count;
}

/** This month and the next two, with how many live certificates end on each day. */
export async function expiryCalendar(
  on: Reader,
  tenant: Tenant,
  today: Temporal.PlainDate,
): Promise<CalendarMonth[]> {
  const { certificates: c } = authorityTables(on.columns);
  const first = today.toPlainYearMonth();
  const end = first.add({ months: MONTHS }).toPlainDate({ day: 1 });
  const ending = on
    .select({ at: sql<number>`${c.notAfter}`.as("at") })
    .from(c)
    .where(
      and(
        eq(c.subscriberId, tenant),
        gte(c.notAfter, startOf(today)),
        lt(c.notAfter, startOf(end)),
        eq(c.state, "ACTIVE"),
        inArray(c.profile, ["SERVER_OV", "SERVER_EV"]),
      ),
    )
    .orderBy(asc(c.notAfter))
    .limit(REACH)
    .as("ending");
  // Days of Japan, nine hours ahead of UTC in every season, counted from 1970.
  const day = sql<number>`(${ending.at} + 32400000) / 86400000`.mapWith(Number);
  const rows = await on
    .select({ day, count: sql<number>`count(*)`.mapWith(Number) })
    .from(ending)
    .groupBy(day)
    .orderBy(asc(day));
  const counted = rows.reduce((sum, row) => sum + row.count, 0);
  const edge = counted < REACH ? null : (rows.at(-1)?.day ?? null);
  const counts = new Map(rows.map((row) => [row.day, row.count]));
  const endingOn = (one: Temporal.PlainDate): Count => {
    const number = EPOCH.until(one).days;
    return { count: counts.get(number) ?? 0, more: edge !== null && number >= edge };
  };
  return Array.from({ length: MONTHS }, (_, ahead) => monthOf(first.add({ months: ahead }), endingOn));
}

const EPOCH = Temporal.PlainDate.from("1970-01-01");

function monthOf(
  month: Temporal.PlainYearMonth,
  endingOn: (day: Temporal.PlainDate) => Count,
): CalendarMonth {
  const days = Array.from({ length: month.daysInMonth }, (_, index): CalendarDay => {
    const day = month.toPlainDate({ day: index + 1 });
    return { day, ending: endingOn(day) };
  });
  const blank = (count: number) => Array.from({ length: count }, () => null);
  const before = (days[0]?.day.dayOfWeek ?? 7) % 7;
  const cells = [...blank(before), ...days];
  const filled = [...cells, ...blank((7 - (cells.length % 7)) % 7)];
  return {
    month,
    weeks: Array.from({ length: filled.length / 7 }, (_, week) => filled.slice(week * 7, week * 7 + 7)),
    ending: {
      count: days.reduce((sum, { ending }) => sum + ending.count, 0),
      more: days.some(({ ending }) => ending.more),
    },
  };
}
