import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { eq } from "drizzle-orm";
import { TOTP } from "otpauth";
import { addUser, enrolTotp, newTotpSecret, totpSecretText } from "../accounts/index.ts";
import { dnsResolver } from "../adapters/dns.ts";
import type { Inkan } from "../app.ts";
import { checkValidation, domainTables, registerDomain, startValidation } from "../domains/index.ts";
import { registerSubscriber } from "../enrolment/index.ts";
import type { ApplicantActor, OperatorActor, StaffActor, Tenant } from "../kernel/actor.ts";
import { system } from "../kernel/actor.ts";
import { type Id, randomCode } from "../kernel/ids.ts";
import {
  addOperator,
  addStaff,
  type IssuedKeyFile,
  issueOperatorCertificate,
  issueStaffCertificate,
} from "../operators/index.ts";
import { registerOrganization } from "../organizations/index.ts";
import type { CastDomain, CastPerson, CastSubscriber } from "./cast.ts";
import type { DemoDns } from "./dns-server.ts";
import { pemOf } from "./openssl.ts";
import type { DemoPlaces } from "./places.ts";

export interface LoginAccess {
  readonly name: string;
  readonly loginId: string;
  readonly password: string;
}

export interface CertificateAccess {
  readonly name: string;
  readonly p12: string;
  readonly p12Password: string;
  /** Key and certificate in one PEM file, for command line clients. */
  readonly pem: string;
  /** Base 32, for an authenticator app or oathtool. */
  readonly totpSecret: string;
}

export interface BuiltSubscriber {
  readonly key: string;
  readonly tenant: Tenant;
  readonly organizationId: Id;
  readonly logins: Record<string, LoginAccess>;
  readonly operators: Record<string, CertificateAccess>;
  readonly applicants: Record<string, ApplicantActor>;
  readonly operatorActors: Record<string, OperatorActor>;
}

export interface Stage {
  readonly inkan: Inkan;
  readonly dns: DemoDns;
  readonly places: DemoPlaces;
}

const actor = system("demo");

/** Builds one subscriber through the same use cases that the desk uses. */
export async function buildSubscriber(stage: Stage, cast: CastSubscriber): Promise<BuiltSubscriber> {
  const { authority } = stage.inkan;
  const tenant = await registerSubscriber(authority, actor, { ...cast, language: "ja" });
  const organizationId = await registerOrganization(authority, actor, tenant, cast.organization);
  for (const domain of cast.domains) await buildDomain(stage, tenant, organizationId, domain);

  const built: BuiltSubscriber = {
    key: cast.key,
    tenant,
    organizationId,
    logins: {},
    operators: {},
    applicants: {},
    operatorActors: {},
  };
  for (const person of cast.people) await buildPerson(stage, built, person);
  return built;
}

/** A password of this installation alone: no default credential exists anywhere. */
const newPassword = (): string => (randomCode(80).match(/.{4}/g) ?? []).join("-");

async function buildPerson(
  { inkan, places }: Stage,
  built: BuiltSubscriber,
  person: CastPerson,
): Promise<void> {
  const { config, authority, passphrase } = inkan;
  const { tenant } = built;
  const mail = { mailFrom: config.mailFrom, siteUrls: { applicant: config.sites.applicant.url } };
  const password = newPassword();
  const { userId, personId } = await addUser({ ...authority, ...mail }, actor, tenant, {
    loginId: person.loginId,
    passwordNoticeEmail: person.email,
    password,
    person: { name: person.name, email: person.email, kana: person.kana },
  });
  built.logins[person.key] = { name: person.name, loginId: person.loginId, password };
  built.applicants[person.key] = {
    kind: "applicant",
    userId,
    personId,
    name: person.name,
    tenant,
    mustChangePassword: false,
  };
  if (person.operator === undefined) return;

  const { operatorId } = await addOperator(authority, actor, tenant, {
    name: person.name,
    kana: person.kana,
    department: null,
    phone: null,
    email: person.email,
    commonName: person.operator,
    personId,
  });
  const issued = await issueOperatorCertificate(
    { ...authority, mailFrom: config.mailFrom, operatorUrl: () => config.sites.operator.url },
    actor,
    tenant,
    operatorId,
  );
  const operator: OperatorActor = {
    kind: "operator",
    operatorId,
    personId,
    name: person.name,
    tenant,
    fingerprint: issued.fingerprint,
  };
  built.operatorActors[person.key] = operator;
  const totpSecret = await enrol(inkan, operator, passphrase.derive("second-factors"));
  built.operators[person.key] = await handOver(
    places,
    `${built.key}-${person.key}`,
    person.name,
    issued,
    totpSecret,
  );
}

