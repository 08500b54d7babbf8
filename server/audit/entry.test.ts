import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type ChainedEntry, canonicalJson, entryHash, GENESIS } from "./entry.ts";

const entry: ChainedEntry = {
  tenant: "system",
  sequence: 1,
  id: "019aa0b0-0000-7000-8000-000000000001",
  at: Temporal.Instant.from("2026-11-21T00:00:00Z"),
  actorKind: "system",
  actorId: null,
  actorName: "初期設定",
  action: "issuer.created",
  subjectKind: "issuer",
  subjectId: "1",
  details: { b: [1, true, null], a: "é" },
  previousHash: GENESIS,
};

test("the hash is SHA-256 over the documented text", () => {
  const text =
    '{"action":"issuer.created","actorId":null,"actorKind":"system","actorName":"初期設定",' +
    '"at":"2026-11-21T00:00:00.000Z","details":{"a":"é","b":[1,true,null]},' +
    `"id":"019aa0b0-0000-7000-8000-000000000001","previousHash":"${GENESIS}","sequence":1,` +
    '"subjectId":"1","subjectKind":"issuer","tenant":"system"}';
  expect(entryHash(entry)).toBe(createHash("sha256").update(text, "utf8").digest("hex"));
});

test.each(Object.keys(entry) as (keyof ChainedEntry)[])("%s is covered by the hash", (member) => {
  const other: Record<keyof ChainedEntry, unknown> = {
    tenant: "x",
    sequence: 2,
    id: "x",
    at: Temporal.Instant.from("2026-11-21T00:00:00.001Z"),
    actorKind: "staff",
    actorId: "x",
    actorName: "x",
    action: "a.b",
    subjectKind: "x",
    subjectId: "x",
    details: { b: [1, true, false], a: "é" },
    previousHash: "f".repeat(64),
  };
  expect(entryHash({ ...entry, [member]: other[member] } as ChainedEntry)).not.toBe(entryHash(entry));
});

test("keys are sorted at every depth, and what JSON cannot hold is refused", () => {
  expect(canonicalJson({ b: { d: 1, c: "\n" }, a: [] })).toBe('{"a":[],"b":{"c":"\\n","d":1}}');
  expect(() => canonicalJson({ a: Number.NaN })).toThrow(TypeError);
  expect(() => canonicalJson({ a: undefined as unknown as string })).toThrow(TypeError);
});
