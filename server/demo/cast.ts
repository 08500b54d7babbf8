import type { OrganizationEntry } from "../organizations/index.ts";

/** The cast of the demonstration: two subscribers, so that one can be seen not to see the other. */

export interface CastPerson {
  readonly key: string;
  readonly name: string;
  readonly kana: string;
  readonly email: string;
  readonly loginId: string;
  /** Set for those who are operators too; their applicant login is the same person. */
  readonly operator?: string;
}

export interface CastDomain {
  readonly name: string;
  readonly evEnabled: boolean;
  readonly validated: boolean;
}

export interface CastSubscriber {
  readonly key: string;
  readonly name: string;
  readonly noticeAddress: string;
  readonly commitment: number;
  readonly organization: OrganizationEntry;
  readonly people: readonly CastPerson[];
  readonly domains: readonly CastDomain[];
}

const responsiblePerson = {
  name: "責任 一郎",
  kana: "セキニン イチロウ",
  department: "情報システム部",
  title: "部長",
  phone: "+81355550101",
  email: "sekinin@example.co.jp",
} as const;

export const CAST: readonly CastSubscriber[] = [
  {
    key: "minato",
    name: "株式会社みなと商会",
    noticeAddress: "certs@example.co.jp",
    commitment: 60,
    organization: {
      nameJa: "株式会社みなと商会",
      nameEn: "Minato Shokai Co., Ltd.",
      legalForm: "株式会社",
      registryNumber: "010401123456",
      mainPhone: "+81355550100",
      representativeName: "港 太郎",
      postalCode: "1050001",
      prefecture: "東京都",
      localityJa: "港区",
      localityEn: "Minato-ku",
      street: "虎ノ門1丁目1番1号",
      evEnabled: true,
      evCategory: "PRIVATE",
      responsiblePerson,
    },
    people: [
      {
        key: "hanako",
        name: "手続 花子",
        kana: "テツヅキ ハナコ",
        email: "hanako@example.co.jp",
        loginId: "hanako",
      },
      {
        key: "yamada",
        name: "山田 太郎",
        kana: "ヤマダ タロウ",
        email: "t.yamada@example.co.jp",
        loginId: "t.yamada",
        operator: "T.YAMADA",
      },
      {
        key: "sato",
        name: "佐藤 次郎",
        kana: "サトウ ジロウ",
        email: "j.sato@example.co.jp",
        loginId: "j.sato",
        operator: "J.SATO",
      },
    ],
    domains: [
      { name: "example.co.jp", evEnabled: true, validated: true },
      { name: "example.jp", evEnabled: false, validated: true },
      { name: "example.ne.jp", evEnabled: false, validated: false },
    ],
  },
  {
    key: "kita",
    name: "学校法人きた学園",
    noticeAddress: "tls@example.ac.jp",
    commitment: 10,
    organization: {
      nameJa: "学校法人きた学園",
      nameEn: null,
      legalForm: "学校法人",
      registryNumber: "430005001234",
      mainPhone: "+81115550100",
      representativeName: "北 幸子",
      postalCode: "0600807",
      prefecture: "北海道",
      localityJa: "札幌市北区",
      localityEn: null,
      street: "北七条西1丁目1番地",
      evEnabled: false,
      evCategory: null,
      responsiblePerson: {
        ...responsiblePerson,
        name: "学園 守",
        kana: "ガクエン マモル",
        email: "mamoru@example.ac.jp",
      },
    },
    people: [
      {
        key: "midori",
        name: "北川 みどり",
        kana: "キタガワ ミドリ",
        email: "midori@example.ac.jp",
        loginId: "midori",
      },
      {
        key: "ono",
        name: "小野 健",
        kana: "オノ ケン",
        email: "k.ono@example.ac.jp",
        loginId: "ken.ono",
        operator: "K.ONO",
      },
    ],
    domains: [{ name: "example.ac.jp", evEnabled: false, validated: true }],
  },
];