/** A staff member of the desk with certificate and second factor. */
export async function buildStaff(
  { inkan, places }: Stage,
  member: {
    readonly key: string;
    readonly name: string;
    readonly email: string;
    readonly roles: StaffActor["roles"];
  },
): Promise<CertificateAccess> {
  const { authority, config, passphrase } = inkan;
  const staffId = await addStaff(authority, actor, member);
  const issued = await issueStaffCertificate({ ...authority, issuerName: config.issuerName }, actor, staffId);
  const staff: StaffActor = { kind: "staff", staffId, ...member, fingerprint: issued.fingerprint };
  const totpSecret = await enrol(inkan, staff, passphrase.derive("second-factors"));
  return handOver(places, `desk-${member.key}`, member.name, issued, totpSecret);
}

/** Enrols an authenticator with the code of the step before, so that the one on the clock is still unused. */
async function enrol(
  { authority }: Inkan,
  owner: OperatorActor | StaffActor,
  sealingKey: Uint8Array,
): Promise<string> {
  const secret = newTotpSecret();
  const text = totpSecretText(secret);
  const before = authority.clock.now().epochMilliseconds - 30_000;
  const code = new TOTP({ secret: text, algorithm: "SHA1", digits: 6, period: 30 }).generate({
    timestamp: before,
  });
  await enrolTotp({ ...authority, sealingKey }, owner, { name: "demo", fresh: true, secret, code });
  return text;
}

async function handOver(
  places: DemoPlaces,
  file: string,
  name: string,
  issued: IssuedKeyFile,
  totpSecret: string,
): Promise<CertificateAccess> {
  await mkdir(places.credentials, { recursive: true, mode: 0o700 });
  const p12 = path.join(places.credentials, `${file}.p12`);
  const pem = path.join(places.credentials, `${file}.pem`);
  await writeFile(p12, issued.p12, { mode: 0o600 });
  await writeFile(pem, await pemOf(p12, issued.password), { mode: 0o600 });
  return { name, p12, p12Password: issued.password, pem, totpSecret };
}

/** Registers a domain and, where the cast says so, validates it for real: value, DNS record, look-up. */
async function buildDomain(
  { inkan, dns }: Stage,
  tenant: Tenant,
  organizationId: Id,
  domain: CastDomain,
): Promise<void> {
  const { authority, config } = inkan;
  const domainId = await registerDomain(authority, actor, { tenant, organizationId, ...domain });
  if (!domain.validated) return;
  const validationId = await startValidation(authority, actor, {
    tenant,
    domainId,
    method: "dns-txt",
    scope: "BASE_DOMAIN",
  });
  const { domainValidations: v } = domainTables(authority.db.read.columns);
  const [row] = await authority.db.read
    .select({ value: v.randomValue })
    .from(v)
    .where(eq(v.id, validationId));
  if (!row) throw new Error("the validation that was just started is not there");
  dns.set(domain.name, "TXT", [row.value]);
  const resolver = dnsResolver(config.dnsResolver ?? dns.address);
  await checkValidation({ ...authority, dns: resolver }, actor, { tenant, domainId, validationId });
  dns.remove(domain.name, "TXT");
}
