import { randomBytes } from "node:crypto";
import { accountTables } from "../server/accounts/tables.ts";
import { authorityTables } from "../server/authority/tables.ts";
import { contractTables } from "../server/contracts/tables.ts";
import { type Database, defineTables } from "../server/db/index.ts";
import { issuanceTables } from "../server/issuance/tables.ts";
import { dayInJapan } from "../server/kernel/clock.ts";
import type { Id } from "../server/kernel/ids.ts";
import { organizationTables } from "../server/organizations/tables.ts";
import { reversedName } from "../server/pki/index.ts";
import { requestTables } from "../server/requests/tables.ts";
import type { BulkLoad } from "./bulk-load.ts";

const DAY = 86_400_000;
const YEARS = 3;
const BATCH = 20_000;

const tablesOf = defineTables((c) => ({
  ...organizationTables(c),
  ...accountTables(c),
  ...authorityTables(c),
  ...contractTables(c),
  ...requestTables(c),
  ...issuanceTables(c),
}));

/** A subscriber of the bench: its size is its share of all certificates. */
export interface BenchTenant {
  readonly tenant: Id;
  readonly organizationId: Id;
  readonly domain: string;
  readonly certificates: number;
}

/** The same dice for everybody who throws them in the same order (xorshift32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** A UUIDv7 of a moment: rows lie in their tables in the order of time, as if they had come over the years. */
function idAt(milliseconds: number): Id {
  const time = Math.floor(milliseconds).toString(16).padStart(12, "0");
  const random = randomBytes(10).toString("hex");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-8${random.slice(3, 6)}-${random.slice(6, 18)}`;
}

const WORDS = "aoba minato kita sakura hinode fuji asahi midori tokiwa yamato kasumi suzuran akebono".split(
  " ",
);
const HOSTS = "www shop api mail portal login static app dev intra www2 m img cdn vpn".split(" ");

/**
 * Fills a database as some years of the product would: one subscriber with a tenth of everything, a few large ones and
 * many small; certificates of 199 days and a year, most of them over; one in fifty EV, one in a hundred revoked, one in
 * thirty replaced; a request with its names and timeline, a receipt and the metering of each; some requests still open.
 */
export async function fillMillion(
  db: Database,
  load: BulkLoad,
  size: { readonly certificates: number; readonly organizations: number },
  now: Temporal.Instant,
  template: { readonly der: Uint8Array; readonly ov: Id; readonly ev: Id },
): Promise<BenchTenant[]> {
  const t = tablesOf(db.read.columns);
  const random = dice(20_261_121);
  const end = now.epochMilliseconds;
  const begin = end - YEARS * 365 * DAY;
  const tenants = tenantsOf(size, begin);
  await load.insert(
    t.subscribers,
    tenants.map(({ tenant, domain }, index) => ({
      id: tenant,
      siteId: `B${String(index).padStart(7, "0")}`,
      name: `${domain}株式会社`,
      noticeAddress: `certs@${domain}`,
      language: "ja" as const,
      policy: { mayApproveOwn: false } as never,
      state: "ACTIVE" as const,
      createdAt: Temporal.Instant.fromEpochMilliseconds(begin),
      version: 1,
    })),
  );
  const at = Temporal.Instant.fromEpochMilliseconds(begin);
  const people = tenants.map(() => idAt(begin));
  const users = tenants.map(() => idAt(begin));
  await load.insert(
    t.people,
    tenants.map(({ tenant, domain }, index) => ({
      id: people[index] ?? "",
      subscriberId: tenant,
      name: "佐藤 花子",
      email: `hanako@${domain}`,
      createdAt: at,
    })),
  );
  await load.insert(
    t.applicantOrganizations,
    tenants.map(({ tenant, organizationId, domain }) => ({
      id: organizationId,
      subscriberId: tenant,
      nameJa: `${domain}株式会社`,
      legalForm: "株式会社" as const,
      mainPhone: "03-0000-0000",
      representativeName: "佐藤 太郎",
      postalCode: "100-0001",
      country: "JP",
      prefecture: "東京都",
      localityJa: "千代田区",
      street: "1-1",
      evEnabled: true,
      state: "VETTED" as const,
      vettedUntil: now.add({ hours: 24 * 300 }),
      createdAt: at,
      version: 1,
    })),
  );
  await load.insert(
    t.applicantUsers,
    tenants.map(({ tenant }, index) => ({
      id: users[index] ?? "",
      subscriberId: tenant,
      personId: people[index] ?? "",
      loginId: `bench${index}`,
      passwordNoticeEmail: "hanako@example.jp",
      mustChangePassword: false,
      state: "ACTIVE" as const,
      createdAt: at,
      version: 1,
    })),
  );
  const today = dayInJapan(now);
  await load.insert(
    t.contracts,
    tenants.map(({ tenant, certificates }) => ({
      id: idAt(begin),
      subscriberId: tenant,
      startsOn: today.subtract({ days: 200 }),
      endsOn: today.add({ days: 164 }),
      commitment: Math.ceil(certificates / 2),
      createdAt: at,
    })),
  );
  const owners = shuffledOwners(tenants, random);
  for (let done = 0; done < owners.length; done += BATCH) {
    const rows = batchOf(owners.subarray(done, done + BATCH), done);
    await load.insert(t.certificates, rows.certificates);
    await load.insert(t.certificateRequests, rows.requests);
    await load.insert(t.certificateNames, rows.certificateNames);
    await load.insert(t.requestNames, rows.requestNames);
    await load.insert(t.requestEvents, rows.events);
    await load.insert(t.meteringEvents, rows.metering);
  }
  return tenants;

  function batchOf(some: Uint32Array, done: number) {
    const rows = {
      certificates: [] as (typeof t.certificates.$inferInsert)[],
      requests: [] as (typeof t.certificateRequests.$inferInsert)[],
      certificateNames: [] as (typeof t.certificateNames.$inferInsert)[],
      requestNames: [] as (typeof t.requestNames.$inferInsert)[],
      events: [] as (typeof t.requestEvents.$inferInsert)[],
      metering: [] as (typeof t.meteringEvents.$inferInsert)[],
    };
    some.forEach((owner, index) => {
      const who = tenants[owner];
      if (!who) return;
      const moment = begin + ((done + index) * (end - begin)) / owners.length;
      addTo(rows, who, owner, moment);
    });
    return rows;
  }

  function addTo(rows: ReturnType<typeof batchOf>, who: BenchTenant, owner: number, moment: number): void {
    const { tenant, organizationId, domain } = who;
    const [requestId, certificateId] = [idAt(moment - 60_000), idAt(moment)];
    const issued = Temporal.Instant.fromEpochMilliseconds(Math.floor(moment / 1000) * 1000);
    const roll = random();
    // The last requests are still on their way, some failed.
    const open = end - moment < 3 * DAY && roll < 0.3;
    const requestState = !open ? "ISSUED" : roll < 0.25 ? "PENDING_APPROVAL" : "ISSUE_FAILED";
    const ev = random() < 0.02;
    const days = random() < 0.8 ? 199 : 365;
    const fate = random();
    const state = fate < 0.01 ? "REVOKED" : fate < 0.04 ? "REPLACED" : "ACTIVE";
    const notAfter = issued.add({ seconds: days * 86_400 - 301 });
    const names = namesIn(domain, who.certificates);
    const spkiSha256 = randomBytes(32).toString("hex");
    const product = ev ? "EV" : "OV";
    rows.requests.push({
      id: requestId,
      receiptNumber: `R-${issued.toString().slice(0, 10).replaceAll("-", "")}-${requestId.slice(-12)}`,
      subscriberId: tenant,
      organizationId,
      requesterUserId: users[owner] ?? "",
      requesterPersonId: people[owner] ?? "",
      product,
      shape: names.length > 2 ? "MULTI" : "SINGLE",
      subjectLanguage: "ja",
      commonName: names[0] ?? "",
      names,
      csrDer: template.der.subarray(0, 300),
      spkiSha256,
      keyDescription: "P-256",
      termDays: days,
      licences: 1,
      issueNoticeEmail: "hanako@example.jp",
      place: "本社サーバー室",
      kind: "NEW",
      state: requestState,
      decidedBy: "T.YAMADA",
      decidedAt: issued,
      submittedAt: issued,
      issuedAt: open ? null : issued,
      issueAttempts: 1,
      certificateId: open ? null : certificateId,
      firstDownloadedAt: open || random() < 0.002 ? null : issued,
      submissionKey: requestId,
      version: 3,
    });
    for (const name of names) {
      rows.requestNames.push({ requestId, subscriberId: tenant, name, reversedName: reversedName(name) });
    }
    for (const kind of ["SUBMITTED", "ISSUED"] as const) {
      if (open && kind === "ISSUED") continue;
      rows.events.push({
        id: idAt(moment),
        requestId,
        subscriberId: tenant,
        kind,
        at: issued,
        actorKind: "applicant",
        actorName: "佐藤 花子",
      });
    }
    if (open) return;
    rows.certificates.push({
      id: certificateId,
      issuerId: ev ? template.ev : template.ov,
      serial: `40${randomBytes(16).toString("hex")}`,
      profile: ev ? "SERVER_EV" : "SERVER_OV",
      subscriberId: tenant,
      organizationId,
      purpose: `request:${requestId}`,
      commonName: names[0] ?? "",
      nameCount: names.length,
      crlPartition: 0,
      fingerprint: randomBytes(32).toString("hex"),
      spkiSha256,
      notBefore: issued,
      notAfter,
      state,
      revokedAt: state === "REVOKED" ? issued.add({ hours: 24 }) : null,
      revocationReason: state === "REVOKED" ? 4 : null,
      statusChangedAt: state === "REVOKED" ? issued.add({ hours: 24 }) : null,
      createdAt: issued,
      der: template.der,
    });
    for (const name of names) {
      const row = { certificateId, subscriberId: tenant, name, reversedName: reversedName(name) };
      rows.certificateNames.push(row);
    }
    rows.metering.push({
      id: idAt(moment),
      subscriberId: tenant,
      requestId,
      certificateId,
      kind: "NEW",
      charged: true,
      product,
      shape: "SINGLE",
      licences: 1,
      names: names.length,
      issuedAt: issued,
    });
  }

  /** One host of the domain, often with `www.` and the base; names come back every renewal. */
  function namesIn(domain: string, certificates: number): string[] {
    const roll = random();
    const number = Math.floor(random() * Math.max(4, certificates / 6));
    const host = `${HOSTS[number % HOSTS.length]}${number < HOSTS.length ? "" : Math.floor(number / HOSTS.length)}`;
    const base = number < 3 ? domain : `s${Math.floor(number / 3)}.${domain}`;
    if (roll < 0.3) return [`www.${base}`, base];
    if (roll < 0.33) return [`*.${host}.${domain}`];
    if (roll < 0.38) return ["", "a.", "b.", "c."].map((part) => `${part}${host}.${domain}`);
    return [`${host}.${domain}`];
  }
}

function tenantsOf(
  { certificates, organizations }: { readonly certificates: number; readonly organizations: number },
  at: number,
): BenchTenant[] {
  const giant = Math.floor(certificates / 10);
  const weights = Array.from({ length: organizations - 1 }, (_, rank) => 1 / (rank + 20));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return [1, ...weights].map((weight, index) => ({
    tenant: idAt(at),
    organizationId: idAt(at),
    domain: `${WORDS[index % WORDS.length]}${index}.${index % 3 === 0 ? "jp" : "co.jp"}`,
    certificates: index === 0 ? giant : Math.max(1, Math.round(((certificates - giant) * weight) / sum)),
  }));
}

/** Whose certificate each is, mixed, since all subscribers ask for certificates all the time. */
function shuffledOwners(tenants: readonly BenchTenant[], random: () => number): Uint32Array {
  const owners = Uint32Array.from(
    tenants.flatMap(({ certificates }, owner) => Array(certificates).fill(owner)),
  );
  for (let last = owners.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = owners[last] ?? 0;
    owners[last] = owners[other] ?? 0;
    owners[other] = kept;
  }
  return owners;
}
