import { randomInt } from "node:crypto";
import dnsPacket, { type Answer, type DecodedPacket } from "dns-packet";

/** The record types that validation and CAA look-ups ask for, and their data as text. */
export interface RecordData {
  A: string;
  AAAA: string;
  CNAME: string;
  NS: string;
  PTR: string;
  /** The character-strings of one record joined without a separator (RFC 7208 3.3), a character for each octet. */
  TXT: string;
  /** RFC 8659 4.1. The tag is in lower case; `critical` is the issuer critical flag. */
  CAA: { readonly critical: boolean; readonly tag: string; readonly value: string };
}
export type RecordType = keyof RecordData;

export interface DnsRecord<D> {
  /** The owner, in lower case: the end of the CNAME chain. */
  readonly name: string;
  readonly ttl: number;
  readonly data: D;
}

/** What dns-packet gives on decoding, beyond its published types. */
export type Message = DecodedPacket & { readonly rcode: string };

const UDP_PAYLOAD = 1232; // DNS flag day 2020: what passes every path without fragments

/** A query with EDNS(0), DO and AD set (RFC 4035 3.2.1, RFC 6840 5.7), and CD where only the data is wanted. */
export function encodeQuery(
  name: string,
  type: RecordType,
  checkingDisabled: boolean,
): { id: number; bytes: Buffer } {
  const id = randomInt(0x1_0000);
  const bytes = dnsPacket.encode({
    type: "query",
    id,
    flags:
      dnsPacket.RECURSION_DESIRED |
      dnsPacket.AUTHENTIC_DATA |
      (checkingDisabled ? dnsPacket.CHECKING_DISABLED : 0),
    questions: [{ type, name, class: "IN" }],
    additionals: [
      {
        type: "OPT",
        name: ".",
        udpPayloadSize: UDP_PAYLOAD,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: dnsPacket.DNSSEC_OK,
        flag_do: true,
        options: [],
      },
    ],
  });
  return { id, bytes };
}

const HEADER = 12;

/**
 * The answer to `query`, or null when the bytes are anything else: another id, not a response, another question
 * (compared octet by octet, without case), or not a DNS message at all (RFC 5452 9.1).
 */
export function decodeResponse(query: Buffer, bytes: Buffer): Message | null {
  const question = query.subarray(HEADER, questionEnd(query));
  if (bytes.length < HEADER + question.length) return null;
  const same =
    bytes.readUInt16BE(0) === query.readUInt16BE(0) &&
    bytes.readUInt16BE(4) === 1 &&
    lowerCase(bytes.subarray(HEADER, HEADER + question.length)).equals(lowerCase(question));
  if (!same || (bytes.readUInt16BE(2) & 0xf800) !== 0x8000) return null; // QR set, opcode QUERY
  try {
    return dnsPacket.decode(bytes) as Message;
  } catch {
    return null;
  }
}

/** Our own query has one question with an uncompressed name, then type and class. */
function questionEnd(query: Buffer): number {
  let at = HEADER;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) at += 1 + length;
  return at + 5;
}

const lowerCase = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte)));

/** Is it a name that can be asked for at all (RFC 1035 2.3.4; underscores are common in DNS)? */
export function isDnsName(name: string): boolean {
  return (
    name.length <= 253 &&
    /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/i.test(name)
  );
}

/** The data of a record if it has the asked type. */
export function dataOf<T extends RecordType>(answer: Answer, type: T): RecordData[T] | null {
  if (answer.type !== type) return null;
  return textOf(answer) as RecordData[T] | null;
}

function textOf(answer: Answer): RecordData[RecordType] | null {
  switch (answer.type) {
    case "TXT": {
      const parts = Array.isArray(answer.data) ? answer.data : [answer.data];
      return parts.map((part) => (typeof part === "string" ? part : part.toString("latin1"))).join("");
    }
    case "CAA":
      return {
        critical: ((answer.data.flags ?? 0) & 0x80) !== 0,
        tag: answer.data.tag.toLowerCase(),
        value: answer.data.value,
      };
    case "A":
    case "AAAA":
      return answer.data;
    case "CNAME":
    case "NS":
    case "PTR":
      return answer.data.toLowerCase();
    default:
      return null;
  }
}

/** Extended DNS Errors (RFC 8914) that say "DNSSEC": 1, 2, 5 to 12. */
const DNSSEC_ERRORS = new Set([1, 2, 5, 6, 7, 8, 9, 10, 11, 12]);
const EXTENDED_ERROR_OPTION = 15;

/** Did the resolver say that DNSSEC validation failed? */
export function saysBogus(message: Message): boolean {
  return (
    message.additionals?.some(
      (record) =>
        record.type === "OPT" &&
        record.options.some((option) => {
          const { code, data } = option as { code: number; data?: Buffer };
          return (
            code === EXTENDED_ERROR_OPTION &&
            data !== undefined &&
            data.length >= 2 &&
            DNSSEC_ERRORS.has(data.readUInt16BE(0))
          );
        }),
    ) ?? false
  );
}
