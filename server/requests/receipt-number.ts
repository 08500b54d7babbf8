import { dayInJapan } from "../kernel/clock.ts";
import { randomCode } from "../kernel/ids.ts";

/**
 * 受付番号, to be read out on the phone: R-20261121-7K3QXZ. The day is Japan's; 30 random bits make ten thousand
 * requests of one day collide about once in twenty days, and the unique column then asks for another number.
 */
export function newReceiptNumber(now: Temporal.Instant): string {
  const day = dayInJapan(now).toString().replaceAll("-", "");
  return `R-${day}-${randomCode(30)}`;
}
