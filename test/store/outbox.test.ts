import { asc, eq } from "drizzle-orm";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { smtpMailer } from "../../server/adapters/mail.ts";
import type { Database } from "../../server/db/index.ts";
import { type MailSink, startMailSink } from "../../server/demo/mail-sink.ts";
import { tenantOf } from "../../server/kernel/actor.ts";
import { deliverMails, type Mail, outboxTables, queueMails } from "../../server/outbox/index.ts";
import { onBothEngines } from "../support/databases.ts";

const ms = (milliseconds: number) => Temporal.Duration.from({ milliseconds });
const start = Temporal.Instant.from("2026-11-21T00:00:00Z");
let now = start;
const clock = { now: () => now };
let sink: MailSink;
beforeAll(async () => {
  sink = await startMailSink();
});
beforeEach(() => {
  now = start;
  sink.behaviour = "accept";
});
afterAll(() => sink.close());

let number = 0;
const mail = (changes: Partial<Mail> = {}): Mail => ({
  kind: "request-submitted",
  at: start,
  tenant: tenantOf("alpha"),
  about: { kind: "request", id: "r1" },
  language: "ja",
  from: "Inkan <no-reply@inkan.test>",
  to: ["operator@example.jp"],
  cc: ["notice@example.jp", "operator@example.jp"],
  replyTo: ["notice@example.jp"],
  subject: `申請 ${++number}`,
  text: "本文",
  ...changes,
});

/** Waits as long as a busy machine may need for a server that answers; the other gives up on one that hangs. */
const patient = () => smtpMailer(sink.url, { silence: ms(20_000), deadline: ms(40_000) });
const hasty = () => smtpMailer(sink.url, { silence: ms(300), deadline: ms(1000) });

function desk(db: Database, owner = "test", mailer = patient()) {
  const { messages } = outboxTables(db.read.columns);
  return {
    queue: (...mails: Mail[]) => db.transact((tx) => queueMails(tx, mails)),
    deliver: (options?: { limit?: number }) => deliverMails({ db, clock, mailer, owner }, options),
    rows: () => db.read.select().from(messages).orderBy(asc(messages.id)),
  };
}
const arrived = (messageId: string | undefined) => sink.mails.filter((each) => each.messageId === messageId);

