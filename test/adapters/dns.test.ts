import { createSocket } from "node:dgram";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type DnsResolver, dnsResolver } from "../../server/adapters/dns.ts";
import { type DemoDns, type DnsFault, startDemoDns } from "../../server/demo/dns-server.ts";
import { markTransaction } from "../../server/kernel/transaction-marker.ts";

const ms = (milliseconds: number) => Temporal.Duration.from({ milliseconds });
let dns: DemoDns;
/** Waits as long as a busy machine may need for an answer that comes. */
let resolver: DnsResolver;
/** For answers that never come. */
let hurried: DnsResolver;
const names = new Set<string>();
const own = (name: string) => {
  names.add(name);
  return name;
};

beforeAll(async () => {
  dns = await startDemoDns();
  resolver = dnsResolver(dns.address, { attempt: ms(2_000), deadline: ms(20_000) });
  hurried = dnsResolver(dns.address, { attempt: ms(150), deadline: ms(1500) });
});
afterEach(() => {
  for (const name of names) {
    dns.remove(name);
    dns.fault(name, null);
  }
  names.clear();
  dns.authenticated = false;
});
afterAll(() => dns.close());

describe("what a zone holds", () => {
  test("TXT records, each joined from its parts", async () => {
    const long = "x".repeat(600);
    dns.set(own("example.jp"), "TXT", ["v=spf1 -all", long, ""], 120);
    const answer = await resolver.lookupTxt("Example.JP.");
    expect(answer.status).toBe("answer");
    expect(answer.records.map(({ data }) => data)).toEqual(["v=spf1 -all", long, ""]);
    expect(answer.ttl).toBe(120);
    expect(answer.canonicalName).toBe("example.jp");
  });

  test("a change is seen at once, a removal is NXDOMAIN, another type NODATA", async () => {
    dns.set(own("example.jp"), "TXT", ["one"]);
    dns.set("example.jp", "TXT", ["two"]);
    expect((await resolver.lookupTxt("example.jp")).records[0]?.data).toBe("two");
    expect((await resolver.lookup("example.jp", "A")).status).toBe("nodata");
    dns.remove("example.jp");
    const gone = await resolver.lookupTxt("example.jp");
    expect(gone).toMatchObject({ status: "nxdomain", records: [], ttl: 60 });
  });

  test("a name with only names below it exists", async () => {
    dns.set(own("_x.sub.example.jp"), "TXT", ["below"]);
    expect((await resolver.lookupTxt("sub.example.jp")).status).toBe("nodata");
    expect((await resolver.lookupTxt("ub.example.jp")).status).toBe("nxdomain");
  });

  test("CAA with flags, an unknown tag kept as it is", async () => {
    dns.setCaa(own("example.jp"), [
      { tag: "issue", value: "inkan.example; accounturi=https://x" },
      { flags: 128, tag: "FutureTag", value: "?" },
    ]);
    const { records } = await resolver.lookup("example.jp", "CAA");
    expect(records.map(({ data }) => data)).toEqual([
      { critical: false, tag: "issue", value: "inkan.example; accounturi=https://x" },
      { critical: true, tag: "futuretag", value: "?" },
    ]);
  });

  test("addresses and pointers", async () => {
    dns.set(own("host.example.jp"), "A", ["192.0.2.1", "192.0.2.2"]);
    dns.set("host.example.jp", "AAAA", ["2001:db8::1"]);
    dns.set(own("1.2.0.192.in-addr.arpa"), "PTR", ["Host.Example.jp"]);
    expect((await resolver.lookup("host.example.jp", "A")).records).toHaveLength(2);
    expect((await resolver.lookup("host.example.jp", "AAAA")).records[0]?.data).toBe("2001:db8::1");
    expect((await resolver.lookup("1.2.0.192.in-addr.arpa", "PTR")).records[0]?.data).toBe("host.example.jp");
  });

  test("64 KB of TXT come over TCP, whole", async () => {
    const values = Array.from({ length: 240 }, (_, index) => `${index}:`.padEnd(240, "y"));
    dns.set(own("huge.example.jp"), "TXT", values);
    const answer = await resolver.lookupTxt("huge.example.jp");
    expect(answer.records.map(({ data }) => data)).toEqual(values);
    expect(dns.questions.at(-1)).toBe("TXT huge.example.jp tcp");
  });

  test("the AD bit is passed on, and only when it is set", async () => {
    dns.set(own("example.jp"), "TXT", ["x"]);
    expect((await resolver.lookupTxt("example.jp")).authenticated).toBe(false);
    dns.authenticated = true;
    expect((await resolver.lookupTxt("example.jp")).authenticated).toBe(true);
  });
});

