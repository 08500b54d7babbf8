import { describe, expect, test } from "vitest";
import { EXAMPLE_PLAN } from "./example-plan.ts";
import { type CeremonyPlan, type Fault, hierarchyPlan, readPlan, type Surroundings } from "./plan.ts";
import { faultLine } from "./words.ts";

const HERE: Surroundings = {
  repositoryUrl: "http://ca.example.jp",
  issuerName: null,
  tokens: { online: false, root: false },
};
const bytes = (text: string) => new TextEncoder().encode(text);

function example(): CeremonyPlan {
  const read = readPlan(bytes(EXAMPLE_PLAN), HERE);
  if (!("plan" in read)) throw new Error(JSON.stringify(read.faults));
  return read.plan;
}

function faultsOf(
  change: (plan: Record<string, never> & CeremonyPlan) => void,
  here = HERE,
): readonly Fault[] {
  const plan = structuredClone(example()) as Record<string, never> & CeremonyPlan;
  change(plan);
  const read = readPlan(bytes(JSON.stringify(plan)), here);
  return "faults" in read ? read.faults : [];
}

test("the example is a plan, its remarks aside", () => {
  const plan = example();
  expect(JSON.stringify(plan)).not.toContain('//"');
  expect(hierarchyPlan(plan).issuers.CUSTOMER_OV).toEqual({
    subject: [
      { type: "C", value: "JP" },
      { type: "O", value: "株式会社印鑑認証" },
      { type: "CN", value: "Inkan TLS OV CA G1" },
    ],
    key: "RSA-2048",
    place: "file",
    days: 3650,
    crlPartitions: 0,
  });
});

describe("a fault is named with its place", () => {
  type Change = Parameters<typeof faultsOf>[0];
  const set = (
    change: (plan: { [K in keyof CeremonyPlan]: CeremonyPlan[K] } & Record<string, unknown>) => void,
  ) => change as unknown as Change;
  test.each<[at: string, fault: string, change: Change]>([
    ["format", "shape", set((plan) => Object.assign(plan, { format: "other" }))],
    ["title", "missing", set((plan) => Object.assign(plan, { title: undefined }))],
    ["more", "unknown", set((plan) => Object.assign(plan, { more: 1 }))],
    [
      "issuers.CUSTOMER_EV.key",
      "shape",
      set(({ issuers: i }) => Object.assign(i.CUSTOMER_EV, { key: "RSA-1024" })),
    ],
    ["issuers.CUSTOMER_OV.day", "unknown", set(({ issuers: i }) => Object.assign(i.CUSTOMER_OV, { day: 1 }))],
    [
      "issuers.CUSTOMER_OV.days",
      "shape",
      set(({ issuers: i }) => Object.assign(i.CUSTOMER_OV, { days: 29 })),
    ],
    [
      "issuers.CUSTOMER_OV.days",
      "too-long",
      set(({ issuers: i }) => Object.assign(i.CUSTOMER_OV, { days: 3651 })),
    ],
    [
      "issuers.CUSTOMER_EV.days",
      "outlives-root",
      set(({ issuers: i }) => {
        Object.assign(i.CUSTOMER_ROOT, { days: 3000 });
        Object.assign(i.CUSTOMER_OV, { days: 3000 });
      }),
    ],
    [
      "issuers.STAFF_ROOT.subject.O",
      "organization-differs",
      set(({ issuers: i }) => {
        i.STAFF_ROOT.subject.O = "別の会社";
      }),
    ],
    [
      "issuers.CUSTOMER_EV.subject.CN",
      "name-twice",
      set(({ issuers: i }) => {
        i.CUSTOMER_EV.subject.CN = i.CUSTOMER_OV.subject.CN;
      }),
    ],
    [
      "issuers.CUSTOMER_OV.subject.CN",
      "subject",
      set(({ issuers: i }) => {
        i.CUSTOMER_OV.subject.CN = "あ".repeat(65);
      }),
    ],
    [
      "issuers.CUSTOMER_OV.subject.C",
      "subject",
      set(({ issuers: i }) => {
        i.CUSTOMER_OV.subject.C = "jp";
      }),
    ],
    [
      "issuers.STAFF_ROOT.key",
      "staff-root-rsa",
      set(({ issuers: i }) => Object.assign(i.STAFF_ROOT, { key: "P-256" })),
    ],
    [
      "issuers.CUSTOMER_ROOT.crlPartitions",
      "root-partitions",
      set(({ issuers: i }) => Object.assign(i.CUSTOMER_ROOT, { crlPartitions: 2 })),
    ],
    [
      "issuers.CUSTOMER_OV.place",
      "no-token",
      set(({ issuers: i }) => Object.assign(i.CUSTOMER_OV, { place: "token" })),
    ],
    [
      "participants",
      "participant-missing",
      set((plan) => {
        plan.participants = plan.participants.filter(({ role }) => role !== "witness");
      }),
    ],
    [
      "participants.1.name",
      "same-person",
      set(({ participants: [first, second] }) => {
        if (first && second) second.name = first.name;
      }),
    ],
    [
      "repositoryUrl",
      "repository-url",
      set((plan) => Object.assign(plan, { repositoryUrl: "https://ca.example.jp" })),
    ],
    [
      "repositoryUrl",
      "repository-differs",
      set((plan) => Object.assign(plan, { repositoryUrl: "http://b.jp" })),
    ],
  ])("%s: %s", (at, fault, change) => {
    const faults = faultsOf(change);
    expect(faults.map((each) => [each.at, each.fault])).toEqual([[at, fault]]);
    for (const language of ["ja", "en"] as const) {
      for (const each of faults) expect(faultLine(each, language)).toContain(at);
    }
  });

  test("of the settings: another issuing company, and tokens where they are", () => {
    expect(faultsOf(() => undefined, { ...HERE, issuerName: "別の会社" })).toMatchObject([
      { at: "issuers.CUSTOMER_ROOT.subject.O", fault: "issuer-name-differs", expected: "別の会社" },
    ]);
    const inTokens = (plan: CeremonyPlan) => {
      for (const issuer of Object.values(plan.issuers)) issuer.place = "token";
    };
    expect(faultsOf(inTokens, { ...HERE, tokens: { online: true, root: true } })).toEqual([]);
    expect(faultsOf(inTokens, { ...HERE, tokens: { online: true, root: false } })).toMatchObject([
      { at: "issuers.CUSTOMER_ROOT.place", expected: "INKAN_ROOT_PKCS11_TOKEN" },
    ]);
  });

  test("all at once, and of a file that is no JSON", () => {
    expect(
      faultsOf(({ issuers }) => {
        issuers.CUSTOMER_OV.subject.C = "日本";
        issuers.CUSTOMER_EV.days = 9999;
      }).length,
    ).toBeGreaterThanOrEqual(3);
    for (const text of ["", "{", "format: x"]) {
      expect(readPlan(bytes(text), HERE)).toMatchObject({ faults: [{ fault: "not-json" }] });
    }
    expect(readPlan(Uint8Array.of(0x22, 0xff, 0x22), HERE)).toMatchObject({
      faults: [{ fault: "not-json" }],
    });
  });
});
