import { z } from "zod";
import { type Answer, page, redirect } from "../http/answer.ts";
import { localPath } from "../http/language.ts";
import { routesOf } from "../http/route.ts";
import { storedSessionId, type VisitorSession } from "../http/session.ts";
import { type FieldErrors, view } from "../http/view.ts";
import { changePassword } from "./change-password.ts";
import { endSession } from "./end-session.ts";
import { listSessions, type SessionLine } from "./pages.ts";
import { PASSWORD_LENGTH } from "./passwords.ts";
import { requestTemporaryPassword, type TemporaryPasswordDeps } from "./send-temporary-password.ts";
import { signIn } from "./sign-in.ts";

/** What the account pages of the applicant site need. */
export type AccountDeps = TemporaryPasswordDeps;

const route = routesOf<AccountDeps>();

interface LoginForm {
  readonly loginId: string;
  readonly errors: FieldErrors;
}

const loginView = view<LoginForm>("applicant/sessions/new");
const sessionsView = view<{ sessions: readonly SessionLine[] }>("applicant/sessions/index");
const passwordView = view<{ forced: boolean; errors: FieldErrors }>("applicant/password/edit");
const resetView = view<LoginForm>("applicant/password-reset/new");
const resetSentView = view<Record<never, never>>("applicant/password-reset/sent");

const loginId = z.string().trim().min(1).max(100);
/** Longer than any password we accept is not a guess worth hashing. */
const givenPassword = z.string().min(1).max(512);
const newPassword = z.string().min(PASSWORD_LENGTH.minimum).max(PASSWORD_LENGTH.maximum);

/** A new session for whoever has just proved who they are; what was open before cannot be ridden along. */
async function openSession(
  session: VisitorSession,
  ownerId: string,
  visitor: { address: string; userAgent: string },
): Promise<void> {
  await session.renew();
  session.set("ownerId", ownerId);
  session.set("visitor", { address: visitor.address, userAgent: visitor.userAgent });
}

const loginRoutes = [
  route({
    method: "GET",
    path: "/login",
    permission: "anyone",
    handle: ({ actor }): Answer =>
      actor.kind === "applicant" ? redirect("/") : page(loginView, { loginId: "", errors: {} }),
  }),
  route({
    method: "POST",
    path: "/login",
    permission: "anyone",
    form: z.object({ loginId, password: givenPassword }),
    labels: (t) => ({ loginId: t.account.loginId, password: t.account.password }),
    fieldOf: { "credentials-wrong": "" },
    handle: async ({ deps, form, session, visit }) => {
      const actor = await signIn(deps, { ...form, address: visit.address });
      const next = localPath(session.get("next"));
      await openSession(session, actor.userId, visit);
      session.set("next", actor.mustChangePassword ? next : undefined);
      return redirect(actor.mustChangePassword ? "/password" : next);
    },
    invalid: ({ typed }, errors) => page(loginView, { loginId: typed["loginId"] ?? "", errors }),
  }),
  route({
    method: "POST",
    path: "/session/end",
    permission: "anyone",
    handle: async ({ session }) => {
      // A session of its own for the farewell, in the language that was chosen.
      await session.renew();
      session.set("next", undefined);
      session.set("flash", { kind: "ok", code: "signedOut" });
      return redirect("/login");
    },
  }),
];

const passwordRoutes = [
  route({
    method: "GET",
    path: "/password",
    permission: "applicant-changing-password",
    handle: ({ actor }) => page(passwordView, { forced: actor.mustChangePassword, errors: {} }),
  }),
  route({
    method: "POST",
    path: "/password",
    permission: "applicant-changing-password",
    form: z.object({
      currentPassword: z.string().max(512).default(""),
      newPassword,
      newPasswordAgain: z.string().min(1).max(512),
    }),
    labels: (t) => ({
      currentPassword: t.account.currentPassword,
      newPassword: t.account.newPassword,
      newPasswordAgain: t.account.newPasswordAgain,
    }),
    fieldOf: {
      "current-password-wrong": "currentPassword",
      "password-length": "newPassword",
      "password-common": "newPassword",
      "password-contains-login-id": "newPassword",
      "password-same": "newPassword",
      "password-mismatch": "newPasswordAgain",
    },
    handle: async ({ deps, actor, form, session, visit }) => {
      const keepSession = storedSessionId(session.id);
      await changePassword(deps, actor, { ...form, address: visit.address, keepSession });
      const next = localPath(session.get("next"));
      await openSession(session, actor.userId, visit);
      session.set("next", undefined);
      session.set("flash", { kind: "ok", code: "passwordChanged" });
      return redirect(actor.mustChangePassword ? next : "/sessions");
    },
    invalid: ({ actor }, errors) => page(passwordView, { forced: actor.mustChangePassword, errors }),
  }),
  route({
    method: "GET",
    path: "/password-reset",
    permission: "anyone",
    handle: () => page(resetView, { loginId: "", errors: {} }),
  }),
  route({
    method: "POST",
    path: "/password-reset",
    permission: "anyone",
    form: z.object({ loginId }),
    labels: (t) => ({ loginId: t.account.loginId }),
    handle: async ({ deps, form, visit }) => {
      await requestTemporaryPassword(deps, { loginId: form.loginId, address: visit.address });
      return redirect("/password-reset/sent");
    },
    invalid: ({ typed }, errors) => page(resetView, { loginId: typed["loginId"] ?? "", errors }),
  }),
  route({
    method: "GET",
    path: "/password-reset/sent",
    permission: "anyone",
    handle: () => page(resetSentView, {}),
  }),
];

const sessionRoutes = [
  route({
    method: "GET",
    path: "/sessions",
    permission: "applicant",
    handle: async ({ deps, actor, session }) => {
      const now = deps.clock.now();
      const asking = { userId: actor.userId, sessionId: session.id, now };
      return page(sessionsView, { sessions: await listSessions(deps.db.read, asking) });
    },
  }),
  route({
    method: "POST",
    path: "/sessions/:id/end",
    permission: "applicant",
    params: z.object({ id: z.string().regex(/^[0-9a-f]{64}$/) }),
    handle: async ({ deps, actor, params, session }) => {
      await endSession(deps, actor, params.id);
      if (params.id === storedSessionId(session.id)) {
        await session.renew();
        session.set("flash", { kind: "ok", code: "signedOut" });
        return redirect("/login");
      }
      session.set("flash", { kind: "ok", code: "sessionEnded" });
      return redirect("/sessions");
    },
  }),
];

/** Signing in and out, passwords and sessions of the applicant site. */
export const accountRoutes = [...loginRoutes, ...passwordRoutes, ...sessionRoutes];
