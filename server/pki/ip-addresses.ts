/** IPv4 and IPv6 addresses as bytes, in the one spelling each has in a certificate (RFC 5280 4.2.1.6, RFC 5952). */

/** 4 or 16 bytes, or null. Dotted decimal without leading zeros; IPv6 without brackets, zone or embedded IPv4. */
export function parseIpAddress(text: string): Uint8Array | null {
  return text.includes(":") ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256))
    return null;
  return Uint8Array.from(parts, Number);
}

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const [head = "", tail] = halves;
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const missing = 8 - left.length - right.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  const groups = [...left, ...Array.from({ length: tail === undefined ? 0 : missing }, () => "0"), ...right];
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return null;
  return Uint8Array.from(
    groups.flatMap((group) => {
      const value = Number.parseInt(group, 16);
      return [value >> 8, value & 0xff];
    }),
  );
}

/** The canonical text of 4 or 16 bytes: RFC 5952, lower case, the longest run of zeros shortened. */
export function printIpAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0));
  let best = { start: 0, length: 0 };
  for (let start = 0; start < 8; start += 1) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length += 1;
    if (length > best.length) best = { start, length };
  }
  const hex = groups.map((group) => group.toString(16));
  if (best.length < 2) return hex.join(":");
  return `${hex.slice(0, best.start).join(":")}::${hex.slice(best.start + best.length).join(":")}`;
}

/** IANA special-purpose registries (RFC 6890 and later) plus multicast; nothing here can be bought or validated. */
const RESERVED: readonly { network: Uint8Array; bits: number }[] = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.168.0.0/16",
  "192.175.48.0/24",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
].map(network);

/** Global unicast is 2000::/3 alone; inside it these are special. */
const RESERVED_IN_GLOBAL: readonly { network: Uint8Array; bits: number }[] = [
  "2001::/23",
  "2001:db8::/32",
  "2002::/16",
  "2620:4f:8000::/48",
  "3fff::/20",
].map(network);

const GLOBAL_UNICAST = network("2000::/3");

function network(text: string): { network: Uint8Array; bits: number } {
  const [address = "", bits = ""] = text.split("/");
  const parsed = parseIpAddress(address);
  if (parsed === null) throw new RangeError(text);
  return { network: parsed, bits: Number(bits) };
}

function lies(address: Uint8Array, within: { network: Uint8Array; bits: number }): boolean {
  for (let bit = 0; bit < within.bits; bit += 8) {
    const mask = within.bits - bit >= 8 ? 0xff : (0xff << (8 - (within.bits - bit))) & 0xff;
    if (((address[bit / 8] ?? 0) & mask) !== ((within.network[bit / 8] ?? 0) & mask)) return false;
  }
  return true;
}

/** True where BR 4.2.2 forbids the address: private, loopback, link-local, documentation, mapped and the like. */
export function isReservedAddress(address: Uint8Array): boolean {
  if (address.length === 4) return RESERVED.some((range) => lies(address, range));
  return !lies(address, GLOBAL_UNICAST) || RESERVED_IN_GLOBAL.some((range) => lies(address, range));
}
