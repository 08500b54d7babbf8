import { accountTables } from "../../server/accounts/tables.ts";
import { addContract, lastDay } from "../../server/contracts/index.ts";
import type { Database } from "../../server/db/index.ts";
import { domainTables } from "../../server/domains/index.ts";
import { type ApplicantActor, type OperatorActor, tenantOf } from "../../server/kernel/actor.ts";
import { dayInJapan } from "../../server/kernel/clock.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import { operatorTables } from "../../server/operators/tables.ts";
import {
  addSubscriber,
  DEFAULT_POLICY,
  organizationStore,
  organizationTables,
  type SubscriberPolicy,
} from "../../server/organizations/index.ts";

/** The cast: a subscriber with one vetted organisation, people, operators and a validated domain. */
export interface Cast {
  readonly tenant: ApplicantActor["tenant"];
  readonly organizationId: Id;
  readonly domainId: Id;
  /** 佐藤花子 requests; she has an applicant login only. */
  readonly hanako: ApplicantActor;
  /** 山田太郎 is an operator, and has an applicant login as well. */
  readonly taro: OperatorActor;
  readonly taroAsApplicant: ApplicantActor;
}

let companies = 0;

/** 株式会社青葉商事 with example.co.jp validated by DNS TXT an hour ago, or another company under another name. */
export async function aobaTrading(
  db: Database,
  now: Temporal.Instant,
  options: { domain?: string; policy?: SubscriberPolicy; evEnabled?: boolean; english?: boolean } = {},
): Promise<Cast> {
  const { domain = "example.co.jp", policy = DEFAULT_POLICY, evEnabled = true, english = true } = options;
  companies += 1;
  const number = String(companies);
  const tenant = tenantOf(newId());
  const organizationId = newId();
  const domainId = newId();
  const users = { hanako: newId(), taro: newId() };
  const operatorId = newId();
  const people = await db.transact(async (tx) => {
    await addSubscriber(tx, {
      id: tenant,
      siteId: `AOBA${number}`,
      name: "株式会社青葉商事",
      noticeAddress: "notice@aoba.example",
      language: "ja",
      policy,
      state: "ACTIVE",
      createdAt: now,
      version: 1,
    });
    const store = organizationStore(tx, tenant);
    const hanako = await store.addPerson({ name: "佐藤 花子", email: "hanako@aoba.example" }, now);
    const taro = await store.addPerson({ name: "山田 太郎", email: "taro@aoba.example" }, now);
    const startsOn = dayInJapan(now).subtract({ months: 2 });
    await addContract(tx, tenant, { startsOn, endsOn: lastDay(startsOn), commitment: 20 }, now);
    await tx.insert(organizationTables(tx.columns).applicantOrganizations).values({
      id: organizationId,
      subscriberId: tenant,
      nameJa: "株式会社青葉商事",
      nameEn: english ? "Aoba Trading Co., Ltd." : null,
      legalForm: "株式会社",
      registryNumber: "010001000001",
      mainPhone: "03-0000-0000",
      representativeName: "青葉 一郎",
      postalCode: "100-0001",
      country: "JP",
      prefecture: "東京都",
      localityJa: "千代田区",
      localityEn: english ? "Chiyoda-ku" : null,
      street: "千代田1-1",
      evEnabled,
      evCategory: evEnabled ? "PRIVATE" : null,
      state: "VETTED",
      vettedAt: now,
      vettedUntil: now.add({ hours: 24 * 300 }),
      createdAt: now,
      version: 1,
    });
    const { applicantUsers } = accountTables(tx.columns);
    for (const [login, personId] of [
      ["hanako", hanako],
      ["taro", taro],
    ] as const) {
      await tx.insert(applicantUsers).values({
        id: users[login],
        subscriberId: tenant,
        personId,
        loginId: `${login}${number}`,
        passwordHash: "-",
        passwordNoticeEmail: `${login}@aoba.example`,
        mustChangePassword: false,
        state: "ACTIVE",
        createdAt: now,
        version: 1,
      });
    }
    await tx.insert(operatorTables(tx.columns).operators).values({
      id: operatorId,
      subscriberId: tenant,
      personId: taro,
      commonName: "T.YAMADA",
      email: "taro@aoba.example",
      state: "ACTIVE",
      createdAt: now,
      version: 1,
    });
    const { domains, domainValidations } = domainTables(tx.columns);
    await tx.insert(domains).values({
      id: domainId,
      subscriberId: tenant,
      organizationId,
      kind: "dns",
      name: domain,
      unicodeName: domain,
      evEnabled,
      state: "VALIDATED",
      createdAt: now,
      version: 1,
    });
    await tx.insert(domainValidations).values({
      id: newId(),
      subscriberId: tenant,
      domainId,
      method: "dns-txt",
      name: domain,
      authorizationDomainName: domain,
      scope: "BASE_DOMAIN",
      randomValue: "0123456789abcdef",
      state: "VALIDATED",
      startedAt: now.subtract({ hours: 1 }),
      valueUntil: now.add({ hours: 24 }),
      validatedAt: now,
      version: 1,
    });
    return { hanako, taro };
  });
  const applicant = (userId: Id, personId: Id, name: string): ApplicantActor => ({
    kind: "applicant",
    userId,
    personId,
    name,
    tenant,
    mustChangePassword: false,
  });
  return {
    tenant,
    organizationId,
    domainId,
    hanako: applicant(users.hanako, people.hanako, "佐藤 花子"),
    taroAsApplicant: applicant(users.taro, people.taro, "山田 太郎"),
    taro: {
      kind: "operator",
      operatorId,
      personId: people.taro,
      name: "山田 太郎",
      tenant,
      fingerprint: "0".repeat(64),
    },
  };
}
