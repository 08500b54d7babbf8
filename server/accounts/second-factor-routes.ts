import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { view } from "../http/view.ts";
import { Problem } from "../kernel/problem.ts";
import { enrolPasskey, enrolTotp } from "./enrol-factor.ts";
import { challenge, forgetPendingSecret, passkeyForm, pendingSecret, totpForm } from "./factor-forms.ts";
import {
  askAgain,
  type FactorCall,
  fresh,
  markGiven,
  mayEnrol,
  type SecondFactorDeps,
  takeChallenge,
} from "./factor-session.ts";
import { factorsOf, policyOf } from "./factor-store.ts";
import { givePasskey, giveTotp } from "./give-factor.ts";
import { type AuthenticationAnswer, parseAnswer, type RegistrationAnswer } from "./passkeys.ts";
import { removeFactor } from "./remove-factor.ts";
import { type Factor, ownerOf, policyRequires } from "./second-factor.ts";

interface FactorList {
  readonly factors: readonly Factor[];
  /** May the last remaining one go? */
  readonly lastMayGo: boolean;
  readonly first: boolean;
}

const factorsView = view<FactorList>("shared/second-factor/index");
const removalView = view<{ factor: Factor }>("shared/second-factor/removal");

const route = routesOf<SecondFactorDeps>();
const name = z.string().trim().min(1).max(60);
const byId = z.object({ id: z.uuid() });

/**
 * The second factor of operators and staff: challenge, list, enrolment, removal. The same pages on both mTLS sites.
 *
 * @param permission whose site mounts them: "operator" or "staff"
 */
export function secondFactorRoutes(permission: "operator" | "staff") {
  return [...challengeRoutes(permission), ...factorRoutes(permission), ...enrolmentRoutes(permission)];
}

const challengeRoutes = (permission: "operator" | "staff") => [
  route({
    method: "GET",
    path: "/second-factor",
    permission,
    handle: async (call) => challenge(call, {}),
  }),
  route({
    method: "POST",
    path: "/second-factor",
    permission,
    form: z.object({ code: z.string().trim().min(1).max(20) }),
    labels: (t) => ({ code: t.account.code }),
    fieldOf: { "second-factor-wrong": "code" },
    handle: async (call) => {
      const { deps, actor, form, visit } = call;
      await giveTotp(deps, actor, { code: form.code, address: visit.address });
      return proved(call);
    },
    invalid: challenge,
  }),
  route({
    method: "POST",
    path: "/second-factor/passkey",
    permission,
    form: z.object({ credential: z.string().min(1).max(32_768) }),
    fieldOf: { "passkey-refused": "" },
    handle: async (call) => {
      const { deps, actor, form, session, visit } = call;
      const answer = parseAnswer<AuthenticationAnswer>(form.credential);
      await givePasskey(deps, actor, { answer, challenge: takeChallenge(session), address: visit.address });
      return proved(call);
    },
    invalid: challenge,
  }),
];

const factorRoutes = (permission: "operator" | "staff") => [
  route({
    method: "GET",
    path: "/second-factors",
    permission,
    handle: async ({ deps, actor }) => {
      const factors = await factorsOf(deps.db.read, ownerOf(actor));
      const lastMayGo = !policyRequires(actor, await policyOf(deps.db.read, actor));
      return page(factorsView, { factors, lastMayGo, first: factors.length === 0 });
    },
  }),
  route({
    method: "GET",
    path: "/second-factors/:id/removal",
    permission,
    params: byId,
    handle: async (call) => {
      const factors = await factorsOf(call.deps.db.read, ownerOf(call.actor));
      const factor = factors.find(({ id }) => id === call.params.id);
      if (!factor) throw new Problem("not-found");
      return fresh(call) ? page(removalView, { factor }) : askAgain(call);
    },
  }),
  route({
    method: "POST",
    path: "/second-factors/:id/removal",
    permission,
    params: byId,
    handle: async (call) => {
      if (!fresh(call)) return askAgain(call, `/second-factors/${call.params.id}/removal`);
      await removeFactor(call.deps, call.actor, { factorId: call.params.id, fresh: true });
      call.session.set("flash", { kind: "ok", code: "factorRemoved" });
      return redirect("/second-factors");
    },
  }),
];

const enrolmentRoutes = (permission: "operator" | "staff") => [
  route({
    method: "GET",
    path: "/second-factors/totp",
    permission,
    handle: async (call) =>
      (await mayEnrol(call)) ? totpForm(call, {}) : askAgain(call, "/second-factors/totp"),
  }),
  route({
    method: "POST",
    path: "/second-factors/totp",
    permission,
    form: z.object({ code: z.string().trim().min(1).max(20), name }),
    labels: (t) => ({ code: t.account.code, name: t.account.factors.name }),
    fieldOf: { "second-factor-wrong": "code" },
    handle: async (call) => {
      if (!(await mayEnrol(call))) return askAgain(call, "/second-factors/totp");
      const secret = pendingSecret(call);
      if (secret === null) return redirect("/second-factors/totp");
      await enrolTotp(call.deps, call.actor, { ...call.form, secret, fresh: fresh(call) });
      forgetPendingSecret(call.session);
      return enrolled(call);
    },
    invalid: totpForm,
  }),
  route({
    method: "GET",
    path: "/second-factors/passkey",
    permission,
    handle: async (call) =>
      (await mayEnrol(call)) ? passkeyForm(call, {}) : askAgain(call, "/second-factors/passkey"),
  }),
  route({
    method: "POST",
    path: "/second-factors/passkey",
    permission,
    form: z.object({ credential: z.string().min(1).max(65_536), name }),
    labels: (t) => ({ name: t.account.factors.name }),
    fieldOf: { "passkey-refused": "" },
    handle: async (call) => {
      if (!(await mayEnrol(call))) return askAgain(call, "/second-factors/passkey");
      const answer = parseAnswer<RegistrationAnswer>(call.form.credential);
      await enrolPasskey(call.deps, call.actor, {
        answer,
        challenge: takeChallenge(call.session),
        name: call.form.name,
        fresh: fresh(call),
      });
      return enrolled(call);
    },
    invalid: passkeyForm,
  }),
];

async function proved(call: FactorCall): Promise<Answer> {
  return redirect(await markGiven(call));
}

async function enrolled(call: FactorCall): Promise<Answer> {
  const next = await markGiven(call);
  call.session.set("flash", { kind: "ok", code: "factorAdded" });
  return redirect(next === "/" ? "/second-factors" : next);
}
