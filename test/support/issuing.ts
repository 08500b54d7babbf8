import { keyFolder } from "../../server/adapters/key-folder.ts";
import { establishHierarchies, loadSigners, type Signers } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import type { IssuanceDeps } from "../../server/issuance/index.ts";
import type { Clock } from "../../server/kernel/clock.ts";
import { type Id, newId } from "../../server/kernel/ids.ts";
import type { IssuerKeyKind } from "../../server/pki/index.ts";
import { parseCsr, reversedName } from "../../server/pki/index.ts";
import { requestTables } from "../../server/requests/index.ts";
import type { Cast } from "./aoba.ts";
import { csrDer } from "./csr.ts";

export const NOW = Temporal.Instant.from("2026-11-21T03:00:00Z");
export const REPOSITORY = "http://ca.example.jp:8080";
const LEASE = Temporal.Duration.from({ seconds: 60 });
export const PASSPHRASE = "a passphrase of the tests, long enough";

export interface TestClock extends Clock {
  advance(by: Temporal.DurationLike): void;
}

export function clockAt(start: Temporal.Instant): TestClock {
  let now = start;
  return {
    now: () => now,
    advance(by) {
      now = now.add(by);
    },
  };
}

export const noStep = async (): Promise<void> => undefined;

/** Both hierarchies in `folder`, with keys that are quickly made, and the signers of the online issuers. */
export async function establishTestHierarchies(
  db: Database,
  clock: Clock,
  folder: string,
  issuing: IssuerKeyKind = "P-256",
): Promise<Signers> {
  const keys = keyFolder(folder);
  await establishHierarchies({
    db,
    clock,
    keys,
    passphrase: PASSPHRASE,
    issuerName: "印鑑認証",
    repositoryUrl: REPOSITORY,
    keyKinds: { root: "P-384", issuing, staffRoot: "RSA-2048" },
    revealRootPassphrase: async () => undefined,
    step: noStep,
  });
  return loadSigners(db.read, keys, PASSPHRASE);
}

export function issuanceDeps(
  db: Database,
  clock: Clock,
  signers: Signers,
  changes: Partial<IssuanceDeps> = {},
): IssuanceDeps {
  return {
    db,
    clock,
    signers,
    instance: newId(),
    lease: LEASE,
    repositoryUrl: REPOSITORY,
    step: noStep,
    mailFrom: "Inkan <no-reply@ca.example.jp>",
    siteUrls: { applicant: "https://localhost:8441", operator: "https://localhost:8442" },
    alsoStored: async () => undefined,
    onDefect: (error) => {
      throw error;
    },
    ...changes,
  };
}

type RequestRow = ReturnType<typeof requestTables>["certificateRequests"]["$inferInsert"];

/** Writes requests of 佐藤花子 that an operator has approved. One CSR may serve them all. */
export async function approvedRequests(
  db: Database,
  cast: Cast,
  count: number,
  changes: Partial<RequestRow> | ((index: number) => Partial<RequestRow>) = {},
): Promise<Id[]> {
  const csr = parseCsr(csrDer());
  const rows = Array.from({ length: count }, (_, index): RequestRow => {
    const id = newId();
    const name = `host${index}.example.co.jp`;
    return {
      id,
      receiptNumber: id,
      subscriberId: cast.tenant,
      organizationId: cast.organizationId,
      requesterUserId: cast.hanako.userId,
      requesterPersonId: cast.hanako.personId,
      product: "OV",
      shape: "SINGLE",
      subjectLanguage: "ja",
      commonName: name,
      names: [name],
      csrDer: csr.der,
      spkiSha256: csr.publicKey.spkiSha256,
      keyDescription: "P-256",
      termDays: 199,
      licences: 1,
      issueNoticeEmail: "hanako@aoba.example",
      kind: "NEW",
      state: "APPROVED",
      decidedBy: "T.YAMADA",
      decidedAt: NOW,
      submittedAt: NOW,
      issueAttempts: 0,
      submissionKey: id,
      version: 2,
      ...(typeof changes === "function" ? changes(index) : changes),
    };
  });
  for (let at = 0; at < rows.length; at += 500) {
    await db.transact(async (tx) => {
      const { certificateRequests, requestNames } = requestTables(tx.columns);
      const some = rows.slice(at, at + 500);
      await tx.insert(certificateRequests).values(some);
      await tx.insert(requestNames).values(
        some.flatMap(({ id, subscriberId, names }) =>
          [...new Set(names)].map((name) => ({
            requestId: id,
            subscriberId,
            name,
            reversedName: reversedName(name),
          })),
        ),
      );
    });
  }
  return rows.map(({ id }) => id);
}
