import { getServers } from "node:dns";
import { isIPv6 } from "node:net";
import { refuseInsideTransaction } from "../kernel/transaction-marker.ts";
import {
  type DnsRecord,
  dataOf,
  encodeQuery,
  isDnsName,
  type Message,
  type RecordData,
  type RecordType,
  saysBogus,
} from "./dns-message.ts";
import { askTcp, askUdp, type DnsServer, dnsServerOf } from "./dns-transport.ts";

export type { DnsRecord, RecordData, RecordType } from "./dns-message.ts";

/**
 * - answer: records of the asked type, at the end of the CNAME chain if there was one.
 * - nxdomain: the name does not exist; nodata: it exists without such a record.
 * - bogus: the resolver found a broken DNSSEC chain. Never a permission (BR 4.2.2.1).
 * - servfail: any other refusal, a loop of CNAMEs included. timeout: nobody answered in time.
 */
export type DnsStatus = "answer" | "nxdomain" | "nodata" | "bogus" | "servfail" | "timeout";

export interface DnsAnswer<D> {
  readonly status: DnsStatus;
  readonly records: readonly DnsRecord<D>[];
  /** The resolver validated every step to the root (the AD bit). Worth as much as the path to the resolver. */
  readonly authenticated: boolean;
  /** Seconds for which the answer holds: the shortest of its records, of the SOA when there is none; 0 on failures. */
  readonly ttl: number;
  /** Where the CNAMEs led, in lower case; the asked name when there were none. */
  readonly canonicalName: string;
}

export interface DnsResolver {
  /** Throws RangeError for what cannot be a DNS name, and inside a transaction; every failure of DNS is a status. */
  lookup<T extends RecordType>(name: string, type: T): Promise<DnsAnswer<RecordData[T]>>;
  lookupTxt(name: string): Promise<DnsAnswer<string>>;
}

export interface DnsOptions {
  /** One question waits this long for its answer before it is asked again. */
  readonly attempt?: Temporal.Duration;
  /** Everything that one look-up does ends within this time. */
  readonly deadline?: Temporal.Duration;
}

const ATTEMPT = Temporal.Duration.from({ seconds: 2 });
const DEADLINE = Temporal.Duration.from({ seconds: 8 });
const ATTEMPTS = 3;
const LONGEST_CHAIN = 12;

/** A client of the validating resolver at `address` (host:port). */
export function dnsResolver(address: string, options: DnsOptions = {}): DnsResolver {
  const server = dnsServerOf(address);
  const lookup: DnsResolver["lookup"] = (name, type) => {
    refuseInsideTransaction("resolve");
    const asked = name.replace(/\.$/, "").toLowerCase();
    if (!isDnsName(asked)) throw new RangeError("not a DNS name");
    return follow(server, asked, type, options);
  };
  return { lookup: async (name, type) => lookup(name, type), lookupTxt: async (name) => lookup(name, "TXT") };
}

/** The system's first resolver: for development, where no validating one is set. */
export function systemDnsResolver(options?: DnsOptions): DnsResolver {
  const first = getServers()[0] ?? "127.0.0.1";
  return dnsResolver(isIPv6(first) ? `[${first}]` : first, options);
}

interface Outcome<T extends RecordType> extends Omit<DnsAnswer<RecordData[T]>, "status"> {
  readonly status: DnsStatus | "alias";
}

/** A resolver follows CNAMEs by itself; an authoritative server leaves the rest of the chain to us. */
async function follow<T extends RecordType>(
  server: DnsServer,
  name: string,
  type: T,
  options: DnsOptions,
): Promise<DnsAnswer<RecordData[T]>> {
  const attemptMs = (options.attempt ?? ATTEMPT).total("milliseconds");
  const deadline = AbortSignal.timeout((options.deadline ?? DEADLINE).total("milliseconds"));
  const walked = new Set<string>([name]);
  let asked = name;
  let authenticated = true;
  let ttl = Number.POSITIVE_INFINITY;
  for (;;) {
    const message = await ask(server, asked, type, attemptMs, deadline);
    if (typeof message === "string") return failure(message, asked);
    const outcome = read(message, asked, type, walked);
    if (outcome.status === "servfail") return outcome as DnsAnswer<RecordData[T]>;
    authenticated &&= outcome.authenticated;
    ttl = Math.min(ttl, outcome.ttl);
    if (outcome.status !== "alias") return { ...outcome, status: outcome.status, authenticated, ttl };
    asked = outcome.canonicalName;
  }
}

