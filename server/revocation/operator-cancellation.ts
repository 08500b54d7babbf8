import { z } from "zod";
import { page, redirect } from "../http/answer.ts";
import { type Call, routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { catalogue } from "../i18n/index.ts";
import { Problem } from "../kernel/problem.ts";
import type { CertificateRevocation } from "../requests/index.ts";
import { cancelPlanned } from "./cancel-planned.ts";
import { type RevocationCandidate, revocationCandidates } from "./pages/candidates.ts";
import { revocationOf } from "./pages/revocation-of.ts";
import type { RevocationDeps } from "./revoke-certificates.ts";

/** The planned revocation of a certificate, about to be called off. */
interface Cancellation {
  readonly certificate: RevocationCandidate;
  readonly revocation: CertificateRevocation;
  readonly reason: string;
  readonly errors: FieldErrors;
}

const cancellationView = view<Cancellation>("operator/revocations/cancellation");
const route = routesOf<RevocationDeps>();
const byId = z.object({ id: z.uuid() });
type CancellationCall = Call<RevocationDeps, "operator", { readonly id: string }, unknown, unknown>;

const certificatePage = ({ params }: Pick<CancellationCall, "params">) => `/certificates/${params.id}`;

/** Null where nothing is planned that an operator may call off. */
async function cancellation(
  { deps, actor, params }: Pick<CancellationCall, "deps" | "actor" | "params">,
  reason: string,
  errors: FieldErrors,
): Promise<Cancellation | null> {
  const now = deps.clock.now();
  const [certificate] = await revocationCandidates(deps.db.read, actor.tenant, [params.id], now);
  if (!certificate) throw new Problem("not-found");
  const revocation = await revocationOf(deps.db.read, params.id, now);
  return revocation?.planned && revocation.mayCallOff ? { certificate, revocation, reason, errors } : null;
}

async function again(call: CancellationCall, errors: FieldErrors) {
  const model = await cancellation(call, call.typed["reason"] ?? "", errors);
  return model ? page(cancellationView, model, 422) : redirect(certificatePage(call));
}

/**
 * 失効の取りやめ on the operator site: what an applicant set going alone, with a reissue, an operator may stop until it
 * is carried out (docs/decisions/0014-who-may-set-a-revocation-going.md).
 */
export const operatorCancellationRoutes = [
  route({
    method: "GET",
    path: "/certificates/:id/revocation/cancellation",
    permission: "operator",
    freshSecondFactor: true,
    params: byId,
    handle: async (call) => {
      const model = await cancellation(call, "", {});
      return model ? page(cancellationView, model) : redirect(certificatePage(call));
    },
  }),
  route({
    method: "POST",
    path: "/certificates/:id/revocation/cancellation",
    permission: "operator",
    freshSecondFactor: "while-typing",
    params: byId,
    form: z.object({ reason: z.string().trim().min(1).max(500), confirmed: z.string().default("") }),
    labels: (t) => ({ reason: t.revocation.operator.cancellation.reason }),
    handle: async (call) => {
      const { deps, actor, params, form, session, language } = call;
      if (form.confirmed !== "on") {
        const { confirmMissing } = catalogue(language).revocation.operator.cancellation;
        return again(call, { confirmed: confirmMissing });
      }
      await deps.db.transact((tx) =>
        cancelPlanned(tx, deps, actor, { certificateId: params.id, reason: form.reason }, deps.clock.now()),
      );
      session.set("flash", { kind: "ok", code: "ownRevocationCancelled" });
      return redirect(certificatePage(call));
    },
    invalid: again,
  }),
];
