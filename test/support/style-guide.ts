import { cpSync } from "node:fs";
import { join } from "node:path";
import { createRenderer, type Renderer } from "../../server/http/render.ts";
import { type Assets, loadAssets } from "../../server/http/static.ts";
import { type PageContext, type Site, view } from "../../server/http/view.ts";
import { catalogue, fieldSentence } from "../../server/i18n/index.ts";
import type { Language } from "../../server/kernel/languages.ts";
import { temporaryFolder } from "./databases.ts";

const ROOT = join(import.meta.dirname, "../..");
const NOW = Temporal.Instant.from("2026-11-21T05:05:12Z");

export const styleGuide = view<ReturnType<typeof styleGuideModel>>("style-guide");

/** A strict renderer over a copy of views/ that also holds the style guide. */
export function styleGuideRenderer(): { renderer: Renderer; assets: Assets } {
  const viewsDir = temporaryFolder();
  cpSync(join(ROOT, "views"), viewsDir, { recursive: true });
  cpSync(join(import.meta.dirname, "style-guide.eta"), join(viewsDir, "style-guide.eta"));
  const assets = loadAssets(join(ROOT, "static"));
  return { renderer: createRenderer({ viewsDir, assets, strict: true, cache: true }), assets };
}

/** A request's context with everything a frame can hold. */
export function pageContext(language: Language, site: Site, nonce = "bm9uY2U="): PageContext {
  const t = catalogue(language).applicant.nav;
  return {
    language,
    site,
    nonce,
    csrfToken: "token",
    path: "/requests/1",
    url: "/requests/1?size=25&state=ISSUED",
    now: NOW,
    viewer: { name: "山田 太郎", organization: "株式会社さくら電機" },
    signOutPath: "/session",
    navigation: [
      { path: "/", label: t.home, count: null },
      { path: "/requests", label: t.requests, count: 12 },
      { path: "/certificates", label: t.certificates, count: null },
      { path: "/domains", label: t.domains, count: null },
      { path: "/account", label: t.account, count: null },
    ],
    flash: { kind: "ok", text: catalogue(language).flash.requestApproved },
    fragment: false,
  };
}

/** Contents that strain a layout: long names, hostile text, missing values, every state. */
export function styleGuideModel(language: Language) {
  const t = catalogue(language);
  const f = t.requests.field;
  const states = Object.keys(t.requests.state);
  return {
    title: language === "ja" ? "証明書の申請" : "Certificate requests",
    sentence: t.problems["domain-not-validated"]({ domain: "例え.jp" }),
    errors: {
      csr: t.problems["csr-private-key"](),
      noticeEmail: fieldSentence(t, { code: "invalid_format", format: "email" }, f.noticeEmail),
      product: fieldSentence(t, { code: "invalid_value" }, f.product, true),
    },
    tiles: states.slice(0, 4).map((state, index) => ({
      label: t.requests.state[state as keyof typeof t.requests.state],
      value: String(index * 7 + 1),
    })),
    chips: [
      { text: t.common.filters.all, href: "?", count: 1234, current: true },
      ...states.map((state, index) => ({
        text: t.requests.state[state as keyof typeof t.requests.state],
        href: `?state=${state}`,
        count: index * 3,
        current: false,
      })),
    ],
    columns: [
      { label: f.receiptNumber, kind: "nowrap" },
      { label: f.commonName, kind: "mono" },
      { label: f.organization, kind: "text" },
      { label: f.state, kind: "text" },
      { label: f.memo, kind: "text" },
      { label: f.requestedAt, kind: "nowrap" },
      { label: "", kind: "nowrap" },
      { label: language === "ja" ? "金額" : "Amount", kind: "number" },
    ].map((column) => ({ ...column, label: column.label || (language === "ja" ? "経過" : "Age") })),
    rows: states.map((state, index) => ({
      number: `R-2026-00${index + 41}`,
      name:
        index === 2 ? "*.very-long-subdomain-for-layout.internal.example.co.jp" : `www${index}.example.co.jp`,
      organization: index === 1 ? "独立行政法人情報処理推進機構西日本支部" : "株式会社さくら電機",
      note: index === 1 ? '<script>alert(1)</script> & "quotes"' : null,
      state,
      missing: null,
      at: NOW.subtract({ minutes: 30 + index * 700 }),
      price: 48_000 + index * 1250,
    })),
    facts: [
      { term: f.commonName, value: "www.example.co.jp", mono: true, change: { href: "/edit#cn" } },
      { term: f.names, values: ["www.example.co.jp", "example.co.jp", "xn--r8jz45g.jp（例え.jp）"] },
      { term: f.state, tone: "ok", word: t.requests.state.ISSUED },
      { term: f.memo, value: null },
      {
        term: t.certificates.field.serial,
        value: "4a:00:7f:13:9c:b2:e0:55:01:9a:fe:31:77:c4:2d:08",
        copy: true,
      },
      {
        term: f.organization,
        value: "株式会社さくら電機",
        href: "/organizations/1",
        note: "Sakura Denki Co., Ltd.",
      },
    ],
    events: [
      {
        tone: "info",
        text: t.requests.event.SUBMITTED,
        by: "佐藤 花子",
        at: NOW.subtract({ hours: 30 }),
        note: null,
      },
      {
        tone: "err",
        text: t.requests.event.REJECTED,
        by: "T.YAMADA",
        at: NOW,
        note: "CSRを作り直してください。",
      },
    ],
    pem: `-----BEGIN CERTIFICATE REQUEST-----\n${"MIICijCCAXICAQAwRTELMAkGA1UEBhMCSlAxDjAMBgNVBAgMBVRPS1lPMRAwDgYD\n".repeat(3)}-----END CERTIFICATE REQUEST-----`,
    fields: [
      {
        name: "product",
        label: f.product,
        required: true,
        type: "radio",
        value: "",
        options: [
          { value: "OV", label: t.requests.product.OV, help: "48,000円" },
          { value: "EV", label: t.requests.product.EV },
        ],
      },
      {
        name: "csr",
        label: f.csr,
        required: true,
        type: "textarea",
        mono: true,
        width: "full",
        drop: true,
        rows: 5,
      },
      {
        name: "noticeEmail",
        label: f.noticeEmail,
        required: true,
        type: "email",
        value: "tanto＠example",
        example: "tanto@example.co.jp",
      },
      {
        name: "term",
        label: f.term,
        required: true,
        type: "number",
        width: "xs",
        value: "199",
        unit: "日",
        help: "1–199",
      },
      {
        name: "organization",
        label: f.organization,
        required: true,
        type: "select",
        value: "2",
        options: [
          { value: "", label: t.common.form.pleaseChoose },
          { value: "2", label: "株式会社さくら電機" },
        ],
      },
      { name: "memo", label: f.memo, required: false, type: "textarea", rows: 3 },
      { name: "loginId", label: t.account.loginId, required: true, mono: true, autocomplete: "username" },
      {
        name: "password",
        label: t.account.password,
        required: true,
        type: "password",
        autocomplete: "new-password",
        error: "x",
      },
      { name: "attachment", label: "CSV", required: false, type: "file", accept: ".csv" },
      {
        name: "agree",
        label: language === "ja" ? "利用約款に同意する" : "I accept the terms",
        required: true,
        type: "checkbox",
      },
      {
        name: "servers",
        label: f.placeOfInstallation,
        required: false,
        type: "checkbox",
        value: ["nginx"],
        options: [
          { value: "nginx", label: "nginx" },
          { value: "apache", label: "Apache" },
        ],
      },
    ],
  };
}
