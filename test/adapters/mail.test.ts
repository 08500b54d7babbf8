import { createServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Mailer, type OutgoingMail, smtpMailer } from "../../server/adapters/mail.ts";
import { type MailSink, startMailSink } from "../../server/demo/mail-sink.ts";
import { mailViewer } from "../../server/demo/mail-viewer.ts";
import { markTransaction } from "../../server/kernel/transaction-marker.ts";

const ms = (milliseconds: number) => Temporal.Duration.from({ milliseconds });
let sink: MailSink;
/** Waits as long as a busy machine may need for a server that answers. */
let mailer: Mailer;
/** For a server that never does. */
let hasty: Mailer;
beforeAll(async () => {
  sink = await startMailSink({ keep: 20 });
  mailer = smtpMailer(sink.url, { silence: ms(20_000), deadline: ms(40_000) });
  hasty = smtpMailer(sink.url, { silence: ms(300), deadline: ms(1500) });
});
afterEach(() => {
  sink.behaviour = "accept";
});
afterAll(() => sink.close());

let number = 0;
const mail = (changes: Partial<OutgoingMail> = {}): OutgoingMail => ({
  messageId: `<${++number}@inkan.test>`,
  from: "Inkan <no-reply@inkan.test>",
  to: ["山田 太郎 <t.yamada@example.jp>"],
  subject: "証明書の申請を受け付けました",
  text: "山田 太郎 様\n\nhttps://localhost:8441/requests/1 をご確認ください。\n.\n<b>&\n",
  language: "ja",
  ...changes,
});

test("a Japanese mail arrives as it was written, with its CC and Reply-To", async () => {
  const sent = mail({ cc: ["notice@example.jp"], replyTo: ["notice@example.jp"] });
  expect(await mailer.send(sent)).toEqual({ outcome: "sent", refusedFor: [] });
  const arrived = await sink.waitFor(({ messageId }) => messageId === sent.messageId);
  expect(arrived).toMatchObject({
    from: sent.from,
    to: sent.to,
    cc: sent.cc,
    replyTo: sent.replyTo,
    subject: sent.subject,
    recipients: ["t.yamada@example.jp", "notice@example.jp"],
  });
  expect(arrived.text.trimEnd()).toBe(sent.text.trimEnd());
  const header = (key: string) => arrived.headers.find((each) => each.key === key)?.value;
  expect(header("auto-submitted")).toBe("auto-generated");
  expect(header("content-language")).toBe("ja");
});

describe("failures are told apart", () => {
  test.each([
    { behaviour: "temporary", outcome: "temporary", why: /451/ },
    { behaviour: "permanent", outcome: "permanent", why: /554/ },
    { behaviour: "greylist", outcome: "temporary", why: /450/ },
    { behaviour: "unknown-user", outcome: "permanent", why: /550/ },
    { behaviour: "drop-after-data", outcome: "temporary", why: /./ },
    { behaviour: "hang", outcome: "temporary", why: /./ },
  ] as const)("$behaviour is $outcome", async ({ behaviour, outcome, why }) => {
    sink.behaviour = behaviour;
    const sent = (behaviour === "hang" ? hasty : mailer).send(mail());
    expect(await sent).toEqual({ outcome, why: expect.stringMatching(why) });
  });

  test("nobody listens", async () => {
    const gone = await startMailSink();
    await gone.close();
    const result = await smtpMailer(gone.url, { silence: ms(300) }).send(mail());
    expect(result).toMatchObject({ outcome: "temporary" });
  });

  test("a server that never greets, and one that refuses at the door", async () => {
    for (const greeting of ["", "554 go away\r\n"]) {
      const server = createTcpServer((socket) => socket.write(greeting));
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const url = `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const result = await smtpMailer(url, { silence: ms(200), deadline: ms(1000) }).send(mail());
      expect(result).toMatchObject({ outcome: "temporary" });
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

test.each<Partial<OutgoingMail>>([
  { subject: "x\r\nBcc: thief@example.net" },
  { to: ["a@example.jp\nBcc: thief@example.net"] },
  { cc: ["a@example.jp\r\n"] },
  { replyTo: ["a\0@example.jp"] },
  { from: "x\n <a@example.jp>" },
  { messageId: "<a@b>\r\nX: y" },
])("a line break in a header is refused, not folded: %j", async (changes) => {
  const before = sink.mails.length;
  expect(await mailer.send(mail(changes))).toMatchObject({ outcome: "permanent" });
  expect(sink.mails.length).toBe(before);
});

test("refuses inside a transaction", async () => {
  await expect(markTransaction(() => mailer.send(mail()))).rejects.toThrow("cannot send mail inside");
});

test("the sink keeps a bounded number of mails, the newest first", async () => {
  for (let index = 0; index < 25; index += 1) await mailer.send(mail({ subject: `no. ${index}` }));
  expect(sink.mails).toHaveLength(20);
  expect(sink.mails[0]?.subject).toBe("no. 24");
});

test("the viewer shows list and message, escaped, in both languages, and no script can run", async () => {
  const hostile = mail({
    subject: `<script>alert("1")</script>`,
    text: `<img src=x onerror=alert(1)> https://localhost:1/a?b=1&c="`,
  });
  await mailer.send(hostile);
  const server = createServer(mailViewer(sink));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const list = await fetch(base);
  const html = await list.text();
  expect(list.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(html).toContain('<html lang="ja">');
  expect(html).not.toContain("<script");
  const page = await (await fetch(`${base}/messages/${sink.mails[0]?.id}?lang=en`)).text();
  expect(page).toContain('<html lang="en">');
  expect(page).not.toMatch(/<script|<img/);
  expect(page).toContain('<a href="https://localhost:1/a?b=1&amp;c=">');
  const json = (await (await fetch(`${base}/messages.json`)).json()) as { subject: string }[];
  expect(json[0]?.subject).toBe(hostile.subject);
  expect((await fetch(`${base}/messages/999999`)).status).toBe(404);
  expect((await fetch(base, { method: "POST" })).status).toBe(405);
  await new Promise((resolve) => server.close(resolve));
});
