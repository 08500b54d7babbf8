import { randomBytes } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { type Catalogue, catalogue } from "../i18n/index.ts";
import { timeInJapan } from "../kernel/clock.ts";
import type { Language } from "../kernel/languages.ts";
import type { MailSink, ReceivedMail } from "./mail-sink.ts";

/**
 * Pages over a mail sink, for the demo and development: `/` lists, `/messages/:id` shows one, `/messages.json` is for
 * scripts. It shows everybody's mail to everybody who reaches it, so it listens on loopback alone.
 */
export function mailViewer(sink: MailSink): RequestListener {
  return (request, response) => {
    const url = new URL(request.url ?? "/", "http://viewer.invalid");
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.writeHead(405, { allow: "GET, HEAD" }).end();
      return;
    }
    if (url.pathname === "/messages.json") {
      const body = JSON.stringify(sink.mails);
      response.writeHead(200, {
        "content-type": "application/json; charset=utf-8",
        "cache-control": "no-store",
      });
      response.end(body);
      return;
    }
    const language = languageOf(request, url);
    const t = catalogue(language).mailbox;
    const number = /^\/messages\/(\d{1,9})$/.exec(url.pathname)?.[1];
    const mail = number === undefined ? undefined : sink.mails.find(({ id }) => id === Number(number));
    if (url.pathname === "/") send(response, 200, language, t.title, listPage(sink.mails, t));
    else if (mail) send(response, 200, language, mail.subject, messagePage(mail, t));
    else send(response, 404, language, t.gone, `<h1>${t.gone}</h1><p><a href="/">${t.back}</a></p>`);
  };
}

type Words = Catalogue["mailbox"];

function listPage(mails: readonly ReceivedMail[], t: Words): string {
  const rows = mails.map(
    (mail) =>
      `<tr><td class="time">${time(mail)}</td><td>${escaped(mail.to.join(", "))}</td>` +
      `<td><a href="/messages/${mail.id}">${escaped(mail.subject)}</a></td></tr>`,
  );
  const table =
    mails.length === 0
      ? `<p>${t.empty}</p>`
      : `<div class="scroll" role="region" aria-label="${t.title}" tabindex="0"><table><thead><tr>` +
        `<th scope="col">${t.received}</th><th scope="col">${t.to}</th><th scope="col">${t.subject}</th></tr></thead>` +
        `<tbody>${rows.join("")}</tbody></table></div>`;
  return `<h1>${t.title}</h1><p>${t.note} <a href="/">${t.reload}</a></p>${table}`;
}

function messagePage(mail: ReceivedMail, t: Words): string {
  const facts: readonly (readonly [string, string])[] = [
    [t.received, time(mail)],
    [t.from, escaped(mail.from)],
    [t.to, escaped(mail.to.join(", "))],
    [t.cc, escaped(mail.cc.join(", "))],
    [t.replyTo, escaped(mail.replyTo.join(", "))],
    [t.recipients, escaped(mail.recipients.join(", "))],
    ["Message-ID", escaped(mail.messageId)],
  ];
  const list = facts
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`);
  return (
    `<p><a href="/">${t.back}</a></p><h1>${escaped(mail.subject)}</h1><dl>${list.join("")}</dl>` +
    `<pre>${linked(mail.text)}</pre>`
  );
}

function send(
  response: ServerResponse,
  status: number,
  language: Language,
  title: string,
  main: string,
): void {
  const t = catalogue(language).mailbox;
  const nonce = randomBytes(16).toString("base64");
  const other = language === "ja" ? "en" : "ja";
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "content-security-policy": `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "set-cookie": `inkan-mail-language=${language}; Path=/; SameSite=Lax; HttpOnly`,
  });
  response.end(
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${escaped(title)}</title>` +
      `<style nonce="${nonce}">${STYLE}</style></head><body>` +
      `<header><strong>Inkan</strong> <span>${t.title}</span> ` +
      `<a lang="${other}" href="?lang=${other}">${catalogue(other).common.languageName[other]}</a></header>` +
      `<main>${main}</main></body></html>`,
  );
}

const STYLE = `body{margin:0;background:#f6f8fb;color:#1a1a1a;font:16px/1.7 "Noto Sans JP",system-ui,sans-serif}
header{background:#4d4d4d;color:#fff;padding:8px 16px;display:flex;gap:16px;align-items:center}
header a{color:#fff;margin-left:auto}main{max-width:960px;margin:0 auto;padding:24px 16px}
h1{font-size:24px}a{color:#0055ad}a:focus-visible,[tabindex]:focus-visible{outline:4px solid #000;box-shadow:0 0 0 8px #ffd43d}
.scroll{overflow-x:auto;background:#fff}table{border-collapse:collapse;width:100%}
th,td{text-align:left;padding:8px 12px;border-bottom:1px solid #d8dce3;vertical-align:top}.time{white-space:nowrap}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;background:#fff;padding:12px 16px;margin:0 0 16px}
dt{color:#4d4d4d}dd{margin:0;overflow-wrap:anywhere}
pre{background:#fff;padding:16px;white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}`;

function languageOf(request: IncomingMessage, url: URL): Language {
  const asked =
    url.searchParams.get("lang") ?? /inkan-mail-language=(ja|en)/.exec(request.headers.cookie ?? "")?.[1];
  if (asked === "ja" || asked === "en") return asked;
  return /^en\b/i.test(request.headers["accept-language"] ?? "") ? "en" : "ja";
}

const time = (mail: ReceivedMail): string => `${timeInJapan(mail.receivedAt, "second")} JST`;

const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (each) => ENTITIES[each] ?? each);

/** Addresses of pages become links; everything around them stays text. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[^\s<>"')]+)/)
    .map((part, index) =>
      index % 2 === 1 ? `<a href="${escaped(part)}">${escaped(part)}</a>` : escaped(part),
    )
    .join("");
}
