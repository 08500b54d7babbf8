import { z } from "zod";
import type { Database } from "../db/index.ts";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import type { Clock } from "../kernel/clock.ts";
import { Problem } from "../kernel/problem.ts";
import { changePolicy } from "./change-policy.ts";
import { entryOf, organizationChoices, organizationForm, organizationLabels } from "./organization-form.ts";
import { type ShowOrganization, type SubscriberRecord, showOrganization, subscriberOf } from "./pages.ts";
import { registerOrganization } from "./register-organization.ts";

interface OrganizationDeskDeps {
  readonly db: Database;
  readonly clock: Clock;
}

interface NewOrganization {
  readonly subscriber: SubscriberRecord;
  readonly choices: typeof organizationChoices;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

const newView = view<NewOrganization>("desk/organizations/new");
const showView = view<ShowOrganization & { readonly subscriber: SubscriberRecord }>(
  "desk/organizations/show",
);
const policyView = view<{ readonly subscriber: SubscriberRecord }>("desk/subscribers/policy");

const route = routesOf<OrganizationDeskDeps>();
const ofSubscriber = z.object({ id: z.uuid() });
const ofOrganization = ofSubscriber.extend({ organizationId: z.uuid() });

const newPage = async (
  { deps, params }: { deps: OrganizationDeskDeps; params: { id: string } },
  values: Readonly<Record<string, string>>,
  errors: FieldErrors,
) => {
  const subscriber = await subscriberOf(deps.db.read, params.id);
  return page(newView, { subscriber, choices: organizationChoices, values, errors });
};

/** 申請法人 on the desk, and what a subscriber has decided about approvals. */
export const organizationDeskRoutes = [
  route({
    method: "GET",
    path: "/subscribers/:id/organizations/new",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofSubscriber,
    handle: (call) => newPage(call, {}, {}),
  }),
  route({
    method: "POST",
    path: "/subscribers/:id/organizations/new",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: ofSubscriber,
    form: organizationForm,
    labels: organizationLabels,
    handle: async ({ deps, actor, params, form, session }) => {
      const { tenant } = await subscriberOf(deps.db.read, params.id);
      const id = await registerOrganization(deps, actor, tenant, entryOf(form));
      session.set("flash", { kind: "ok", code: "organizationAdded" });
      return redirect(`/subscribers/${tenant}/organizations/${id}`);
    },
    invalid: (call, errors) => newPage(call, call.typed, errors),
  }),
  route({
    method: "GET",
    path: "/subscribers/:id/organizations/:organizationId",
    permission: "staff",
    params: ofOrganization,
    handle: async ({ deps, params }) => {
      const subscriber = await subscriberOf(deps.db.read, params.id);
      const shown = await showOrganization(deps.db.read, subscriber.tenant, params.organizationId);
      if (shown === null) throw new Problem("not-found");
      return page(showView, { subscriber, ...shown });
    },
  }),
  route({
    method: "GET",
    path: "/subscribers/:id/policy",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofSubscriber,
    handle: async ({ deps, params }) =>
      page(policyView, { subscriber: await subscriberOf(deps.db.read, params.id) }),
  }),
  route({
    method: "POST",
    path: "/subscribers/:id/policy",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: ofSubscriber,
    form: z.object({
      samePersonMayApprove: z.literal("on").optional(),
      secondFactorForApproval: z.literal("on").optional(),
      version: z.coerce.number().int(),
    }),
    handle: async ({ deps, actor, params, form, session }) => {
      const { tenant } = await subscriberOf(deps.db.read, params.id);
      const policy = {
        samePersonMayApprove: form.samePersonMayApprove === "on",
        secondFactorForApproval: form.secondFactorForApproval === "on",
      };
      await changePolicy(deps, actor, tenant, { policy, version: form.version });
      session.set("flash", { kind: "ok", code: "saved" });
      return redirect(`/subscribers/${tenant}`);
    },
  }),
];
