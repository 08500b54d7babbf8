import type { Language } from "../kernel/languages.ts";
import { Problem } from "../kernel/problem.ts";
import { type Der, oid, printableString, sequence, sequenceOf, setOf, TAG, utf8String } from "./der.ts";
import type { DerNode } from "./der-reader.ts";
import { OID } from "./oids.ts";
import { remembered } from "./remembered.ts";

/**
 * Distinguished names (RFC 5280 4.1.2.4). Every attribute that we write stands here with its string type and its limit
 * in characters (RFC 5280 appendix A.1, X.520).
 */
export const NAME_ATTRIBUTES = {
  businessCategory: { oid: OID.businessCategory, string: "utf8", limit: 128 },
  jurisdictionC: { oid: OID.jurisdictionCountryName, string: "printable", limit: 2 },
  serialNumber: { oid: OID.serialNumber, string: "printable", limit: 64 },
  C: { oid: OID.countryName, string: "printable", limit: 2 },
  ST: { oid: OID.stateOrProvinceName, string: "utf8", limit: 128 },
  L: { oid: OID.localityName, string: "utf8", limit: 128 },
  postalCode: { oid: OID.postalCode, string: "utf8", limit: 40 },
  street: { oid: OID.streetAddress, string: "utf8", limit: 128 },
  O: { oid: OID.organizationName, string: "utf8", limit: 64 },
  OU: { oid: OID.organizationalUnitName, string: "utf8", limit: 64 },
  UID: { oid: OID.userId, string: "utf8", limit: 256 },
  CN: { oid: OID.commonName, string: "utf8", limit: 64 },
  emailAddress: { oid: OID.emailAddress, string: "ia5", limit: 255 },
} as const;

export type NameAttributeType = keyof typeof NAME_ATTRIBUTES;

/** One attribute; `type` is a known short name, or the dotted OID of one that we never write. */
export interface NameAttribute {
  readonly type: string;
  readonly value: string;
}

export interface ParsedNameAttribute extends NameAttribute {
  readonly tag: number;
  /** Position of the RDN that holds it: two attributes with the same number share one. */
  readonly rdn: number;
}

const shortNames = new Map<string, NameAttributeType>(
  (Object.keys(NAME_ATTRIBUTES) as NameAttributeType[]).map((name) => [NAME_ATTRIBUTES[name].oid, name]),
);

export function isNameAttributeType(type: string): type is NameAttributeType {
  return Object.hasOwn(NAME_ATTRIBUTES, type);
}

const STRING_TAGS = { printable: TAG.printableString, utf8: TAG.utf8String, ia5: TAG.ia5String } as const;

/** The tag of the string type that an attribute is written with; null for a type that we never write. */
export function stringTagOf(type: string): number | null {
  return isNameAttributeType(type) ? STRING_TAGS[NAME_ATTRIBUTES[type].string] : null;
}

/** Length as X.520 counts it: characters, not UTF-16 units. */
export const characters = (text: string): number => [...text].length;

/**
 * Name, one attribute to a RDN, in the order given.
 * @throws RangeError for an unknown type, an empty value or one beyond its limit: the caller has to have checked
 */
export function encodeName(attributes: readonly NameAttribute[]): Der {
  return sequenceOf(encodeRdns(attributes));
}

/** The same before it is one TLV. */
export function encodeRdns(attributes: readonly NameAttribute[]): Der[] {
  return attributes.map(({ type, value }) => {
    if (!isNameAttributeType(type)) throw new RangeError(`unknown attribute ${type}`);
    return encodedRdn(`${type}=${value}`);
  });
}

/** Certificates of one organisation differ in their CN alone. */
const encodedRdn = remembered(2048, (attribute: string): Der => {
  const [type = ""] = attribute.split("=", 1);
  return setOf([encodeAttribute(type as NameAttributeType, attribute.slice(type.length + 1))]);
});

function encodeAttribute(type: NameAttributeType, value: string): Der {
  const rule = NAME_ATTRIBUTES[type];
  const length = characters(value);
  if (length === 0 || length > rule.limit)
    throw new RangeError(`${type}: ${length} characters, at most ${rule.limit}`);
  if (rule.string === "ia5") throw new RangeError(`${type} is read, never written`);
  return sequence(oid(rule.oid), rule.string === "printable" ? printableString(value) : utf8String(value));
}

