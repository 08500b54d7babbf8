import { expect, test } from "vitest";
import { formatFor } from "./format.ts";

const ja = formatFor("ja");
const en = formatFor("en");
const now = Temporal.Instant.from("2026-11-21T05:05:12Z");
const day = Temporal.PlainDate.from("2026-11-21");

test("says days as an office writes them", () => {
  expect(ja.day(day)).toBe("2026年11月21日");
  expect(ja.weekday(day)).toBe("2026年11月21日(土)");
  expect(ja.dayCompact(day)).toBe("2026/11/21");
  expect(ja.wareki(day)).toBe("令和8年11月21日");
  expect(ja.wareki(Temporal.PlainDate.from("2019-04-30"))).toBe("平成31年4月30日");
  expect(ja.month(Temporal.PlainYearMonth.from("2026-11"))).toBe("2026年11月");
  expect(en.day(day)).toBe("21 November 2026");
  expect(en.dayCompact(day)).toBe("2026-11-21");
});

test("says the zone with every instant, and the day in Japan", () => {
  expect(ja.instant(now)).toBe("2026/11/21 14:05 JST");
  expect(ja.instantExact(now)).toBe("2026/11/21 14:05:12 JST");
  expect(ja.instantUtc(now)).toBe("2026-11-21 05:05:12 UTC");
  expect(ja.dayOf(Temporal.Instant.from("2026-11-21T15:00:00Z"))).toBe("2026年11月22日");
});

test("says how a deadline runs", () => {
  const left = (text: string, format = ja) => format.timeLeft(now.add(Temporal.Duration.from(text)), now);
  expect(left("PT23H14M59S")).toBe("あと23時間14分");
  expect(left("PT90H")).toBe("あと3日18時間");
  expect(left("PT24H")).toBe("あと1日0時間");
  expect(left("PT59S")).toBe("あと0分");
  expect(left("-PT2H5M")).toBe("2時間5分超過");
  expect(left("PT5M", en)).toBe("5 min left");
  expect(left("-PT50H", en)).toBe("2 d 2 h overdue");
});

test("counts days on Japan's calendar", () => {
  expect(ja.daysLeft(Temporal.Instant.from("2026-11-21T14:59:59Z"), now)).toBe(0);
  expect(ja.daysLeft(Temporal.Instant.from("2026-11-21T15:00:00Z"), now)).toBe(1);
  expect(ja.daysLeft(Temporal.Instant.from("2026-11-20T14:59:59Z"), now)).toBe(-1);
  expect(ja.relative(now.subtract({ hours: 3 }), now)).toBe("3時間前");
  expect(ja.relative(now.add({ hours: 26 }), now)).toBe("明日");
  expect(en.relative(now.subtract({ minutes: 5 }), now)).toBe("5 minutes ago");
});

test("says amounts, sizes and hex", () => {
  expect(ja.yen(1_234_567)).toBe("1,234,567円");
  expect(en.yen(1_234_567)).toBe("¥1,234,567");
  expect(ja.fileSize(900)).toBe("900 B");
  expect(ja.fileSize(12_595)).toBe("12.3 KB");
  expect(ja.hex("0aff01")).toBe("0A:FF:01");
});
