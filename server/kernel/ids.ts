import { randomFillSync } from "node:crypto";

/** UUIDv7 (RFC 9562 5.7): time-ordered, so that rows inserted together lie together in the index. */
export type Id = string;

let lastMilliseconds = 0;
let counter = 0;
/** The time's part of an id, as it was last printed. */
let printed = { milliseconds: -1, text: "" };

const random = new Uint8Array(4096);
let hex = "";
let used = 0;

/** Random bytes as lower-case hex: drawn and printed many at a time, as ids are made by the thousand. */
function randomHex(digits: number): string {
  if (used + digits > hex.length) {
    hex = randomFillSync(random).toHex();
    used = 0;
  }
  used += digits;
  return hex.slice(used - digits, used);
}

/** A new id. Ids made by one process rise strictly, also within one millisecond (12 bits of counter). */
export function newId(epochMilliseconds: number = Temporal.Now.instant().epochMilliseconds): Id {
  if (epochMilliseconds > lastMilliseconds) {
    lastMilliseconds = epochMilliseconds;
    counter = 0;
  } else {
    counter += 1;
    if (counter > 0xfff) {
      lastMilliseconds += 1;
      counter = 0;
    }
  }
  if (printed.milliseconds !== lastMilliseconds) {
    const time = lastMilliseconds.toString(16).padStart(12, "0");
    printed = { milliseconds: lastMilliseconds, text: `${time.slice(0, 8)}-${time.slice(8)}-7` };
  }
  const sequence = counter.toString(16).padStart(3, "0");
  const tail = randomHex(16);
  // RFC 9562 4.1: the two highest bits of this octet are 10.
  const variant = "89ab"[Number.parseInt(tail.charAt(0), 16) & 3] ?? "8";
  return `${printed.text}${sequence}-${variant}${tail.slice(1, 4)}-${tail.slice(4)}`;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A number people read aloud on the phone: Crockford base 32, no I, L, O, U. `bits` of randomness, rounded up to 5. */
export function randomCode(bits: number): string {
  const length = Math.ceil(bits / 5);
  let code = "";
  for (const byte of Uint8Array.fromHex(randomHex(2 * length))) code += ALPHABET[byte & 31];
  return code;
}

/** An unguessable value for links and challenges, lower-case hex; BR 3.2.2.4 asks 112 bits, we use 128 or more. */
export function randomToken(bits: number): string {
  return randomHex(2 * Math.ceil(bits / 8));
}
