import { eq } from "drizzle-orm";
import { beforeAll, beforeEach, expect } from "vitest";
import type { Database } from "../../server/db/index.ts";
import { createOpenSockets, type OpenSockets } from "../../server/http/open-sockets.ts";
import { catalogue } from "../../server/i18n/index.ts";
import { system, type Tenant, tenantOf } from "../../server/kernel/actor.ts";
import { systemClock } from "../../server/kernel/clock.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import {
  addOperator,
  type OperatorState,
  operatorTables,
  type Refusal,
} from "../../server/operators/index.ts";
import { addSubscriber, DEFAULT_POLICY } from "../../server/organizations/index.ts";
import {
  type Content,
  makeRoot,
  makeUnder,
  storeClientCertificate,
  storeStaffRoot,
  type TestAuthority,
  type TestCertificate,
} from "./certificates.ts";
import { migratedPlace, openPlace } from "./databases.ts";
import { startMutualTlsSite } from "./mutual-tls-site.ts";

/**
 * The cast of the mutual-TLS tests (safety.md 2): a staff root and a database of its own for each test, subscribers,
 * operators and certificates that the database vouches for.
 */

export const ADMIN = system("test");
export let staffRoot: TestAuthority;
export let customersRoot: TestAuthority;
let server: TestCertificate;
export let db: Database;
export let issuerId: Id;
let sockets: OpenSockets;

/** Called once at the top of a test file. */
export function prepareDoor(): void {
  beforeAll(async () => {
    staffRoot = await makeRoot({ profile: "STAFF_ROOT", commonName: "Staff Root" });
    customersRoot = await makeRoot({ profile: "ROOT_CA", commonName: "Customers' Root" });
    const names = ["localhost"];
    server = await makeUnder(staffRoot, { profile: "SITE_SERVER", commonName: "localhost", names });
  });

  beforeEach(async () => {
    db = await openPlace(await migratedPlace("sqlite"));
    issuerId = await storeStaffRoot(db, staffRoot);
    sockets = createOpenSockets();
  });
}

export const site = (holder: "operator" | "staff", askAgainEvery?: Temporal.Duration) =>
  startMutualTlsSite({ db, holder, staffRoot, server, sockets, ...(askAgainEvery ? { askAgainEvery } : {}) });

export const deps = () => ({ db, clock: systemClock, closeSockets: sockets.closeSockets });

export async function subscriber(name: string): Promise<Tenant> {
  const id = newId();
  await db.transact((tx) =>
    addSubscriber(tx, {
      id,
      siteId: id.slice(-8),
      name,
      noticeAddress: "notice@example.jp",
      language: "ja",
      policy: DEFAULT_POLICY,
      state: "ACTIVE",
      createdAt: systemClock.now(),
      version: 1,
    }),
  );
  return tenantOf(id);
}

/** An operator in this state, without a certificate. */
export async function operator(tenant: Tenant, state: OperatorState = "ACTIVE"): Promise<Id> {
  const { operatorId } = await addOperator(deps(), ADMIN, tenant, {
    name: "山田 太郎",
    kana: null,
    department: null,
    phone: null,
    email: "taro@example.jp",
    commonName: "T.YAMADA",
    personId: null,
  });
  const { operators: o } = operatorTables(db.read.columns);
  await db.transact(async (tx) => {
    await tx.update(o).set({ state }).where(eq(o.id, operatorId));
  });
  return operatorId;
}

/** A certificate that the database vouches for in the name of this operator, whatever it is in truth. */
export async function vouchedFor(
  tenant: Tenant,
  operatorId: Id,
  content: Partial<Content> = {},
  issuer: TestAuthority = staffRoot,
): Promise<TestCertificate & { certificateId: Id }> {
  const made = await makeUnder(issuer, { profile: "OPERATOR_CLIENT", commonName: "T.YAMADA", ...content });
  const holder = { kind: "operator", id: operatorId, subscriberId: tenant } as const;
  return { ...made, certificateId: await storeClientCertificate(db, issuerId, made, holder) };
}

/** One active operator of a new subscriber with a good certificate. */
export async function taro() {
  const tenant = await subscriber("株式会社青葉商事");
  const operatorId = await operator(tenant);
  return { tenant, operatorId, client: await vouchedFor(tenant, operatorId) };
}

export const refusalText = (refusal: Refusal, language: "ja" | "en" = "ja") =>
  catalogue(language).operators.certificateRequired.refusal[refusal];

export function expectRefused(
  answer: { status: number; headers: Readonly<Record<string, unknown>>; body: string },
  refusal: Refusal,
) {
  expect(answer.status).toBe(403);
  expect(answer.body).toContain(refusalText(refusal));
  expect(answer.headers["connection"]).toBe("close");
}
