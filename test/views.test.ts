import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HtmlValidate } from "html-validate";
import { expect, test } from "vitest";
import { DOMAIN_STATES } from "../server/domains/domain.ts";
import { createRenderer } from "../server/http/render.ts";
import { TONES } from "../server/http/tones.ts";
import { SITES, view } from "../server/http/view.ts";
import { catalogue, fieldSentence, problemSentence } from "../server/i18n/index.ts";
import { LANGUAGES } from "../server/kernel/languages.ts";
import { Problem } from "../server/kernel/problem.ts";
import { OPERATOR_STATES } from "../server/operators/operator.ts";
import { REQUEST_EVENTS, REQUEST_STATES } from "../server/requests/request.ts";
import {
  PROOF_RESULTS,
  REPORT_EVENTS,
  REPORT_STATES,
  URGENCIES,
} from "../server/revocation/reports/report.ts";
import { temporaryFolder } from "./support/databases.ts";
import { HTML_RULES } from "./support/html-rules.ts";
import { pageContext, styleGuide, styleGuideModel, styleGuideRenderer } from "./support/style-guide.ts";

const ROOT = join(import.meta.dirname, "..");
const templates = globSync("views/**/*.eta", { cwd: ROOT });
const template = (path: string) => readFileSync(join(ROOT, path), "utf8");

