import { appendAudit } from "../audit/index.ts";
import type { AuthorityDeps } from "../authority/index.ts";
import type { Actor } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { staffSubject } from "../pki/index.ts";
import {
  type AlsoWrite,
  type ClientCertificateOrder,
  type IssuedClientCertificate,
  type IssuedKeyFile,
  issueForCsr,
  issueWithNewKey,
} from "./issue-client-certificate.ts";
import { staffStore } from "./store.ts";

export interface StaffCertificateDeps extends AuthorityDeps {
  /** The issuing company, as the certificate's organisation. */
  readonly issuerName: string;
}

/**
 * Issues a staff member's certificate for the desk with a key of our making.
 * Problems: not-found, not-allowed (disabled), and those of issuing.
 */
export async function issueStaffCertificate(
  deps: StaffCertificateDeps,
  actor: Actor,
  staffId: Id,
): Promise<IssuedKeyFile> {
  const { order, also } = await prepare(deps, actor, staffId);
  return issueWithNewKey(deps, order, also);
}

/** The same for a key that stays with the staff member, known from a CSR. */
export async function issueStaffCertificateForCsr(
  deps: StaffCertificateDeps,
  actor: Actor,
  staffId: Id,
  csrText: string,
): Promise<IssuedClientCertificate> {
  const { order, also } = await prepare(deps, actor, staffId);
  return issueForCsr(deps, order, csrText, also);
}

async function prepare(
  deps: StaffCertificateDeps,
  actor: Actor,
  staffId: Id,
): Promise<{ order: ClientCertificateOrder; also: AlsoWrite }> {
  const member = await deps.db.transact((tx) => staffStore(tx).byId(staffId));
  if (member.state !== "ACTIVE") throw new Problem("not-allowed");
  const subject = staffSubject({ commonName: member.name, organization: deps.issuerName });
  return {
    order: { holder: "staff", holderId: staffId, subject, subscriberId: null, name: member.name },
    also: async (tx, certificate) => {
      // Disabled while the certificate was being signed: nothing of it is kept.
      if (!(await staffStore(tx).lockActive(staffId))) throw new Problem("not-allowed");
      const about = { kind: "staff", id: staffId };
      const details = { serial: certificate.serial, fingerprint: certificate.fingerprint };
      const at = deps.clock.now();
      const action = "staff.certificate-issued";
      await appendAudit(tx, [{ tenant: "system", at, actor, action, subject: about, details }]);
    },
  };
}