onBothEngines("the outbox", (open) => {
  test("sends what a committed transaction queued, once, and keeps it", async () => {
    const db = await open();
    const { queue, deliver, rows } = desk(db);
    const queued = mail();
    await queue(queued);
    expect(await deliver()).toEqual({ sent: 1, postponed: 0, failed: 0 });
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 });
    const [row] = await rows();
    expect(row).toMatchObject({
      state: "SENT",
      attempts: 1,
      text: "本文",
      leaseOwner: null,
      lastError: null,
    });
    expect(row?.sentAt).toEqual(start);
    expect(row?.messageId).toBe(`<${row?.id}@inkan.test>`);
    expect(arrived(row?.messageId)).toMatchObject([
      {
        subject: queued.subject,
        to: ["operator@example.jp"],
        cc: ["notice@example.jp"],
        replyTo: ["notice@example.jp"],
        recipients: ["operator@example.jp", "notice@example.jp"],
      },
    ]);
  });

  test("a transaction that rolls back has sent nothing", async () => {
    const db = await open();
    const { deliver, rows } = desk(db);
    const failing = db.transact(async (tx) => {
      await queueMails(tx, [mail()]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 });
    expect(await rows()).toEqual([]);
  });

  test("a secret leaves the database when the mail is sent or given up", async () => {
    const db = await open();
    const { queue, deliver, rows } = desk(db);
    const secret = { text: "仮パスワード: hunter2", textToKeep: "仮パスワード: (記録していません)" };
    await queue(mail(secret));
    sink.behaviour = "temporary";
    await deliver();
    expect((await rows())[0]?.text).toContain("hunter2");
    now = now.add({ seconds: 30 });
    sink.behaviour = "accept";
    await deliver();
    const [row] = await rows();
    expect(row).toMatchObject({ state: "SENT", text: secret.textToKeep });
    expect(arrived(row?.messageId)[0]?.text).toContain("hunter2");
    await queue(mail(secret));
    sink.behaviour = "permanent";
    await deliver();
    expect((await rows())[1]).toMatchObject({ state: "FAILED", text: secret.textToKeep });
  });

  test.each([
    { behaviour: "temporary", state: "QUEUED", error: /451/, copies: 1 },
    { behaviour: "greylist", state: "QUEUED", error: /450/, copies: 1 },
    { behaviour: "hang", state: "QUEUED", error: /./, copies: 1 },
    { behaviour: "drop-after-data", state: "QUEUED", error: /./, copies: 2 },
    { behaviour: "permanent", state: "FAILED", error: /554/, copies: 0 },
    { behaviour: "unknown-user", state: "FAILED", error: /550/, copies: 0 },
  ] as const)(
    "$behaviour: $state, and $copies copies in the end",
    async ({ behaviour, state, error, copies }) => {
      const db = await open();
      const { queue, deliver, rows } = desk(db);
      await queue(mail());
      sink.behaviour = behaviour;
      await desk(db, "test", behaviour === "hang" ? hasty() : patient()).deliver();
      const [row] = await rows();
      expect(row).toMatchObject({
        state,
        attempts: 1,
        lastError: expect.stringMatching(error),
        leaseOwner: null,
      });
      sink.behaviour = "accept";
      expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 }); // not due yet
      now = now.add({ seconds: 30 });
      expect(await deliver()).toEqual({ sent: state === "QUEUED" ? 1 : 0, postponed: 0, failed: 0 });
      // At most one duplicate, and it carries the same Message-ID.
      expect(arrived(row?.messageId)).toHaveLength(copies);
    },
  );

  test("a server that is down delays the mail and loses nothing", async () => {
    const db = await open();
    const away = await startMailSink();
    await away.close();
    const down = desk(db, "test", smtpMailer(away.url, { silence: ms(200) }));
    await down.queue(mail(), mail());
    for (const pause of [30, 60, 120]) {
      expect(await down.deliver()).toEqual({ sent: 0, postponed: 2, failed: 0 });
      now = now.add({ seconds: pause - 1 });
      expect(await down.deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 });
      now = now.add({ seconds: 1 });
    }
    expect(await desk(db).deliver()).toEqual({ sent: 2, postponed: 0, failed: 0 });
  });

  test("gives up at last", async () => {
    const db = await open();
    const { queue, deliver, rows } = desk(db);
    await queue(mail());
    sink.behaviour = "temporary";
    for (let attempt = 0; attempt < 14; attempt += 1) {
      await deliver();
      now = now.add({ hours: 6 });
    }
    expect((await rows())[0]).toMatchObject({ state: "ABANDONED", attempts: 14 });
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 });
  });

  test("several processes share the work and send each mail once", async () => {
    const db = await open();
    const desks = ["a", "b", "c", "d"].map((owner) => desk(db, owner));
    await desk(db).queue(...Array.from({ length: 40 }, () => mail()));
    const counts = await Promise.all(desks.map(({ deliver }) => deliver({ limit: 15 })));
    const rest = await desk(db).deliver();
    expect(counts.reduce((sum, { sent }) => sum + sent, rest.sent)).toBe(40);
    for (const { messageId, state } of await desk(db).rows()) {
      expect(state).toBe("SENT");
      expect(arrived(messageId)).toHaveLength(1);
    }
  });

  test("a mail whose process died is taken over when its lease has run out", async () => {
    const db = await open();
    const { queue, deliver, rows } = desk(db);
    await queue(mail());
    const { messages } = outboxTables(db.read.columns);
    const leaseUntil = start.add({ minutes: 10 });
    await db.transact((tx) =>
      tx.update(messages).set({ state: "SENDING", attempts: 1, leaseOwner: "dead:1", leaseUntil }),
    );
    now = leaseUntil.subtract({ seconds: 1 });
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 });
    now = leaseUntil;
    expect(await deliver()).toEqual({ sent: 1, postponed: 0, failed: 0 });
    expect((await rows())[0]).toMatchObject({ state: "SENT", attempts: 2 });
  });

  test("whoever comes back after losing the lease changes nothing", async () => {
    const db = await open();
    const { messages } = outboxTables(db.read.columns);
    const slow = {
      async send() {
        await db.transact((tx) =>
          tx
            .update(messages)
            .set({ leaseOwner: "other:1" })
            .where(eq(messages.leaseOwner, messages.leaseOwner)),
        );
        return { outcome: "permanent", why: "late" } as const;
      },
    };
    const { queue, deliver, rows } = desk(db, "slow", slow as never);
    await queue(mail());
    expect(await deliver()).toEqual({ sent: 0, postponed: 0, failed: 0 });
    expect((await rows())[0]).toMatchObject({ state: "SENDING", leaseOwner: "other:1", lastError: null });
  });
});