describe("CNAME", () => {
  test("is followed to its end, with the shortest TTL of the chain", async () => {
    dns.set(own("a.example.jp"), "CNAME", ["b.example.jp"], 30);
    dns.set(own("b.example.jp"), "CNAME", ["c.example.net"], 20);
    dns.set(own("c.example.net"), "TXT", ["end"], 300);
    expect(await resolver.lookupTxt("a.example.jp")).toMatchObject({
      status: "answer",
      canonicalName: "c.example.net",
      ttl: 20,
      records: [{ name: "c.example.net", data: "end" }],
    });
  });

  test("to nowhere is NXDOMAIN of the target; asked for by itself it is not followed", async () => {
    dns.set(own("a.example.jp"), "CNAME", ["nowhere.example.net"]);
    expect(await resolver.lookupTxt("a.example.jp")).toMatchObject({
      status: "nxdomain",
      canonicalName: "nowhere.example.net",
    });
    expect((await resolver.lookup("a.example.jp", "CNAME")).records[0]?.data).toBe("nowhere.example.net");
  });

  test.each([1, 2, 5])("a loop of %i is a failure, not a hang", async (length) => {
    for (let index = 0; index < length; index += 1) {
      dns.set(own(`l${index}.example.jp`), "CNAME", [`l${(index + 1) % length}.example.jp`]);
    }
    expect(await resolver.lookupTxt("l0.example.jp")).toMatchObject({ status: "servfail", records: [] });
  });

  test("a chain that is too long is a failure", async () => {
    for (let index = 0; index < 30; index += 1) {
      dns.set(own(`c${index}.example.jp`), "CNAME", [`c${index + 1}.example.jp`]);
    }
    dns.set(own("c30.example.jp"), "TXT", ["far"]);
    expect((await resolver.lookupTxt("c0.example.jp")).status).toBe("servfail");
  });
});

describe("faults never give records", () => {
  test.each<{ fault: DnsFault; status: string }>([
    { fault: "servfail", status: "servfail" },
    { fault: "refused", status: "servfail" },
    { fault: "bogus", status: "bogus" },
    { fault: "timeout", status: "timeout" },
    { fault: "wrong-id", status: "timeout" },
    { fault: "wrong-question", status: "timeout" },
    { fault: "garbage", status: "timeout" },
  ])("$fault → $status", async ({ fault, status }) => {
    dns.set(own("example.jp"), "TXT", ["secret value"]);
    dns.authenticated = true;
    dns.fault("example.jp", fault);
    const answer = await (status === "timeout" ? hurried : resolver).lookupTxt("example.jp");
    expect(answer).toMatchObject({ status, records: [], authenticated: false, ttl: 0 });
  });

  test("truncated over UDP is asked again over TCP", async () => {
    dns.set(own("example.jp"), "TXT", ["whole"]);
    dns.fault("example.jp", "truncate");
    expect((await resolver.lookupTxt("example.jp")).records[0]?.data).toBe("whole");
  });

  test("the deadline holds whatever the attempts do", async () => {
    const impatient = dnsResolver(dns.address, { attempt: ms(30_000), deadline: ms(200) });
    dns.fault(own("slow.example.jp"), "timeout");
    const started = performance.now();
    expect((await impatient.lookupTxt("slow.example.jp")).status).toBe("timeout");
    expect(performance.now() - started).toBeLessThan(15_000);
  });

  test("an answer from elsewhere is not heard, though its id and question are right", async () => {
    const server = createSocket("udp4");
    const stranger = createSocket("udp4");
    await new Promise<void>((resolve) => server.bind(0, "127.0.0.1", resolve));
    server.on("message", (query, from) => {
      const forged = Buffer.from(query);
      forged.writeUInt16BE(forged.readUInt16BE(2) | 0x8003, 2); // a response: NXDOMAIN
      stranger.send(forged, from.port, from.address);
    });
    const lonely = dnsResolver(`127.0.0.1:${server.address().port}`, { attempt: ms(100), deadline: ms(500) });
    expect((await lonely.lookupTxt("example.jp")).status).toBe("timeout");
    server.close();
    stranger.close();
  });

  test("nobody at the address", async () => {
    const other = await startDemoDns();
    await other.close();
    const nobody = dnsResolver(other.address, { attempt: ms(100), deadline: ms(500) });
    expect((await nobody.lookupTxt("example.jp")).status).toBe("timeout");
  });
});

test.each([
  "",
  "a..b",
  "exa mple.jp",
  `${"x".repeat(64)}.jp`,
  "*.example.jp",
  "a.b\n.jp",
  `${"a.".repeat(127)}jp`,
])("%j cannot be asked for", async (name) => {
  await expect(resolver.lookupTxt(name)).rejects.toThrow(RangeError);
});

test("refuses inside a transaction", async () => {
  await expect(markTransaction(() => resolver.lookupTxt("example.jp"))).rejects.toThrow(
    "cannot resolve inside",
  );
});