const handles = globSync("server/**/*.ts", { cwd: ROOT }).flatMap((path) =>
  [...template(path).matchAll(/\bview(?:<[^"()]*>)?\(\s*"([^"]+)"/g)].map((match) => match[1] ?? ""),
);

test("every handle has a template, and every page has one handle", () => {
  expect(handles.length).toBeGreaterThan(0);
  expect(handles.filter((name) => !existsSync(join(ROOT, "views", `${name}.eta`)))).toEqual([]);
  const pages = templates
    .map((path) => path.slice("views/".length, -".eta".length))
    .filter((name) => !name.startsWith("layouts/") && !/(^|\/)_[^/]*$/.test(name));
  expect(pages.filter((name) => handles.filter((handle) => handle === name).length !== 1)).toEqual([]);
});

test("templates include what exists, print nothing raw, and need no inline code", () => {
  for (const path of templates) {
    const text = template(path);
    for (const [, name] of text.matchAll(/(?:include|layout)\(\s*"(\/[^"]+)"/g)) {
      expect(existsSync(join(ROOT, "views", `${name}.eta`)), `${path} includes ${name}`).toBe(true);
    }
    const includes = [...text.matchAll(/const (\w+) = \(.*?\) => include\(/g)].map(([, name]) => `${name}(`);
    for (const [, raw = ""] of text.matchAll(/<%~\s*([^%]*?)\s*%>/g)) {
      if (includes.some((name) => raw.startsWith(name))) continue;
      expect(raw, path).toMatch(/^(include\(|it\.body$|paths\[it\.icon\]$|it\.model\.[A-Za-z.]*[sS]vg$)/);
    }
    expect(text, path).not.toMatch(/\sstyle=|\son[a-z]+=|hx-on|js:|\bawait\b/);
    for (const [tag] of text.matchAll(/<[a-z]+\b[^>]*\shx-(?:get|post|sse:connect|swap-oob)[^>]*/g)) {
      expect(tag, `${path}: hx-csp strips htmx attributes without hx-nonce`).toContain("hx-nonce");
    }
  }
});

/** Kana, kanji and full-width signs; U+3000 to U+FFEF holds nothing that another language writes with. */
const JAPANESE = /[\u3000-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uffef]/;
const COMMENT = /\/\*.*?\*\//gs;

test("templates speak through the catalogues alone, to the last full-width sign", () => {
  expect("<p>（A：B）</p>").toMatch(JAPANESE);
  const found = templates.flatMap((path) =>
    template(path)
      // A comment's lines are kept, so that the numbers below are those of the file.
      .replace(COMMENT, (comment) => comment.replaceAll(/[^\n]/g, ""))
      .split("\n")
      .flatMap((line, index) => (JAPANESE.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : [])),
  );
  expect(found).toEqual([]);
});

test.each(LANGUAGES)("every partial renders strictly and validly (%s)", async (language) => {
  const { renderer } = styleGuideRenderer();
  const html = new HtmlValidate(HTML_RULES);
  for (const site of SITES) {
    const text = renderer.render(styleGuide, styleGuideModel(language), pageContext(language, site));
    const report = await html.validateString(text);
    expect(
      report.results.flatMap((result) => result.messages.map((m) => `${m.line}: ${m.ruleId}: ${m.message}`)),
    ).toEqual([]);
    expect(text).not.toMatch(/undefined|\[object|<script>alert/);
    expect(text).toContain(`<title>${catalogue(language).common.errorTitlePrefix}`);
  }
});

test("a fragment is the page without its frame", () => {
  const { renderer } = styleGuideRenderer();
  const text = renderer.render(styleGuide, styleGuideModel("ja"), {
    ...pageContext("ja", "applicant"),
    fragment: true,
  });
  expect(text).toMatch(/^<title>/);
  expect(text).toContain('id="guide"');
  expect(text).not.toMatch(/<html|<body|site-band/);
});

const strictView = view<Record<string, unknown>>("strict");

test.each([
  ["an unknown field", "<%= it.model.nmae %>", 'model has no field "nmae"'],
  [
    "an unknown field further down",
    "<%= it.model.deep.list[0].nmae %>",
    'model.deep.list.0 has no field "nmae"',
  ],
  ["an unknown message", "<%= it.t.common.nothing %>", 't.common has no field "nothing"'],
  ["a printed null", "<%= it.model.gone %>", "printed null"],
  ["a printed object", "<%= it.model.deep %>", "printed a object"],
  ["an unlisted file", '<%= it.asset("../package.json") %>', "no static file"],
])("strict rendering refuses %s", (_what, source, message) => {
  const viewsDir = temporaryFolder();
  writeFileSync(join(viewsDir, "strict.eta"), source);
  const { assets } = styleGuideRenderer();
  const renderer = createRenderer({ viewsDir, assets, strict: true, cache: false });
  const model = { gone: null, deep: { list: [{ name: "x" }] } };
  expect(() => renderer.render(strictView, model, pageContext("ja", "public"))).toThrow(message);
});

test("both languages have the same words", () => {
  const leaves = (value: unknown, path: string): string[] =>
    typeof value === "object" && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`))
      : [path];
  const [ja, en] = LANGUAGES.map((language) => leaves(catalogue(language), ""));
  expect(en).toEqual(expect.arrayContaining(ja ?? []));
  expect(en).toHaveLength(ja?.length ?? 0);
});

test("every state has a word and a tone", () => {
  for (const language of LANGUAGES) {
    const t = catalogue(language);
    expect(Object.keys(t.requests.state)).toEqual([...REQUEST_STATES]);
    expect(Object.keys(t.requests.event)).toEqual([...REQUEST_EVENTS]);
    expect(Object.keys(t.domains.state)).toEqual([...DOMAIN_STATES]);
    expect(Object.keys(t.operator.state)).toEqual([...OPERATOR_STATES]);
  }
  expect(Object.keys(TONES.request)).toEqual([...REQUEST_STATES]);
  expect(Object.keys(TONES.domain)).toEqual([...DOMAIN_STATES]);
  expect(Object.keys(TONES.operator)).toEqual([...OPERATOR_STATES]);
  expect(Object.keys(TONES.report)).toEqual([...REPORT_STATES]);
  expect(Object.keys(TONES.reportEvent)).toEqual([...REPORT_EVENTS]);
  expect(Object.keys(TONES.urgency)).toEqual([...URGENCIES]);
  expect(Object.keys(TONES.proof)).toEqual([...PROOF_RESULTS]);
});

test("problems and fields speak in sentences", () => {
  const t = catalogue("ja");
  expect(problemSentence(t, new Problem("too-many-attempts", { retryAfterSeconds: 90 }))).toContain("2分後");
  const label = "E-mail";
  expect(fieldSentence(t, { code: "too_small", origin: "string", minimum: 1 }, label)).toBe(
    "E-mailを入力してください。",
  );
  expect(fieldSentence(t, { code: "too_big", origin: "string", maximum: 80 }, label)).toContain("80文字以内");
  expect(fieldSentence(t, { code: "invalid_value" }, label, true)).toBe("E-mailを選択してください。");
  const custom = { code: "custom", params: { problem: "term-too-long", limitDays: 199 } };
  expect(fieldSentence(t, custom, label)).toContain("最長199日");
});
