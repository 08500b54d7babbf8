import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Address } from "postal-mime";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";

/** A mail that arrived. */
export interface ReceivedMail {
  readonly id: number;
  readonly receivedAt: Temporal.Instant;
  /** The recipients of the envelope: whom it really goes to. */
  readonly recipients: readonly string[];
  readonly messageId: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly headers: readonly { readonly key: string; readonly value: string }[];
}

/**
 * How the server treats the next mails. temporary and permanent answer DATA with 451 and 554; greylist answers RCPT
 * with 450, unknown-user with 550. drop-after-data takes the mail and cuts the connection before it says so: the
 * sender cannot know. hang says nothing after DATA.
 */
export type SinkBehaviour =
  | "accept"
  | "temporary"
  | "permanent"
  | "greylist"
  | "unknown-user"
  | "drop-after-data"
  | "hang";

/** An SMTP server on loopback that keeps what it receives and passes nothing on. */
export interface MailSink {
  readonly url: string;
  /** Newest first. */
  readonly mails: readonly ReceivedMail[];
  behaviour: SinkBehaviour;
  /** Resolves with the first mail, already there or still to come, that `matches`; rejects after `timeoutMs`. */
  waitFor(matches: (mail: ReceivedMail) => boolean, timeoutMs?: number): Promise<ReceivedMail>;
  close(): Promise<void>;
}

const LARGEST_MAIL = 5 * 1024 * 1024;

/** Listens on 127.0.0.1 and keeps the last `keep` mails. */
export async function startMailSink({
  port = 0,
  keep = 500,
}: {
  port?: number;
  keep?: number;
} = {}): Promise<MailSink> {
  const mails: ReceivedMail[] = [];
  const waiting = new Set<(mail: ReceivedMail) => void>();
  const state: { behaviour: SinkBehaviour } = { behaviour: "accept" };
  let received = 0;

  async function keepMail(stream: SMTPServerDataStream, session: SMTPServerSession): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const parsed = await PostalMime.parse(Buffer.concat(chunks));
    received += 1;
    const mail: ReceivedMail = {
      id: received,
      receivedAt: Temporal.Now.instant(),
      recipients: session.envelope.rcptTo.map(({ address }) => address),
      messageId: parsed.messageId ?? "",
      from: addresses(parsed.from ? [parsed.from] : [])[0] ?? "",
      to: addresses(parsed.to),
      cc: addresses(parsed.cc),
      replyTo: addresses(parsed.replyTo),
      subject: parsed.subject ?? "",
      text: parsed.text ?? "",
      headers: parsed.headers,
    };
    mails.unshift(mail);
    mails.length = Math.min(mails.length, keep);
    for (const tell of [...waiting]) tell(mail);
  }

  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    size: LARGEST_MAIL,
    logger: false,
    onRcptTo(_address, _session, done) {
      if (state.behaviour === "greylist") done(refusal(450, "try again later"));
      else if (state.behaviour === "unknown-user") done(refusal(550, "no such user"));
      else done();
    },
    onData(stream, session, done) {
      const behaviour = state.behaviour;
      if (behaviour === "temporary" || behaviour === "permanent") {
        stream.resume();
        stream.on("end", () =>
          done(behaviour === "temporary" ? refusal(451, "local error") : refusal(554, "not wanted")),
        );
        return;
      }
      if (behaviour === "hang") {
        stream.resume();
        return;
      }
      keepMail(stream, session).then(
        () => {
          if (behaviour === "drop-after-data") cutConnections(server, session);
          else done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  // A client that goes away in the middle is nothing to end the process for.
  server.on("error", () => undefined);
  const listener = server.listen(port, "127.0.0.1");
  await once(listener, "listening");

  return Object.assign(state, {
    url: `smtp://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    mails,
    waitFor(matches: (mail: ReceivedMail) => boolean, timeoutMs = 60_000) {
      const there = mails.find(matches);
      if (there) return Promise.resolve(there);
      return new Promise<ReceivedMail>((resolve, reject) => {
        const late = setTimeout(() => {
          waiting.delete(tell);
          reject(new Error("the mail did not arrive"));
        }, timeoutMs);
        const tell = (mail: ReceivedMail) => {
          if (!matches(mail)) return;
          clearTimeout(late);
          waiting.delete(tell);
          resolve(mail);
        };
        waiting.add(tell);
      });
    },
    async close() {
      cutConnections(server);
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  });
}

const refusal = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });

/** Cuts one session's connection, or all of them. */
function cutConnections(server: SMTPServer, session?: SMTPServerSession): void {
  for (const connection of server.connections as Set<{
    id: string;
    close(): void;
    _socket: { destroy(): void };
  }>) {
    if (session === undefined || connection.id === session.id) connection._socket.destroy();
  }
}

function addresses(list: readonly Address[] | undefined): string[] {
  return (list ?? []).flatMap((each) =>
    each.group
      ? addresses(each.group)
      : [each.name ? `${each.name} <${each.address ?? ""}>` : (each.address ?? "")],
  );
}
