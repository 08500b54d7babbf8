import { appendAudit } from "../audit/index.ts";
import type { AuthorityDeps } from "../authority/index.ts";
import type { Actor, Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { organizationStore } from "../organizations/index.ts";
import { queueMails } from "../outbox/index.ts";
import { operatorSubject } from "../pki/index.ts";
import { certificateReadyMail, type OperatorMailDeps } from "./certificate-ready-mail.ts";
import {
  type AlsoWrite,
  type ClientCertificateOrder,
  type IssuedClientCertificate,
  type IssuedKeyFile,
  issueForCsr,
  issueWithNewKey,
} from "./issue-client-certificate.ts";
import { stateAfterIssue } from "./operator.ts";
import { operatorStore } from "./store.ts";

export interface OperatorCertificateDeps extends AuthorityDeps, OperatorMailDeps {}

/**
 * Issues an operator's certificate (オペレーター証明書) with a key of our making and tells the operator by mail 11 that
 * it is ready. The file and its password go two different ways, neither of them that mail.
 * Problems: not-found, operator-not-changeable (suspended or removed), and those of issuing.
 */
export async function issueOperatorCertificate(
  deps: OperatorCertificateDeps,
  actor: Actor,
  tenant: Tenant,
  operatorId: Id,
): Promise<IssuedKeyFile> {
  const { order, also } = await prepare(deps, actor, tenant, operatorId);
  return issueWithNewKey(deps, order, also);
}

/** The same for a key that stays with the operator (a smart card, a browser's own store): known from a CSR. */
export async function issueOperatorCertificateForCsr(
  deps: OperatorCertificateDeps,
  actor: Actor,
  tenant: Tenant,
  operatorId: Id,
  csrText: string,
): Promise<IssuedClientCertificate> {
  const { order, also } = await prepare(deps, actor, tenant, operatorId);
  return issueForCsr(deps, order, csrText, also);
}

async function prepare(
  deps: OperatorCertificateDeps,
  actor: Actor,
  tenant: Tenant,
  operatorId: Id,
): Promise<{ order: ClientCertificateOrder; also: AlsoWrite }> {
  const { operator, subscriber } = await deps.db.transact(async (tx) => ({
    operator: await operatorStore(tx, tenant).byId(operatorId),
    subscriber: await organizationStore(tx, tenant).subscriber(),
  }));
  if (stateAfterIssue(operator.state) === null) {
    throw new Problem("operator-not-changeable", { state: operator.state });
  }
  const { commonName } = operator;
  const subject = operatorSubject({ commonName, organization: subscriber.name, siteId: subscriber.siteId });
  return {
    order: { holder: "operator", holderId: operatorId, subject, subscriberId: tenant, name: commonName },
    also: async (tx, certificate) => {
      const at = deps.clock.now();
      const store = operatorStore(tx, tenant);
      // It may have been suspended while the certificate was being signed; then nothing of it is kept.
      const { state } = await store.byId(operatorId);
      const next = stateAfterIssue(state);
      if (next === null) throw new Problem("operator-not-changeable", { state });
      if (next !== state && !(await store.move(operatorId, state, next))) throw new Problem("stale-version");
      await queueMails(tx, [certificateReadyMail(deps, tenant, operator, subscriber, certificate, at)]);
      const about = { kind: "operator", id: operatorId };
      const details = { serial: certificate.serial, fingerprint: certificate.fingerprint };
      await appendAudit(tx, [
        { tenant, at, actor, action: "operator.certificate-issued", subject: about, details },
      ]);
    },
  };
}
