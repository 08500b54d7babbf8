import { expect, test } from "vitest";
import { newSerial } from "../pki/index.ts";
import { type CachedAnswer, OcspCache } from "./ocsp-cache.ts";

const answer = (changes: Partial<CachedAnswer> = {}): CachedAnswer => ({
  variant: 0,
  serial: Uint8Array.fromHex(newSerial()),
  thisUpdate: 1_795_000_000,
  revokedAt: 0,
  reason: null,
  signature: crypto.getRandomValues(new Uint8Array(71)),
  ...changes,
});

const MIB = 1024 * 1024;

test("what was put is found whole, under its own variant and serial alone", () => {
  const cache = new OcspCache(MIB);
  const put = [answer(), answer({ variant: 999 }), answer({ revokedAt: 1_794_000_000, reason: 9 })];
  for (const each of put) cache.put(each, 1);
  for (const each of put) {
    const found = cache.find(each.variant, each.serial, 0, 2);
    expect(found && { ...found, serial: found.serial.toHex(), signature: found.signature.toHex() }).toEqual({
      ...each,
      serial: each.serial.toHex(),
      signature: each.signature.toHex(),
    });
    expect(cache.find(each.variant + 1, each.serial, 0, 2)).toBeNull();
  }
  expect(cache.size).toBe(3);
});

test("a newer answer takes the place of the older one, and a forgotten one is gone", () => {
  const cache = new OcspCache(MIB);
  const first = answer();
  cache.put(first, 1);
  cache.put({ ...first, revokedAt: 5, signature: new Uint8Array(70).fill(7) }, 2);
  expect(cache.size).toBe(1);
  const found = cache.find(0, first.serial, 0, 3);
  expect([found?.revokedAt, found?.signature.length]).toEqual([5, 70]);
  cache.forget(0, first.serial);
  expect(cache.find(0, first.serial, 0, 3)).toBeNull();
  expect(cache.size).toBe(0);
});

test("the memory never grows, and what was used lately stays", () => {
  const cache = new OcspCache(MIB);
  const kept = answer();
  cache.put(kept, 0);
  for (let i = 1; i <= 40_000; i += 1) {
    cache.put(answer(), i);
    cache.find(0, kept.serial, 0, i);
  }
  expect(cache.byteLength).toBeLessThanOrEqual(MIB);
  expect(cache.size).toBeLessThanOrEqual(cache.capacity);
  expect(cache.size).toBeGreaterThan(0.99 * cache.capacity);
  expect(cache.find(0, kept.serial, 0, 40_001)).not.toBeNull();
});

test("serials and signatures of other lengths are not kept", () => {
  const cache = new OcspCache(MIB);
  cache.put(answer({ serial: new Uint8Array(16) }), 1);
  cache.put(answer({ signature: new Uint8Array(73) }), 1);
  expect(cache.size).toBe(0);
});
