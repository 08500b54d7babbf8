import { eq } from "drizzle-orm";
import { beforeAll, describe, expect, test } from "vitest";
import { authorityTables, issueCertificate } from "../../server/authority/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { readServerName } from "../../server/pki/dns-names.ts";
import { generateKey, lastSecond, spkiOf } from "../../server/pki/index.ts";
import { requestTables } from "../../server/requests/index.ts";
import { chance } from "../fuzz/mutate.ts";
import { aobaTrading } from "../support/aoba.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";
import { cast, changedTables, signedIn, stagedDemo, untilQuiet } from "../support/staged-demo.ts";
import type { Visitor } from "../support/visitor.ts";
import { requestFields } from "../support/worlds.ts";

/** Classes 11 and 12: at the route, where people ask, and at the signer, where nobody has asked anything before. */

const INTERNAL = [
  "intranet.local",
  "server",
  "localhost",
  "www.internal",
  "www.corp",
  "host.home.arpa",
  "1.0.0.127.in-addr.arpa",
  "example.onion",
  "www.example.test",
  "www.example.invalid",
  "no-such-suffix.zzzz",
  "10.0.0.1",
  "127.0.0.1",
  "169.254.1.1",
  "172.16.0.1",
  "192.168.1.1",
  "100.64.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "0.0.0.0",
  "::1",
  "fe80::1",
  "fd00::1",
  "2001:db8::1",
  "::ffff:8.8.8.8",
];
const SYNTAX = [
  "_acme.example.ac.jp",
  "a_b.example.ac.jp",
  "-a.example.ac.jp",
  "a-.example.ac.jp",
  "ab--cd.example.ac.jp",
  "www..example.ac.jp",
  ".example.ac.jp",
  "www.example.ac.jp.",
  `${"a".repeat(64)}.example.ac.jp`,
  `${"a.".repeat(121)}example.ac.jp`,
  "www.exa mple.ac.jp",
  "www\0.example.ac.jp",
  "www.example.ac.jp/",
  "https://www.example.ac.jp",
  "user@example.ac.jp",
  "www.example.ac.jp:443",
  "www.*.ac.jp",
  "w*.example.ac.jp",
  "*.*.example.ac.jp",
  "*.ac.jp",
  "*.jp",
  "ac.jp",
  "jp",
  "xn--zzzzzz99.example.ac.jp",
  "xn--.example.ac.jp",
  "1.2.3",
  "256.256.256.256",
  "0x08.8.8.8",
  "8.8.8.08",
];

/** A form takes control characters out and reads the rest, which it shows; the signer takes neither. */
const TIDIED = ["www\0.example.ac.jp"];

const db = await openPlace(await migratedPlace("sqlite"));
const clock = clockAt(NOW);
const deps = issuanceDeps(db, clock, await establishTestHierarchies(db, clock, temporaryFolder()));
const spki = spkiOf((await generateKey("P-256")).publicKey);

/** Orders a certificate from the authority itself: behind every form, every check and every use case. */
const order = (names: readonly string[]) =>
  issueCertificate(deps, {
    role: "CUSTOMER_OV",
    profile: "SERVER_OV",
    subject: [
      { type: "C", value: "JP" },
      { type: "L", value: "千代田区" },
      { type: "O", value: "株式会社青葉商事" },
    ],
    names,
    spki,
    notBefore: NOW,
    notAfter: lastSecond(NOW, 90),
    purpose: "request:none",
    subscriberId: null,
    organizationId: null,
  });
const servers = async () => {
  const { certificates: c } = authorityTables(db.read.columns);
  return (await db.read.select({ id: c.id }).from(c).where(eq(c.profile, "SERVER_OV"))).length;
};

/** What the signer says to a name: refused by the lint about names, or (NUL, Japanese) not even encoded. */
async function refusedBySigner(name: string): Promise<void> {
  const before = await servers();
  await expect(order([name]), name).rejects.toSatisfy(
    (error: unknown) =>
      (error instanceof RangeError && error.message.includes("IA5String")) ||
      (error as { params?: { lints?: string } }).params?.lints === "names-syntax",
  );
  await expect(order(["www.example.ac.jp", name]), name).rejects.toThrow();
  expect(await servers()).toBe(before);
}

const demo = stagedDemo();
let midori: Visitor;
beforeAll(async () => {
  midori = await signedIn(demo(), cast(demo()).login("kita", "midori"));
  await untilQuiet(demo());
});

/** Every way a form has to ask for a name. */
async function refusedByRoute(name: string): Promise<void> {
  const before = demo().digests();
  for (const fields of [
    requestFields(demo(), "B", name),
    requestFields(demo(), "B", name, { shape: "WILDCARD" }),
    requestFields(demo(), "B", "www.example.ac.jp", { shape: "MULTI", additionalNames: name }),
  ]) {
    const { status } = await midori.post("/requests/drafts", fields);
    expect(status, `${name} as ${fields["shape"]}`).toBe(422);
  }
  const changed = changedTables(before, demo().digests());
  expect(changed.filter((table) => !["audit_entries", "audit_heads"].includes(table))).toEqual([]);
}

/**
 * Fina 2025 (bug 1986968): test certificates for addresses and names that nobody had validated; Sectigo 2021 (1712188):
 * internal names.
 */
describe("class 11: internal names, test certificates, reserved addresses", () => {
  test.each(INTERNAL)("%s is refused at the route", refusedByRoute);
  test.each(INTERNAL)("%s is refused at the signer", refusedBySigner);

  test("nothing issues without a validation, even where a request says that it was approved", async () => {
    const aoba = await aobaTrading(db, NOW);
    const names = ["www.unvalidated.example.jp"];
    const [id = ""] = await approvedRequests(db, aoba, 1, { commonName: names[0] ?? "", names });
    const before = await servers();
    const { issued, refused } = await issueApproved(deps, [id]);
    expect(issued).toEqual([]);
    expect(refused).toHaveLength(1);
    const { certificateRequests: r } = requestTables(db.read.columns);
    const [request] = await db.read.select({ state: r.state }).from(r).where(eq(r.id, id));
    expect(request?.state).toBe("ISSUE_FAILED");
    expect(await servers()).toBe(before);
  });
});

/** Telekom 2021 (bug 1711432), GlobalSign 2022 (1782391): names that are no names, underscores, doubled hyphens. */
describe("class 12: the syntax of names", () => {
  test.each(SYNTAX.filter((name) => !TIDIED.includes(name)))("%j is refused at the route", refusedByRoute);
  test.each(SYNTAX)("%j is refused at the signer", refusedBySigner);

  test("3,000 damaged names: the signer takes exactly those that read as themselves", async () => {
    const of = chance(1_711_432);
    const good = ["www.example.ac.jp", "*.example.ac.jp", "xn--wgv71a119e.jp", "8.8.8.8", "2606:4700::1111"];
    const letters = [..."abz019-_.*:/ \0AZ", "xn--", "..", "あ"];
    let [taken, refused] = [0, 0];
    for (let i = 0; i < 3000; i += 1) {
      const name = [...of.pick(good)];
      for (let times = 1 + of.below(2); times > 0; times -= 1)
        name.splice(of.below(name.length), of.below(2), of.pick(letters));
      const text = name.join("");
      const read = readServerName(text);
      const itself = typeof read !== "string" && read.ascii === text;
      const outcome = await order([text]).then(
        () => true,
        () => false,
      );
      expect(outcome, JSON.stringify(text)).toBe(itself);
      if (outcome) taken += 1;
      else refused += 1;
    }
    expect(taken).toBeGreaterThan(100);
    expect(refused).toBeGreaterThan(1000);
  });
});
