import { appendAudit } from "../audit/index.ts";
import type { ApplicantActor, OperatorActor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { requestStore } from "./store.ts";
import type { RequestDeps } from "./submit-request.ts";

/**
 * Notes that a certificate was fetched for the first time; later downloads change nothing. A download is a POST, since
 * no GET changes state: the file is the answer to the form.
 */
export async function recordDownload(
  deps: Pick<RequestDeps, "db" | "clock">,
  actor: ApplicantActor | OperatorActor,
  input: { readonly certificateId: Id; readonly format: string },
): Promise<void> {
  await deps.db.transact(async (tx) => {
    const now = deps.clock.now();
    const requests = requestStore(tx, actor.tenant);
    const first = await requests.markDownloaded(input.certificateId, now);
    if (!first) return;
    await requests.note(first.id, "DOWNLOADED", actor, now);
    await appendAudit(tx, [
      {
        tenant: actor.tenant,
        at: now,
        actor,
        action: "certificate.downloaded",
        subject: { kind: "certificate", id: input.certificateId },
        details: { receiptNumber: first.receiptNumber, format: input.format },
      },
    ]);
  });
}