/**
 * Reads a Name.
 * @throws DerError
 */
export function readName(name: DerNode): ParsedNameAttribute[] {
  name.elements(0, 64);
  return name.children.flatMap((set, rdn) => {
    if (set.expect(0x31).children.length === 0) set.fail("empty RDN");
    return set.children.map((attribute) => {
      const [type, value] = attribute.elements(2);
      if (type === undefined || value === undefined) return attribute.fail("incomplete");
      const dotted = type.oid();
      return { type: shortNames.get(dotted) ?? dotted, value: value.text(), tag: value.tag, rdn };
    });
  });
}

/** For people: `CN=www.example.jp, O=株式会社例, C=JP`, the most specific first as in RFC 4514, with its escapes. */
export function printName(attributes: readonly NameAttribute[]): string {
  return attributes
    .toReversed()
    .map(({ type, value }) => `${type}=${escapeValue(value)}`)
    .join(", ");
}

function escapeValue(value: string): string {
  return value
    .replace(/[\\",+<>;]/g, "\\$&")
    .replace(/^[ #]/, "\\$&")
    .replace(/ $/, "\\ ")
    .replace(/\p{Cc}/gu, (control) => `\\${(control.codePointAt(0) ?? 0).toString(16).padStart(2, "0")}`);
}

/** What vetting has confirmed and a subject may say; nothing of a subject comes from anywhere else. */
export interface VettedSubject {
  /** ISO 3166-1, upper case. */
  readonly country: string;
  readonly ja: VettedPlace;
  /** Registered only where the applicant asked for English subjects; ST is already upper case (TOKYO). */
  readonly en: VettedPlace | null;
  readonly ev: {
    readonly businessCategory:
      | "Private Organization"
      | "Government Entity"
      | "Business Entity"
      | "Non-Commercial Entity";
    readonly jurisdictionCountry: string;
    /** 会社法人等番号, 12 digits, for Japanese corporations. */
    readonly registrationNumber: string;
  } | null;
}

export interface VettedPlace {
  readonly stateOrProvince: string;
  readonly locality: string;
  readonly organization: string;
}

/**
 * The subject of a server certificate, in the order of BR 7.1.4.2 (EVG 7.1.4.2 for the first three of EV).
 * CN copies one name of the SAN and is left out above 64 characters.
 * @throws Problem english-fields-missing, ev-not-enabled
 */
export function subjectFor(
  product: "OV" | "EV",
  record: VettedSubject,
  language: Language,
  commonName: string | null,
): NameAttribute[] {
  const place = language === "ja" ? record.ja : record.en;
  if (place === null) throw new Problem("english-fields-missing");
  if (product === "EV" && record.ev === null) throw new Problem("ev-not-enabled");
  const attributes: NameAttribute[] = [];
  if (product === "EV" && record.ev !== null) {
    attributes.push(
      { type: "businessCategory", value: record.ev.businessCategory },
      { type: "jurisdictionC", value: record.ev.jurisdictionCountry },
      { type: "serialNumber", value: record.ev.registrationNumber },
    );
  }
  attributes.push(
    { type: "C", value: record.country },
    { type: "ST", value: place.stateOrProvince },
    { type: "L", value: place.locality },
    { type: "O", value: place.organization },
  );
  if (commonName !== null && characters(commonName) <= 64) attributes.push({ type: "CN", value: commonName });
  return attributes.filter(({ value }) => value !== "");
}

/** An operator's client certificate: the person, the subscriber, and the siteId as UID (no OU, as everywhere here). */
export function operatorSubject(operator: {
  commonName: string;
  organization: string;
  siteId: string;
}): NameAttribute[] {
  return [
    { type: "C", value: "JP" },
    { type: "O", value: operator.organization },
    { type: "UID", value: operator.siteId },
    { type: "CN", value: operator.commonName },
  ];
}

/** A member of the issuing company's staff, or one of the sites' own servers. */
export function staffSubject(staff: { commonName: string; organization: string }): NameAttribute[] {
  return [
    { type: "C", value: "JP" },
    { type: "O", value: staff.organization },
    { type: "CN", value: staff.commonName },
  ];
}
