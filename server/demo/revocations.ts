import { and, eq } from "drizzle-orm";
import type { Inkan } from "../app.ts";
import type { Actor, StaffActor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { operatorTables } from "../operators/tables.ts";
import { requestTables } from "../requests/index.ts";
import { deadlineOf, orderRevocations, type RevocationOrder } from "../revocation/index.ts";
import type { BuiltSubscriber } from "./build-cast.ts";

/** What is revoked already when the demonstration begins, and what will be. */
export async function playRevocations(inkan: Inkan, subscribers: readonly BuiltSubscriber[]): Promise<void> {
  const minato = subscribers.find(({ key }) => key === "minato");
  const yamada = minato?.operatorActors["yamada"];
  if (!minato || !yamada) throw new Error("nobody plays the operator");
  const now = inkan.authority.clock.now();
  await order(inkan, yamada, {
    certificateId: await certificateOf(inkan, minato, "intra.example.co.jp"),
    ground: "SUBSCRIBER_REQUEST",
    reason: "cessationOfOperation",
    explanation: "社内ポータルの統合により、このサーバーの運用を終了したため",
    executeAt: now,
    dueAt: deadlineOf("SUBSCRIBER_REQUEST", now),
    origin: { kind: "operator", id: null },
  });
  await order(inkan, await vetter(inkan), {
    certificateId: await certificateOf(inkan, minato, "campaign.example.jp"),
    ground: "WRONG_DATA",
    reason: "privilegeWithdrawn",
    explanation: "証明書に記載された所在地が、登記の変更により現在の内容と一致しないことを確認しました。",
    executeAt: now.add({ hours: 40 }),
    dueAt: deadlineOf("WRONG_DATA", now.subtract({ hours: 76 })),
    origin: { kind: "desk", id: null },
  });
}

async function order({ authority, config }: Inkan, actor: Actor, one: RevocationOrder): Promise<void> {
  const frame = {
    mailFrom: config.mailFrom,
    siteUrls: { applicant: config.sites.applicant.url, operator: config.sites.operator.url },
  };
  const { refused } = await authority.db.transact((tx) =>
    orderRevocations(tx, frame, actor, [one], authority.clock.now()),
  );
  if (refused[0]) throw refused[0].problem;
}

async function certificateOf({ authority }: Inkan, { tenant }: BuiltSubscriber, name: string): Promise<Id> {
  const { read } = authority.db;
  const { certificateRequests: r } = requestTables(read.columns);
  const [row] = await read
    .select({ id: r.certificateId })
    .from(r)
    .where(and(eq(r.subscriberId, tenant), eq(r.commonName, name)));
  if (!row?.id) throw new Error(`${name} has no certificate`);
  return row.id;
}

async function vetter({ authority }: Inkan): Promise<StaffActor> {
  const { read } = authority.db;
  const { staff } = operatorTables(read.columns);
  const rows = await read.select().from(staff);
  const found = rows.find(({ roles }) => roles.includes("VETTER"));
  if (!found) throw new Error("nobody vets");
  return { kind: "staff", staffId: found.id, name: found.name, roles: found.roles, fingerprint: "" };
}
