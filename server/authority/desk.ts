import { z } from "zod";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { Problem } from "../kernel/problem.ts";
import type { AuthorityDeps } from "./authority.ts";
import { publishCrl } from "./crl.ts";
import { MOST_CRL_PARTITIONS } from "./issuer.ts";
import type { OcspResponder } from "./ocsp-responder.ts";
import { setCrlPartitions } from "./set-crl-partitions.ts";
import { type IssuerStatus, onlineRoleNamed, type ShowStatus, showStatus } from "./status-pages.ts";

interface StatusDeskDeps extends AuthorityDeps {
  readonly responder: Pick<OcspResponder, "health" | "figures">;
}

interface IssuerForm {
  readonly issuer: IssuerStatus;
  readonly most: number;
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

const listView = view<ShowStatus>("desk/issuers/index");
const showView = view<IssuerForm>("desk/issuers/show");

const route = routesOf<StatusDeskDeps>();
const byName = z.object({ name: z.string().max(40) });

const statusOfAll = ({ db, clock, responder }: StatusDeskDeps): Promise<ShowStatus> =>
  showStatus(db.read, responder, clock.now());

async function issuerForm(
  deps: StatusDeskDeps,
  name: string,
  typed: { readonly values: Readonly<Record<string, string>>; readonly errors: IssuerForm["errors"] } | null,
) {
  const role = onlineRoleNamed(name);
  const issuer = (await statusOfAll(deps)).issuers.find((each) => each.role === role);
  if (!issuer) throw new Problem("not-found");
  const partitions = typed ? (typed.values["partitions"] ?? "") : String(issuer.crlPartitions);
  return { issuer, most: MOST_CRL_PARTITIONS, values: { partitions }, errors: typed?.errors ?? {} };
}

/** CRLs and OCSP on the desk: how they stand, a CRL now, the number of partitions. */
export const statusDeskRoutes = [
  route({
    method: "GET",
    path: "/issuers",
    permission: "staff",
    handle: async ({ deps }) => page(listView, await statusOfAll(deps)),
  }),
  route({
    method: "GET",
    path: "/issuers/:name",
    permission: "administrator",
    freshSecondFactor: true,
    params: byName,
    handle: async ({ deps, params }) => page(showView, await issuerForm(deps, params.name, null)),
  }),
  route({
    method: "POST",
    path: "/issuers/:name/crls",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: byName,
    handle: async ({ deps, params, session }) => {
      await publishCrl(deps, onlineRoleNamed(params.name));
      session.set("flash", { kind: "ok", code: "crlPublished" });
      return redirect("/issuers");
    },
  }),
  route({
    method: "POST",
    path: "/issuers/:name/partitions",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: byName,
    form: z.object({ partitions: z.coerce.number().int().min(0).max(MOST_CRL_PARTITIONS) }),
    labels: (t) => ({ partitions: t.status.partitions }),
    invalid: async ({ deps, params, typed }, errors) =>
      page(showView, await issuerForm(deps, params.name, { values: typed, errors })),
    handle: async ({ deps, actor, params, form, session }) => {
      await setCrlPartitions(deps, actor, onlineRoleNamed(params.name), form.partitions);
      session.set("flash", { kind: "ok", code: "saved" });
      return redirect("/issuers");
    },
  }),
];
