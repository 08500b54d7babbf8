import { createSocket, type RemoteInfo, type Socket as UdpSocket } from "node:dgram";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import dnsPacket, { type Answer, type CaaData, type Packet } from "dns-packet";

/**
 * An authoritative DNS server on loopback, over UDP and TCP, whose zone can be changed while it runs. It plays the
 * world's DNS for the demo, the walkthrough and the tests, misbehaviour included.
 */
export interface DemoDns {
  /** `127.0.0.1:port`, as INKAN_DNS_RESOLVER takes it. */
  readonly address: string;
  /** Replaces the records of one name and type. TXT values longer than 255 octets are split as RFC 1035 asks. */
  set(name: string, type: ZoneType, values: readonly string[], ttl?: number): void;
  /** Replaces the CAA records of a name. */
  setCaa(
    name: string,
    records: readonly { flags?: number; tag: string; value: string }[],
    ttl?: number,
  ): void;
  /** Removes one type, or everything at the name: then it does not exist. */
  remove(name: string, type?: ZoneType | "CAA"): void;
  /** Makes questions for a name go wrong, or right again with null. */
  fault(name: string, fault: DnsFault | null): void;
  /** Whether answers carry the AD bit, as those of a validating resolver for a signed zone. */
  authenticated: boolean;
  /** Every question that arrived, `TYPE name udp|tcp`, the latest last (the last 1,000). */
  readonly questions: readonly string[];
  close(): Promise<void>;
}

export type ZoneType = "A" | "AAAA" | "CNAME" | "NS" | "PTR" | "TXT";

/**
 * servfail and refused: that code. bogus: servfail unless checking is disabled, as for a broken DNSSEC chain.
 * timeout: silence. truncate: cut off on UDP, whole on TCP. wrong-id, wrong-question: an answer to something else.
 * garbage: no DNS message.
 */
export type DnsFault =
  | "servfail"
  | "refused"
  | "bogus"
  | "timeout"
  | "truncate"
  | "wrong-id"
  | "wrong-question"
  | "garbage";

const SERVFAIL = 2;
const NXDOMAIN = 3;
const REFUSED = 5;
const LARGEST_UDP = 1232;
const LARGEST_TCP = 65_535;
const LONGEST_CHAIN = 20;

export async function startDemoDns(port = 0): Promise<DemoDns> {
  const zone = new Map<string, Map<string, Answer[]>>();
  const faults = new Map<string, DnsFault>();
  const questions: string[] = [];
  const dns = { authenticated: false };

  const key = (name: string) => name.toLowerCase().replace(/\.$/, "");
  const put = (name: string, type: string, records: Answer[]) => {
    const at = zone.get(key(name)) ?? new Map<string, Answer[]>();
    at.set(type, records);
    zone.set(key(name), at);
  };

  /** The answer's bytes, or null for silence. */
  function answer(bytes: Buffer, transport: "udp" | "tcp"): Buffer | null {
    const query = decoded(bytes);
    const question = query?.questions?.[0];
    if (!query || !question) return null;
    const name = key(question.name);
    questions.push(`${question.type} ${name} ${transport}`);
    if (questions.length > 1000) questions.shift();
    const fault = faults.get(name);
    const flagsIn = query.flags ?? 0;
    const checkingDisabled = (flagsIn & dnsPacket.CHECKING_DISABLED) !== 0;
    if (fault === "timeout") return null;
    if (fault === "garbage") return Buffer.from("not a DNS message");
    const code =
      fault === "servfail" || (fault === "bogus" && !checkingDisabled)
        ? SERVFAIL
        : fault === "refused"
          ? REFUSED
          : null;
    const { answers, exists } =
      code === null ? chain(zone, name, question.type) : { answers: [], exists: true };
    const response: Packet = {
      type: "response",
      id: fault === "wrong-id" ? ((query.id ?? 0) + 1) & 0xffff : (query.id ?? 0),
      flags:
        dnsPacket.AUTHORITATIVE_ANSWER |
        dnsPacket.RECURSION_AVAILABLE |
        (flagsIn & dnsPacket.RECURSION_DESIRED) |
        (dns.authenticated && code === null && fault !== "bogus" ? dnsPacket.AUTHENTIC_DATA : 0) |
        (code ?? (exists ? 0 : NXDOMAIN)),
      questions: [fault === "wrong-question" ? { ...question, name: `x.${question.name}` } : question],
      answers,
      authorities: answers.length === 0 && code === null ? [startOfAuthority(name)] : [],
      additionals: [],
    };
    const whole = dnsPacket.encode(response);
    if (whole.length > LARGEST_TCP) return dnsPacket.encode({ ...response, flags: SERVFAIL, answers: [] });
    if (transport === "tcp" || (fault !== "truncate" && whole.length <= LARGEST_UDP)) return whole;
    const cut = { ...response, flags: (response.flags ?? 0) | dnsPacket.TRUNCATED_RESPONSE, answers: [] };
    return dnsPacket.encode(cut);
  }

  const { udp, tcp } = await listen(port);
  const connections = new Set<Socket>();
  udp.on("message", (bytes: Buffer, from: RemoteInfo) => {
    const reply = answer(bytes, "udp");
    if (reply) udp.send(reply, from.port, from.address);
  });
  tcp.on("connection", (socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => socket.destroy());
    serveStream(socket, (bytes) => answer(bytes, "tcp"));
  });

  return Object.assign(dns, {
    address: `127.0.0.1:${(tcp.address() as AddressInfo).port}`,
    questions,
    set(name: string, type: ZoneType, values: readonly string[], ttl = 60) {
      const records = values.map(
        (value) => ({ name: key(name), type, ttl, data: dataFor(type, value) }) as Answer,
      );
      put(name, type, records);
    },
    setCaa(name: string, records: readonly { flags?: number; tag: string; value: string }[], ttl = 60) {
      const data = records.map((record) => record as CaaData);
      put(
        name,
        "CAA",
        data.map((each) => ({ name: key(name), type: "CAA", ttl, data: each })),
      );
    },
    remove(name: string, type?: ZoneType | "CAA") {
      if (type) zone.get(key(name))?.delete(type);
      else zone.delete(key(name));
    },
    fault(name: string, fault: DnsFault | null) {
      if (fault === null) faults.delete(key(name));
      else faults.set(key(name), fault);
    },
    async close() {
      for (const socket of connections) socket.destroy();
      await Promise.all([
        new Promise<void>((resolve) => udp.close(() => resolve())),
        new Promise<void>((resolve) => tcp.close(() => resolve())),
      ]);
    },
  });
}

