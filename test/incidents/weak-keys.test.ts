import { createHash, generateKeyPairSync } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  parseCsr,
  readWeakKeyList,
  requireStrongKey,
  spkiOf,
  useWeakKeyLists,
} from "../../server/pki/index.ts";
import { csrPem } from "../support/csr.ts";
import { cast, changedTables, signedIn, stagedDemo, untilQuiet } from "../support/staged-demo.ts";
import type { Visitor } from "../support/visitor.ts";
import {
  closePrimesModulus,
  rocaModulus,
  rsaSpki,
  smallFactorModulus,
  unsignedRequest,
} from "../support/weak-moduli.ts";
import { requestFields } from "../support/worlds.ts";

/**
 * Class 25. QuoVadis 2018 (bug 1472052): certificates for keys with known weaknesses, which nobody had looked for.
 * Debian's, ROCA's, those whose primes lie together, those with small factors, short ones and odd exponents: each is
 * refused by its name on the route that takes a CSR, and nothing of it is kept.
 */

const demo = stagedDemo();
let midori: Visitor;
beforeAll(async () => {
  midori = await signedIn(demo(), cast(demo()).login("kita", "midori"));
  await untilQuiet(demo());
});
afterEach(() => void useWeakKeyLists([]));

const debian = generateKeyPairSync("rsa", { modulusLength: 2048 });
const modulus = createHash("sha1")
  .update(
    `Modulus=${Buffer.from(debian.publicKey.export({ format: "jwk" }).n ?? "", "base64url")
      .toString("hex")
      .toUpperCase()}\n`,
  )
  .digest("hex");

const WEAK: readonly [what: string, csr: () => string, why: string][] = [
  ["a key on Debian's list", () => csrPem({ keys: debian }), "listed"],
  ["ROCA", () => unsignedRequest(rsaSpki(rocaModulus())), "roca"],
  ["primes that Fermat finds", () => unsignedRequest(rsaSpki(closePrimesModulus())), "close-primes"],
  ["a small factor", () => unsignedRequest(rsaSpki(smallFactorModulus())), "small-factor"],
  ["1024 bits", () => csrPem({ kind: "RSA-1024" }), "modulus-too-short"],
  [
    "exponent 3",
    () => csrPem({ keys: generateKeyPairSync("rsa", { modulusLength: 2048, publicExponent: 3 }) }),
    "exponent",
  ],
];

describe.each(WEAK)("class 25: %s", (_what, make, why) => {
  test("is refused by name", () => {
    useWeakKeyLists([readWeakKeyList(modulus.slice(-20))]);
    const { publicKey } = parseCsr(make());
    expect(() => requireStrongKey(publicKey)).toThrowError(
      expect.objectContaining({ code: "key-weak", params: { why } }),
    );
  });

  test("is refused on the applicant's route, and leaves nothing behind", async () => {
    useWeakKeyLists([readWeakKeyList(modulus.slice(-20))]);
    const before = demo().digests();
    const fields = requestFields(demo(), "B", "www.example.ac.jp", { csr: make() });
    const answer = await midori.post("/requests/drafts", fields);
    expect(answer.status).toBe(422);
    const changed = changedTables(before, demo().digests());
    expect(changed.filter((name) => !["audit_entries", "audit_heads"].includes(name))).toEqual([]);
  });
});

test("class 25: a key like the listed one, and the listed one where no list is in use, are taken", async () => {
  const fields = (csr: string) => requestFields(demo(), "B", "www.example.ac.jp", { csr });
  expect((await midori.post("/requests/drafts", fields(csrPem({ keys: debian })))).status).toBe(303);
  useWeakKeyLists([readWeakKeyList(modulus.slice(-20))]);
  expect((await midori.post("/requests/drafts", fields(csrPem({ kind: "RSA-2048" })))).status).toBe(303);
  expect(spkiOf(debian.publicKey).length).toBeGreaterThan(200);
});