const failure = (status: DnsStatus, canonicalName: string) =>
  ({ status, records: [], authenticated: false, ttl: 0, canonicalName }) as const;

/** Asks up to three times; a message is NOERROR or NXDOMAIN, everything else is one of the failures. */
async function ask(
  server: DnsServer,
  name: string,
  type: RecordType,
  attemptMs: number,
  deadline: AbortSignal,
): Promise<Message | "bogus" | "servfail" | "timeout"> {
  let refused = false;
  for (let attempt = 0; attempt < ATTEMPTS && !deadline.aborted; attempt += 1) {
    const message = await exchange(server, name, type, false, attemptMs, deadline);
    if (message === null) continue;
    if (message.rcode === "NOERROR" || message.rcode === "NXDOMAIN") return message;
    if (saysBogus(message)) return "bogus";
    refused = true;
  }
  if (!refused) return "timeout";
  // Data that comes with checking disabled and not without it failed its validation (RFC 4035 3.2.2).
  const unchecked = await exchange(server, name, type, true, attemptMs, deadline);
  return unchecked?.rcode === "NOERROR" || unchecked?.rcode === "NXDOMAIN" ? "bogus" : "servfail";
}

/** One question and its answer, over TCP when UDP cut it off; null when there was none in time. */
async function exchange(
  server: DnsServer,
  name: string,
  type: RecordType,
  checkingDisabled: boolean,
  attemptMs: number,
  deadline: AbortSignal,
): Promise<Message | null> {
  const { bytes } = encodeQuery(name, type, checkingDisabled);
  const signal = AbortSignal.any([deadline, AbortSignal.timeout(attemptMs)]);
  try {
    const message = await askUdp(server, bytes, signal);
    return message.flag_tc ? await askTcp(server, bytes, signal) : message;
  } catch {
    return null;
  }
}

/**
 * Walks from the asked name through the CNAMEs of one message to its records. `walked` holds every name of the whole
 * look-up: a loop or a chain without end is a failure, never an empty answer.
 */
function read<T extends RecordType>(
  message: Message,
  asked: string,
  type: T,
  walked: Set<string>,
): Outcome<T> {
  const authenticated = message.flag_ad;
  const answers = message.answers ?? [];
  let name = asked;
  let ttl = Number.POSITIVE_INFINITY;
  for (;;) {
    const here = answers.filter((answer) => answer.name.toLowerCase() === name);
    const records = here.flatMap((answer) => {
      const data = dataOf(answer, type);
      return data === null ? [] : [{ name, ttl: "ttl" in answer ? (answer.ttl ?? 0) : 0, data }];
    });
    if (records.length > 0) {
      const shortest = Math.min(ttl, ...records.map((record) => record.ttl));
      return { status: "answer", records, authenticated, ttl: shortest, canonicalName: name };
    }
    const alias = here.find((answer) => answer.type === "CNAME");
    if (alias?.type !== "CNAME") break;
    ttl = Math.min(ttl, alias.ttl ?? 0);
    name = alias.data.toLowerCase().replace(/\.$/, "");
    if (!isDnsName(name) || walked.has(name) || walked.size >= LONGEST_CHAIN)
      return failure("servfail", asked);
    walked.add(name);
  }
  const negative = { records: [], authenticated, canonicalName: name };
  if (message.rcode === "NXDOMAIN") return { ...negative, status: "nxdomain", ttl: negativeTtl(message) };
  return name === asked
    ? { ...negative, status: "nodata", ttl: negativeTtl(message) }
    : { ...negative, status: "alias", ttl };
}

/** RFC 2308 5: the smaller of the SOA's own TTL and its MINIMUM; without a SOA nothing may be remembered. */
function negativeTtl(message: Message): number {
  const soa = message.authorities?.find((record) => record.type === "SOA");
  return soa?.type === "SOA" ? Math.min(soa.ttl ?? 0, soa.data.minimum ?? 0) : 0;
}
