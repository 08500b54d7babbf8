/** The contents of two DER types as values of ours, for the reader. */

/** `20261121203935Z`; null where there is no such day or time (a leap second is none, in a certificate). */
export function instantOf(digits: string): Temporal.Instant | null {
  const field = (start: number) => Number(digits.slice(start, start + 2));
  const [month, day, hour, minute, second] = [field(4), field(6), field(8), field(10), field(12)];
  const year = Number(digits.slice(0, 4));
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  if (day > (month === 2 && leap ? 29 : (DAYS_IN_MONTH[month - 1] ?? 0))) return null;
  // H. Hinnant's days_from_civil; Temporal's own reader costs more than the rest of a CRL entry.
  const y = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1;
  const days = 365 * y + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + dayOfYear - 719_468;
  return Temporal.Instant.fromEpochMilliseconds((days * 86_400 + hour * 3600 + minute * 60 + second) * 1000);
}

const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Dotted text; null where an arc has more than the 128 bits that 2.25.<UUID> needs. */
export function decodeOid(bytes: Uint8Array): string | null {
  const arcs: bigint[] = [];
  let arc = 0n;
  let septets = 0;
  for (const byte of bytes) {
    septets += 1;
    if (septets > 19) return null;
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const first = arc >= 80n ? 2n : arc / 40n;
      arcs.push(first, arc - first * 40n);
    } else arcs.push(arc);
    arc = 0n;
    septets = 0;
  }
  return arcs.join(".");
}
