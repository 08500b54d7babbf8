import { z } from "zod";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import type { Catalogue } from "../i18n/index.ts";
import type { Tenant } from "../kernel/actor.ts";
import type { Id } from "../kernel/ids.ts";
import { Problem } from "../kernel/problem.ts";
import { katakana, normalizePhone } from "../kernel/text.ts";
import { type PersonLine, peopleOf, type SubscriberRecord, subscriberOf } from "../organizations/index.ts";
import { type AddUserInput, addUser } from "./add-user.ts";
import { disableUser } from "./disable-user.ts";
import { enableUser } from "./enable-user.ts";
import { showUser, type UserLine } from "./pages.ts";
import { sendTemporaryPassword, type TemporaryPasswordDeps } from "./send-temporary-password.ts";

interface NewUser {
  readonly subscriber: SubscriberRecord;
  readonly people: readonly PersonLine[];
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
}

interface ShownUser {
  readonly subscriber: SubscriberRecord;
  readonly user: UserLine;
  readonly openSessions: number;
}

/** What the desk may do to a user; each is a page that says what follows, and its button. */
const CHANGES = {
  disablement: { act: disableUser, done: "userDisabled" },
  enablement: { act: enableUser, done: "userEnabled" },
  "temporary-password": { act: sendTemporaryPassword, done: "temporaryPasswordSent" },
} as const satisfies Record<
  string,
  {
    act: (deps: TemporaryPasswordDeps, actor: never, tenant: Tenant, userId: Id) => Promise<void>;
    done: keyof Catalogue["flash"];
  }
>;
type Change = keyof typeof CHANGES;

const newView = view<NewUser>("desk/users/new");
const showView = view<ShownUser>("desk/users/show");
const changeView = view<ShownUser & { readonly change: Change }>("desk/users/change");

const route = routesOf<TemporaryPasswordDeps>();
const ofSubscriber = z.object({ id: z.uuid() });
const ofUser = ofSubscriber.extend({ userId: z.uuid() });

const optional = (text: string | undefined) => (text ?? "").trim() || null;

/** Somebody known already, or a new person with name and mail address. */
const form = z
  .object({
    personId: z.union([z.literal(""), z.uuid()]).optional(),
    name: z.string().trim().max(100).optional(),
    kana: z.string().max(100).optional(),
    department: z.string().max(100).optional(),
    phone: z.string().max(40).optional(),
    email: z.union([z.literal(""), z.email()]).optional(),
    loginId: z
      .string()
      .trim()
      .min(6)
      .max(32)
      .regex(/^[A-Za-z0-9._-]+$/),
    passwordNoticeEmail: z.email(),
  })
  .superRefine(
    (typed, context) => {
      if (typed.personId) return;
      for (const field of ["name", "email"] as const) {
        if (typed[field]) continue;
        const missing = { code: "too_small", origin: "string", minimum: 1, inclusive: true } as const;
        context.addIssue({ ...missing, input: "", path: [field] });
      }
    },
    { when: () => true },
  )
  .transform((typed): AddUserInput => {
    const { loginId, passwordNoticeEmail } = typed;
    const phone = optional(typed.phone);
    const kana = optional(typed.kana);
    const person = typed.personId
      ? { id: typed.personId }
      : {
          name: typed.name ?? "",
          email: typed.email ?? "",
          kana: kana && katakana(kana),
          department: optional(typed.department),
          phone: phone && normalizePhone(phone),
        };
    return { loginId, passwordNoticeEmail, person };
  });

async function newPage(
  deps: TemporaryPasswordDeps,
  id: Id,
  values: Readonly<Record<string, string>>,
  errors: FieldErrors,
) {
  const subscriber = await subscriberOf(deps.db.read, id);
  const people = await peopleOf(deps.db.read, subscriber.tenant);
  return page(newView, { subscriber, people, values, errors });
}

async function shown(deps: TemporaryPasswordDeps, at: { id: Id; userId: Id }): Promise<ShownUser> {
  const subscriber = await subscriberOf(deps.db.read, at.id);
  const user = await showUser(deps.db.read, subscriber.tenant, at.userId, deps.clock.now());
  if (user === null) throw new Problem("not-found");
  return { subscriber, ...user };
}

const changeRoutes = (Object.keys(CHANGES) as Change[]).flatMap((change) => [
  route({
    method: "GET",
    path: `/subscribers/:id/users/:userId/${change}`,
    permission: "administrator",
    freshSecondFactor: true,
    params: ofUser,
    handle: async ({ deps, params }) => page(changeView, { ...(await shown(deps, params)), change }),
  }),
  route({
    method: "POST",
    path: `/subscribers/:id/users/:userId/${change}`,
    permission: "administrator",
    freshSecondFactor: true,
    params: ofUser,
    handle: async ({ deps, actor, params, session }) => {
      const { subscriber, user } = await shown(deps, params);
      const { act, done } = CHANGES[change];
      await act(deps, actor, subscriber.tenant, user.id);
      session.set("flash", { kind: "ok", code: done });
      return redirect(`/subscribers/${subscriber.tenant}/users/${user.id}`);
    },
  }),
]);

/** 申請サイト利用者 on the desk: added, disabled, let in again, given a temporary password. */
export const accountDeskRoutes = [
  route({
    method: "GET",
    path: "/subscribers/:id/users/new",
    permission: "administrator",
    freshSecondFactor: true,
    params: ofSubscriber,
    query: z.object({ person: z.uuid().optional() }),
    handle: ({ deps, params, query }) =>
      newPage(deps, params.id, query.person ? { personId: query.person } : {}, {}),
  }),
  route({
    method: "POST",
    path: "/subscribers/:id/users/new",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    params: ofSubscriber,
    form,
    labels: (t) => t.desk.users.field,
    fieldOf: { "login-id-taken": "loginId", "not-found": "personId" },
    handle: async ({ deps, actor, params, form: input, session }) => {
      const { tenant } = await subscriberOf(deps.db.read, params.id);
      const { userId } = await addUser(deps, actor, tenant, input);
      session.set("flash", { kind: "ok", code: "userAdded" });
      return redirect(`/subscribers/${tenant}/users/${userId}`);
    },
    invalid: ({ deps, params, typed }, errors) => newPage(deps, params.id, typed, errors),
  }),
  route({
    method: "GET",
    path: "/subscribers/:id/users/:userId",
    permission: "staff",
    params: ofUser,
    handle: async ({ deps, params }) => page(showView, await shown(deps, params)),
  }),
  ...changeRoutes,
];
