/** 加入者 and 申請法人: who contracts, and whose name stands in a certificate (domain.md 2, rules.md C). */

export const SUBSCRIBER_STATES = ["ACTIVE", "SUSPENDED", "TERMINATED"] as const;

/** VETTED: its record may stand in a subject until `vettedUntil`. */
export const ORGANIZATION_STATES = ["UNVETTED", "VETTED", "REMOVED"] as const;

/** 法人格, as the application form offers them. */
export const LEGAL_FORMS = [
  "株式会社",
  "有限会社",
  "合同会社",
  "社団法人",
  "財団法人",
  "学校法人",
  "医療法人",
  "医療法人社団",
  "特定非営利活動法人",
  "有限責任中間法人",
  "中央省庁",
  "地方公共団体",
  "国立大学法人",
  "独立行政法人",
  "国家資格取得",
  "協同組合",
  "協同組合連合会",
  "商工連合会",
  "協議会",
  "公団",
  "公共団体",
  "個人事業主",
  "その他法人",
  "その他組合",
  "その他団体",
  "その他公共機関",
] as const;

/** Not in the commercial or corporate registry, or not always: no 会社法人等番号 is asked of them (domain.md 2). */
const UNREGISTERED_FORMS: readonly string[] = [
  "中央省庁",
  "地方公共団体",
  "国家資格取得",
  "協議会",
  "公共団体",
  "個人事業主",
  "その他組合",
  "その他団体",
  "その他公共機関",
];

/** Every registered corporation has the 12 digits of the registry, OV and EV alike (domain.md 2). */
export function needsRegistryNumber(legalForm: (typeof LEGAL_FORMS)[number]): boolean {
  return !UNREGISTERED_FORMS.includes(legalForm);
}

/** EV: 申請組織のカテゴリ (domain.md 2). */
export const EV_CATEGORIES = [
  "PRIVATE",
  "GOVERNMENT_NATIONAL",
  "GOVERNMENT_PREFECTURE",
  "GOVERNMENT_MUNICIPALITY",
  "PUBLIC_SCHOOL",
] as const;

/** 申請法人名: longer names are for the desk to consult about; X.509 itself ends at 64 (domain.md 2, 4). */
export const LONGEST_NAME_JA = 20;
export const LONGEST_NAME_EN = 64;

/** What a subscriber decides about its own work. */
export interface SubscriberPolicy {
  /** May one person both request and approve? Off unless the subscriber says so. */
  readonly samePersonMayApprove: boolean;
  /** Do approvals ask for the second factor again? On unless the subscriber says otherwise. */
  readonly secondFactorForApproval: boolean;
}

export const DEFAULT_POLICY: SubscriberPolicy = {
  samePersonMayApprove: false,
  secondFactorForApproval: true,
};

export const SUBJECT_LANGUAGES = ["ja", "en"] as const;
export type SubjectLanguage = (typeof SUBJECT_LANGUAGES)[number];

/** What the vetted record says about an organisation, as far as a subject needs it. */
export interface VettedRecord {
  readonly state: (typeof ORGANIZATION_STATES)[number];
  readonly vettedUntil: Temporal.Instant | null;
  readonly nameJa: string;
  readonly nameEn: string | null;
  readonly country: string;
  readonly prefecture: string;
  readonly localityJa: string;
  readonly localityEn: string | null;
  readonly registryNumber: string | null;
  readonly evEnabled: boolean;
  readonly evCategory: string | null;
}

/** May this record stand in a subject now? Identity data lapses (rules.md A, BR 4.2.1). */
export function isVetted(
  record: Pick<VettedRecord, "state" | "vettedUntil">,
  now: Temporal.Instant,
): boolean {
  return (
    record.state === "VETTED" &&
    record.vettedUntil !== null &&
    Temporal.Instant.compare(now, record.vettedUntil) < 0
  );
}

/** English subjects exist only where the English fields are registered (domain.md 2). */
export function offersEnglishSubject(record: Pick<VettedRecord, "nameEn" | "localityEn">): boolean {
  return record.nameEn !== null && record.localityEn !== null;
}
