import { z } from "zod";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import type { ApplicantActor } from "../kernel/actor.ts";
import { Problem } from "../kernel/problem.ts";
import { type CheckDeps, checkValidation } from "./check-validation.ts";
import { type ListDomains, listDomains, type ShowDomain, showDomain } from "./pages.ts";
import { startValidation } from "./start-validation.ts";

/** What the applicant site's pages about domains need. */
export type ApplicantDomainDeps = CheckDeps;

interface ShowModel extends ShowDomain {
  readonly scope: string;
  readonly errors: FieldErrors;
}

const listView = view<ListDomains>("applicant/domains/list");
const showView = view<ShowModel>("applicant/domains/show");

const route = routesOf<ApplicantDomainDeps>();
const byId = z.object({ id: z.uuid() });
/** At the registered domain itself there is nothing between that very name and everything below it. */
const OFFERED_SCOPES = ["BASE_DOMAIN", "FQDN"] as const;

type OneDomain = { deps: ApplicantDomainDeps; actor: ApplicantActor; params: { id: string } };

async function shown(
  { deps, actor, params }: OneDomain,
  form: { scope: string; errors: FieldErrors } = { scope: "BASE_DOMAIN", errors: {} },
) {
  const found = await showDomain(deps.db.read, actor.tenant, params.id, deps.clock.now());
  if (!found) throw new Problem("not-found");
  return page(showView, { ...found, ...form });
}

/** Registered domains and the validation of control over them, on the applicant site. */
export const applicantDomainRoutes = [
  route({
    method: "GET",
    path: "/domains",
    permission: "applicant",
    handle: async ({ deps, actor }) =>
      page(listView, await listDomains(deps.db.read, actor.tenant, deps.clock.now())),
  }),
  route({
    method: "GET",
    path: "/domains/:id",
    permission: "applicant",
    params: byId,
    handle: (call) => shown(call),
  }),
  route({
    method: "POST",
    path: "/domains/:id/validations",
    permission: "applicant",
    params: byId,
    form: z.object({ scope: z.enum(OFFERED_SCOPES) }),
    labels: (t) => ({ scope: t.domains.field.scope }),
    fieldOf: { "method-not-permitted": "" },
    handle: async ({ deps, actor, params, form, session }) => {
      const { tenant } = actor;
      await startValidation(deps, actor, { tenant, domainId: params.id, method: "dns-txt", ...form });
      session.set("flash", { kind: "ok", code: "validationStarted" });
      return redirect(`/domains/${params.id}`);
    },
    invalid: (call, errors) => shown(call, { scope: call.typed["scope"] ?? "", errors }),
  }),
  route({
    method: "POST",
    path: "/domains/:id/validations/:validationId/check",
    permission: "applicant",
    params: byId.extend({ validationId: z.uuid() }),
    form: z.object({}),
    // The page again, with what was found instead of the value: whoever waits for DNS presses the button once more.
    fieldOf: { "validation-mismatch": "", "validation-not-found": "", "validation-lookup-failed": "" },
    handle: async ({ deps, actor, params, session }) => {
      const { id: domainId, validationId } = params;
      await checkValidation(deps, actor, { tenant: actor.tenant, domainId, validationId });
      session.set("flash", { kind: "ok", code: "validationConfirmed" });
      return redirect(`/domains/${domainId}`);
    },
    invalid: (call, errors) => shown(call, { scope: "BASE_DOMAIN", errors }),
  }),
];
