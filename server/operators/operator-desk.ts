import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import type { VisitorSession } from "../http/session.ts";
import { type FieldErrors, view } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { type PersonLine, peopleOf, type SubscriberRecord, subscriberOf } from "../organizations/index.ts";
import { addOperator } from "./add-operator.ts";
import {
  issueOperatorCertificate,
  issueOperatorCertificateForCsr,
  type OperatorCertificateDeps,
} from "./issue-operator-certificate.ts";
import {
  CSR_FIELD,
  certificateForm,
  chainHandover,
  type Handover,
  issueTicket,
  keyFileHandover,
  retyped,
  takeTicket,
} from "./key-file-handover.ts";
import { operatorForm } from "./operator-form.ts";
import { type ShowOperator, showOperator } from "./pages.ts";
import { removeOperator } from "./remove-operator.ts";
import { resumeOperator } from "./resume-operator.ts";
import { type SuspensionDeps, suspendOperator } from "./suspend-operator.ts";

interface OperatorDeskDeps extends OperatorCertificateDeps, SuspensionDeps {}

interface NewOperator {
  readonly subscriber: SubscriberRecord;
  readonly people: readonly PersonLine[];
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

interface ShownOperator extends ShowOperator {
  readonly subscriber: SubscriberRecord;
}

interface CertificateForm extends ShownOperator {
  readonly ticket: string;
  readonly values: { readonly way: string; readonly csr: string };
  readonly errors: FieldErrors;
}

/** What the desk may do to an operator; each is a page that says what follows, and its button. */
const CHANGES = {
  suspension: { act: suspendOperator, done: "operatorSuspended" },
  resumption: { act: resumeOperator, done: "operatorResumed" },
  removal: {
    act: (deps: SuspensionDeps, actor: never, tenant: Tenant, id: Id) =>
      removeOperator(deps, actor, tenant, id),
    done: "operatorRemoved",
  },
} as const satisfies Record<
  string,
  {
    act: (deps: SuspensionDeps, actor: never, tenant: Tenant, id: Id) => Promise<void>;
    done: keyof Catalogue["flash"];
  }
>;
type Change = keyof typeof CHANGES;

const newView = view<NewOperator>("desk/operators/new");
const showView = view<ShownOperator>("desk/operators/show");
const changeView = view<ShownOperator & { change: Change; problem: boolean }>("desk/operators/change");
const certificateView = view<CertificateForm>("desk/operators/certificate");
const handoverView = view<ShownOperator & { handover: Handover }>("desk/operators/handover");

const route = routesOf<OperatorDeskDeps>();
const ofSubscriber = z.object({ id: z.uuid() });
const ofOperator = ofSubscriber.extend({ operatorId: z.uuid() });
const at = "/subscribers/:id/operators/:operatorId";

async function newPage(
  deps: OperatorDeskDeps,
  id: Id,
  values: Readonly<Record<string, string>>,
  errors: FieldErrors,
) {
  const subscriber = await subscriberOf(deps.db.read, id);
  const people = await peopleOf(deps.db.read, subscriber.tenant);
  return page(newView, { subscriber, people, values, errors });
}

async function shown(deps: OperatorDeskDeps, ids: { id: Id; operatorId: Id }): Promise<ShownOperator> {
  const subscriber = await subscriberOf(deps.db.read, ids.id);
  const operator = await showOperator(deps.db.read, subscriber.tenant, ids.operatorId);
  if (operator === null) throw new Problem("not-found");
  return { subscriber, ...operator };
}

async function certificatePage(
  call: { deps: OperatorDeskDeps; params: { id: Id; operatorId: Id }; session: VisitorSession },
  values: CertificateForm["values"],
  errors: FieldErrors,
): Promise<Answer> {
  const operator = await shown(call.deps, call.params);
  return page(certificateView, { ...operator, ticket: issueTicket(call.session), values, errors });
}

const changeRoutes = (Object.keys(CHANGES) as Change[]).flatMap((change) => [
  route({
    method: "GET",
    path: `${at}/${change}`,
    permission: "administrator",
    freshSecondFactor: true,
    params: ofOperator,
    handle: async ({ deps, params }) =>
      page(changeView, { ...(await shown(deps, params)), change, problem: false }),
  }),
  route({
    method: "POST",
    path: `${at}/${change}`,
    permission: "administrator",
    freshSecondFactor: true,
    params: ofOperator,
    form: z.object({}),
    fieldOf: { "last-operator": "" },
    handle: async ({ deps, actor, params, session }) => {
      const { subscriber, operator } = await shown(deps, params);
      const { act, done } = CHANGES[change];
      await act(deps, actor as never, subscriber.tenant, operator.id);
      session.set("flash", { kind: "ok", code: done });
      return redirect(`/subscribers/${subscriber.tenant}/operators/${operator.id}`);
    },
    // The only refusal that has a page of its own here: the last operator stays.
    invalid: async ({ deps, params }) =>
      page(changeView, { ...(await shown(deps, params)), change, problem: true }),
  }),
]);

const certificateRoutes = [
  route({
    method: "GET",
    path: `${at}/certificate`,
    permission: "administrator",
    freshSecondFactor: true,
    params: ofOperator,
    handle: (call) => certificatePage(call, { way: "file", csr: "" }, {}),
  }),
  route({
    method: "POST",
    path: `${at}/certificate`,
    permission: "administrator",
    freshSecondFactor: true,
    params: ofOperator,
    form: certificateForm,
    labels: (t) => ({ way: t.desk.certificate.way, csr: t.requests.field.csr }),
    fieldOf: CSR_FIELD,
    handle: async ({ deps, actor, params, form, session }) => {
      const before = await shown(deps, params);
      const { tenant } = before.subscriber;
      const { id, commonName } = before.operator;
      if (!takeTicket(session, form.ticket)) {
        session.set("flash", { kind: "warn", code: "certificateShownOnce" });
        return redirect(`/subscribers/${tenant}/operators/${id}`);
      }
      const handover =
        form.way === "file"
          ? keyFileHandover(commonName, await issueOperatorCertificate(deps, actor, tenant, id))
          : chainHandover(
              commonName,
              await issueOperatorCertificateForCsr(deps, actor, tenant, id, form.csr ?? ""),
            );
      return page(handoverView, { ...(await shown(deps, params)), handover });
    },
    invalid: (call, errors) => certificatePage(call, retyped(call.typed), errors),
  }),
];

/** Operators on the desk: added, given a certificate, suspended, let in again, removed. */
export const operatorDeskRoutes = [
  route({
    method: "GET",
    path: "/subscribers/:id/operators/new",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofSubscriber,
    query: z.object({ person: z.uuid().optional() }),
    handle: ({ deps, params, query }) =>
      newPage(deps, params.id, query.person ? { personId: query.person } : {}, {}),
  }),
  route({
    method: "POST",
    path: "/subscribers/:id/operators/new",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: ofSubscriber,
    form: operatorForm,
    labels: (t) => t.desk.operators.field,
    fieldOf: {
      "operator-name-invalid": "commonName",
      "already-exists": "commonName",
      "not-found": "personId",
    },
    handle: async ({ deps, actor, params, form, session }) => {
      const { tenant } = await subscriberOf(deps.db.read, params.id);
      const person = (await peopleOf(deps.db.read, tenant)).find(({ id }) => id === form.personId);
      // Somebody known keeps the name and, unless another is typed, the address they have.
      const entry = person ? { ...form, name: person.name, email: form.email || person.email } : form;
      const { operatorId } = await addOperator(deps, actor, tenant, entry);
      session.set("flash", { kind: "ok", code: "operatorAdded" });
      return redirect(`/subscribers/${tenant}/operators/${operatorId}`);
    },
    invalid: ({ deps, params, typed }, errors) => newPage(deps, params.id, typed, errors),
  }),
  route({
    method: "GET",
    path: at,
    permission: "staff",
    params: ofOperator,
    handle: async ({ deps, params }) => page(showView, await shown(deps, params)),
  }),
  ...changeRoutes,
  ...certificateRoutes,
];