/** CNAMEs are followed within the zone, as a resolver does; a chain that does not end is given as far as it was walked. */
function chain(
  zone: ReadonlyMap<string, ReadonlyMap<string, Answer[]>>,
  asked: string,
  type: string,
): { answers: Answer[]; exists: boolean } {
  const answers: Answer[] = [];
  let name = asked;
  for (let steps = 0; steps < LONGEST_CHAIN; steps += 1) {
    const here = zone.get(name);
    const records = here?.get(type);
    if (records) return { answers: [...answers, ...records], exists: true };
    const [alias] = type === "CNAME" ? [] : (here?.get("CNAME") ?? []);
    if (alias?.type !== "CNAME") {
      // A name with names below it exists, even if it holds nothing itself (RFC 8020).
      const below = [...zone.keys()].some((each) => each.endsWith(`.${name}`));
      return { answers, exists: here !== undefined || below };
    }
    if (answers.includes(alias)) break;
    answers.push(alias);
    name = alias.data.toLowerCase();
  }
  return { answers, exists: true };
}

function dataFor(type: ZoneType, value: string): string | Buffer[] {
  if (type !== "TXT") return value;
  const bytes = Buffer.from(value, "utf8");
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length || at === 0; at += 255) parts.push(bytes.subarray(at, at + 255));
  return parts;
}

const startOfAuthority = (name: string): Answer => ({
  name,
  type: "SOA",
  ttl: 60,
  data: {
    mname: "ns.demo.invalid",
    rname: "hostmaster.demo.invalid",
    serial: 1,
    refresh: 60,
    retry: 60,
    expire: 60,
    minimum: 60,
  },
});

function decoded(bytes: Buffer): Packet | null {
  try {
    return dnsPacket.decode(bytes);
  } catch {
    return null;
  }
}

/** TCP messages carry their length before them (RFC 1035 4.2.2); several may come on one connection. */
function serveStream(socket: Socket, answer: (bytes: Buffer) => Buffer | null): void {
  let received = Buffer.alloc(0);
  socket.on("data", (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const length = received.readUInt16BE(0);
      const reply = answer(received.subarray(2, 2 + length));
      received = received.subarray(2 + length);
      if (!reply) continue;
      const prefix = Buffer.alloc(2);
      prefix.writeUInt16BE(reply.length);
      socket.write(Buffer.concat([prefix, reply]));
    }
  });
}

/** The same port on TCP and UDP; when another process holds the UDP half of a free TCP port, the next one is tried. */
async function listen(port: number): Promise<{ udp: UdpSocket; tcp: Server }> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = createServer();
    tcp.listen(port, "127.0.0.1");
    await once(tcp, "listening");
    const udp = createSocket("udp4");
    try {
      udp.bind((tcp.address() as AddressInfo).port, "127.0.0.1");
      await once(udp, "listening");
      return { udp, tcp };
    } catch (error) {
      udp.close();
      tcp.close();
      if (port !== 0 || attempt >= 10) throw error;
    }
  }
}
