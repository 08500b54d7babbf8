import { and, eq, inArray } from "drizzle-orm";
import type { Inkan } from "../app.ts";
import { authorityTables } from "../authority/index.ts";
import { type StaffActor, system } from "../kernel/actor.ts";
import { addStaff } from "../operators/index.ts";
import { draftMassRevocation } from "../revocation/mass/index.ts";
import type { BuiltSubscriber } from "./build-cast.ts";

const ACTOR = system("demo");
const NAMES = ["www.example.co.jp", "*.example.jp"];

/**
 * Two cases of 一括失効 that wait for the eyes of the administrator who is playing: one in earnest, and the yearly drill.
 * Whoever registered them has no certificate here: nobody signs in as both. Neither is set going: what it would do in
 * the background is nobody's to wait for.
 */
export async function playMassRevocations(
  { authority }: Inkan,
  built: readonly BuiltSubscriber[],
): Promise<void> {
  const minato = built.find(({ key }) => key === "minato");
  if (!minato) throw new Error("the subscriber of the story is missing");
  const { read } = authority.db;
  const { certificates: c } = authorityTables(read.columns);
  const rows = await read
    .select({ serial: c.serial })
    .from(c)
    .where(and(eq(c.subscriberId, minato.tenant), inArray(c.commonName, NAMES), eq(c.state, "ACTIVE")));
  const selector = { kind: "SERIALS", serials: rows.map(({ serial }) => serial) } as const;
  const knownAt = authority.clock.now().subtract({ hours: 2 });
  const shared = { ground: "WRONG_DATA", timing: "DEADLINE", knownAt, selector } as const;

  const other = await registrar(authority);
  await draftMassRevocation(authority, other, {
    ...shared,
    name: "2026年11月 所在地の記載の誤り",
    explanation:
      "当社の登録作業の誤りにより、証明書に記載された市区町村が登記と異なることが分かりました。差し替えの証明書を発行します。",
    drill: false,
  });
  await draftMassRevocation(authority, other, {
    ...shared,
    name: "2026年度 一括失効の訓練",
    explanation: "訓練です。証明書は失効しません。",
    drill: true,
  });
}

type Authority = Inkan["authority"];

async function registrar(authority: Authority): Promise<StaffActor> {
  const member = { name: "管理 次郎", email: "jiro@ca.example.jp", roles: ["ADMINISTRATOR"] } as const;
  const staffId = await addStaff(authority, ACTOR, member);
  return { kind: "staff", staffId, name: member.name, roles: member.roles, fingerprint: "" };
}
