import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { DemoDns } from "./dns-server.ts";
import type { MailSink } from "./mail-sink.ts";
import { mailViewer } from "./mail-viewer.ts";

const LARGEST_FORM = 8 * 1024;

/** The demonstration's own pages: the mailbox, and at /dns a form that sets a TXT record of its DNS server. */
export function toolsPage(sink: MailSink, dns: DemoDns): RequestListener {
  const mailbox = mailViewer(sink);
  return (request, response) => {
    if ((request.url ?? "/").split("?")[0] !== "/dns") return mailbox(request, response);
    if (request.method === "GET") return show(response, 200, null);
    if (request.method !== "POST") return void response.writeHead(405, { allow: "GET, POST" }).end();
    setRecord(request, dns).then(
      (name) => show(response, name === null ? 422 : 200, name),
      () => show(response, 422, null),
    );
  };
}

/** Sets the TXT record a form names; the name it set, or null where the form is not one. */
async function setRecord(request: IncomingMessage, dns: DemoDns): Promise<string | null> {
  // Another site's page must not steer it: the demonstration stands on loopback, but so does a browser.
  const site = request.headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none") return null;
  let body = "";
  for await (const chunk of request) {
    body += chunk;
    if (body.length > LARGEST_FORM) return null;
  }
  const form = new URLSearchParams(body);
  const name = (form.get("name") ?? "").trim().toLowerCase();
  const value = (form.get("value") ?? "").trim();
  if (!/^[a-z0-9_.-]{1,253}$/.test(name)) return null;
  if (value === "") dns.remove(name, "TXT");
  else dns.set(name, "TXT", [value]);
  return name;
}

function show(response: ServerResponse, status: number, name: string | null): void {
  const said =
    name !== null
      ? `<p role="status"><strong>${name}</strong> のTXTレコードを設定しました。 / Set.</p>`
      : status === 422
        ? `<p role="alert">名前を確認してください。例：example.co.jp / Check the name.</p>`
        : "";
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "content-security-policy":
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
  });
  response.end(`<!DOCTYPE html>
<html lang="ja"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>デモ用DNS</title></head>
<body><main><h1>デモ用DNS</h1>
<p>このデモの中だけで使われるDNSサーバーに、TXTレコードを設定します。値を空にすると削除します。</p>
<p lang="en">Sets a TXT record of the DNS server that this demo uses. An empty value removes it.</p>
${said}
<form method="post" action="/dns">
<p><label>名前 <input name="name" size="40" required autocomplete="off"></label></p>
<p><label>値 <input name="value" size="60" autocomplete="off"></label></p>
<p><button>設定する</button></p>
</form>
<p><a href="/">メールボックスへ</a></p>
</main></body></html>`);
}
