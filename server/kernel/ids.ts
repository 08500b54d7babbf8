import { randomFillSync } from "node:crypto";

/** UUIDv7 (RFC 9562 5.7): time-ordered, so that rows inserted together lie together in the index. */
export type Id = string;

let lastMilliseconds = 0;
let counter = 0;
const random = new Uint8Array(4096);
let used = random.length;

function randomBytes(count: number): Uint8Array {
  if (used + count > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += count;
  return random.subarray(used - count, used);
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
  const time = lastMilliseconds.toString(16).padStart(12, "0");
  const tail = randomBytes(8);
  const variant = (((tail[0] ?? 0) & 0x3f) | 0x80).toString(16).padStart(2, "0");
  const rest = Buffer.from(tail.subarray(1)).toString("hex");
  const sequence = counter.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${rest.slice(0, 2)}-${rest.slice(2)}`;
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A number people read aloud on the phone: Crockford base 32, no I, L, O, U. `bits` of randomness, rounded up to 5. */
export function randomCode(bits: number): string {
  const length = Math.ceil(bits / 5);
  let code = "";
  for (const byte of randomBytes(length)) code += ALPHABET[byte & 31];
  return code;
}

/** An unguessable value for links and challenges, lower-case hex; BR 3.2.2.4 asks 112 bits, we use 128 or more. */
export function randomToken(bits: number): string {
  return Buffer.from(randomBytes(Math.ceil(bits / 8))).toString("hex");
}
