import { createHash, createPublicKey } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import type { Inkan } from "../app.ts";
import { reportCompromisedKey } from "../authority/index.ts";
import { issueApproved } from "../issuance/index.ts";
import type { Id } from "../kernel/ids.ts";
import {
  approveRequest,
  cancelRequest,
  type RequestDeps,
  rejectRequest,
  type Submission,
  submitRequest,
} from "../requests/index.ts";
import { replaceIssued } from "../revocation/replacement/index.ts";
import type { BuiltSubscriber } from "./build-cast.ts";
import { type CsrKey, makeCsr } from "./openssl.ts";
import type { DemoPlaces } from "./places.ts";

/** How a request of the demonstration ends. */
type Ending = "pending" | "issued" | "rejected" | "cancelled" | "failed";

interface Scene {
  readonly commonName: string;
  readonly additionalNames?: string;
  readonly ending: Ending;
  readonly by: string;
  readonly product?: "OV" | "EV";
  readonly language?: "ja" | "en";
  readonly key?: CsrKey;
  readonly place?: string;
  readonly memo?: string;
  readonly orderNumber?: string;
  readonly termDays?: number;
}

const MINATO: readonly Scene[] = [
  {
    commonName: "www.example.co.jp",
    ending: "issued",
    by: "hanako",
    product: "EV",
    place: "本社 DMZ 1号機",
    orderNumber: "PO-2026-0117",
  },
  {
    commonName: "shop.example.co.jp",
    additionalNames: "pay.example.co.jp\nimg.example.co.jp",
    ending: "issued",
    by: "hanako",
    key: "P-256",
    place: "AWS ap-northeast-1",
  },
  {
    commonName: "*.example.jp",
    ending: "issued",
    by: "hanako",
    key: "P-256",
    language: "en",
    place: "HAProxy 2台",
  },
  {
    commonName: "intra.example.co.jp",
    ending: "issued",
    by: "hanako",
    key: "P-256",
    place: "本社 第2サーバー室",
  },
  {
    commonName: "campaign.example.jp",
    ending: "issued",
    by: "sato",
    key: "P-256",
    place: "キャンペーン用VPS",
  },
  { commonName: "mail.example.jp", ending: "issued", by: "sato", termDays: 30 },
  {
    commonName: "recruit.example.co.jp",
    ending: "pending",
    by: "hanako",
    memo: "採用サイトの切り替えは12月1日です。",
  },
  {
    commonName: "api.example.co.jp",
    additionalNames: "api-stg.example.co.jp",
    ending: "pending",
    by: "hanako",
    key: "P-256",
  },
  {
    commonName: "vpn.example.jp",
    ending: "pending",
    by: "yamada",
    memo: "山田さんの申請なので、山田さん自身は承認できません。",
  },
  { commonName: "www.example.jp", ending: "pending", by: "hanako", product: "OV", language: "en" },
  { commonName: "old.example.jp", ending: "rejected", by: "hanako" },
  { commonName: "test.example.jp", ending: "cancelled", by: "hanako" },
  { commonName: "legacy.example.co.jp", ending: "failed", by: "hanako", key: "RSA-2048" },
];

const KITA: readonly Scene[] = [
  { commonName: "www.example.ac.jp", ending: "issued", by: "midori" },
  { commonName: "lib.example.ac.jp", ending: "pending", by: "midori" },
];

/** Plays the requests of both subscribers: each through the use cases, each issued by the real issuer. */
export async function playStory(
  inkan: Inkan,
  places: DemoPlaces,
  subscribers: readonly BuiltSubscriber[],
): Promise<void> {
  await mkdir(places.credentials, { recursive: true, mode: 0o700 });
  for (const subscriber of subscribers) {
    for (const scene of subscriber.key === "minato" ? MINATO : KITA)
      await playScene(inkan, places, subscriber, scene);
  }
}

async function playScene(
  inkan: Inkan,
  places: DemoPlaces,
  cast: BuiltSubscriber,
  scene: Scene,
): Promise<void> {
  const { config, authority } = inkan;
  const deps: RequestDeps = {
    ...authority,
    mailFrom: config.mailFrom,
    siteUrls: { applicant: config.sites.applicant.url, operator: config.sites.operator.url },
  };
  const requester = cast.applicants[scene.by];
  const approver = Object.values(cast.operatorActors).find(
    ({ personId }) => personId !== requester?.personId,
  );
  if (!requester || !approver) throw new Error(`nobody plays ${scene.by}`);

  const keyFile = path.join(places.credentials, `${scene.commonName.replace("*", "wildcard")}.key`);
  const csr = await makeCsr(scene.commonName, scene.key ?? "RSA-2048", keyFile);
  const submitted = await submitRequest(
    deps,
    requester,
    submissionOf(scene, cast.organizationId, csr),
    scene.commonName,
  );
  if (!submitted.ok) {
    const why = submitted.problems.map(({ field, problem }) => `${field}: ${problem.code}`).join(", ");
    throw new Error(`the request for ${scene.commonName} was refused: ${why}`);
  }
  const { id } = submitted;
  switch (scene.ending) {
    case "pending":
      return;
    case "rejected":
      await rejectRequest(deps, approver, { id, reason: "このサーバーは9月に撤去済みです。" });
      return;
    case "cancelled":
      await cancelRequest(deps, requester, { id, reason: "名前を間違えました。" });
      return;
    case "failed":
      await failByCompromise(inkan, deps, approver, id, keyFile);
      return;
    case "issued":
      await approveRequest(deps, approver, { id });
      await issueApproved({ ...authority, ...deps, alsoStored: replaceIssued(deps), onDefect }, [id]);
  }
}

/** The story is known to go well: a defect in it ends the demo. */
const onDefect = (error: unknown): never => {
  throw error;
};

/** The key is reported compromised after the approval: issuance looks again and refuses (BR 6.1.1.3). */
async function failByCompromise(
  { authority }: Inkan,
  deps: RequestDeps,
  approver: BuiltSubscriber["operatorActors"][string],
  id: Id,
  keyFile: string,
): Promise<void> {
  const spki = createPublicKey(await readFile(keyFile, "utf8")).export({ type: "spki", format: "der" });
  const spkiSha256 = createHash("sha256").update(spki).digest("hex");
  const evidence = "demo: found in a public repository";
  await approveRequest(deps, approver, { id });
  await authority.db.transact((tx) =>
    reportCompromisedKey(tx, { spkiSha256, evidence, reportedAt: authority.clock.now(), declaredIn: null }),
  );
  await issueApproved({ ...authority, ...deps, alsoStored: replaceIssued(deps), onDefect }, [id]);
}

function submissionOf(scene: Scene, organizationId: Id, csr: string): Submission {
  const wildcard = scene.commonName.startsWith("*.");
  const several = scene.additionalNames !== undefined;
  return {
    organizationId,
    product: scene.product ?? "OV",
    shape: wildcard ? "WILDCARD" : several ? "MULTI" : "SINGLE",
    subjectLanguage: scene.language ?? "ja",
    csr,
    commonName: scene.commonName,
    additionalNames: scene.additionalNames ?? "",
    termDays: scene.termDays ?? 199,
    licences: 1,
    issueNoticeEmail: "webmaster@example.co.jp",
    place: scene.place ?? null,
    orderNumber: scene.orderNumber ?? null,
    memo: scene.memo ?? null,
    kind: "NEW",
    replacesCertificateId: null,
    endsAt: null,
    reissueReason: null,
    reissueNote: null,
    graceDays: null,
  };
}
