import { z } from "zod";
import { listUsers, type UserLine } from "../accounts/index.ts";
import { type AuditLine, auditTrail } from "../audit/index.ts";
import { type Database, PAGE_SIZES } from "../db/index.ts";
import { type DomainLine, domainLines } from "../domains/index.ts";
import { page, redirect } from "../http/answer.ts";
import { routesOf } from "../http/route.ts";
import { type FieldErrors, view } from "../http/view.ts";
import type { Clock } from "../kernel/clock.ts";
import { LANGUAGES } from "../kernel/languages.ts";
import { listOperators, type OperatorLine } from "../operators/index.ts";
import {
  type OrganizationLine,
  organizationsOf,
  type SubscriberRecord,
  subscriberOf,
} from "../organizations/index.ts";
import { type ContractStanding, contractStanding, listSubscribers, type SubscriberList } from "./pages.ts";
import { registerSubscriber } from "./register-subscriber.ts";

interface SubscriberDeskDeps {
  readonly db: Database;
  readonly clock: Clock;
}

type Typed = Readonly<Record<string, string>>;

interface ShowSubscriber {
  readonly subscriber: SubscriberRecord;
  readonly contract: ContractStanding | null;
  readonly organizations: readonly OrganizationLine[];
  readonly domains: readonly DomainLine[];
  readonly users: readonly UserLine[];
  readonly operators: readonly OperatorLine[];
  readonly audit: readonly AuditLine[];
}

const listView = view<SubscriberList>("desk/subscribers/index");
const newView = view<{ values: Typed; errors: FieldErrors }>("desk/subscribers/new");
const checkView = view<{ values: Typed }>("desk/subscribers/check");
const doneView = view<{ subscriber: SubscriberRecord }>("desk/subscribers/registered");
const showView = view<ShowSubscriber>("desk/subscribers/show");

const route = routesOf<SubscriberDeskDeps>();
const byId = z.object({ id: z.uuid() });
const AUDIT_LINES = 8;

const listQuery = z.object({
  search: z.string().trim().max(100).default(""),
  size: z.coerce
    .number()
    .refine((size) => (PAGE_SIZES as readonly number[]).includes(size))
    .default(PAGE_SIZES[0]),
  after: z.uuid().optional(),
  before: z.uuid().optional(),
});

/** 入力 → 確認 → 完了: the check page carries what was typed along, and it is read again at the end. */
const newForm = z.object({
  step: z.enum(["check", "change", "register"]),
  // A legal name: only what stands around it is taken off. Operators' certificates carry it as O (X.520: 64).
  name: z.string().trim().min(1).max(64),
  noticeAddress: z.email(),
  language: z.enum(LANGUAGES),
  commitment: z
    .string()
    .transform((typed) => typed.normalize("NFKC").replaceAll(",", "").trim())
    .pipe(z.string().min(1))
    .transform(Number)
    .pipe(z.number().int().min(1).max(1_000_000)),
  samePersonMayApprove: z.literal("on").optional(),
  secondFactorForApproval: z.literal("on").optional(),
});

/** 加入者 on the desk. */
export const subscriberDeskRoutes = [
  route({
    method: "GET",
    path: "/subscribers",
    permission: "staff",
    query: listQuery,
    handle: async ({ deps, query: { search, size, after = null, before = null } }) =>
      page(listView, await listSubscribers(deps.db.read, search, { size, after, before })),
  }),
  route({
    method: "GET",
    path: "/subscribers/new",
    permission: "administrator",
    freshSecondFactor: true,
    handle: () => page(newView, { values: { language: "ja", secondFactorForApproval: "on" }, errors: {} }),
  }),
  route({
    method: "POST",
    path: "/subscribers/new",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    form: newForm,
    labels: (t) => t.desk.subscribers.field,
    handle: async ({ deps, actor, form, typed }) => {
      if (form.step === "change") return page(newView, { values: typed, errors: {} });
      if (form.step === "check") {
        return page(checkView, {
          values: { ...typed, name: form.name, commitment: String(form.commitment) },
        });
      }
      const { name, noticeAddress, language, commitment } = form;
      const policy = {
        samePersonMayApprove: form.samePersonMayApprove === "on",
        secondFactorForApproval: form.secondFactorForApproval === "on",
      };
      const input = { name, noticeAddress, language, commitment, policy };
      const tenant = await registerSubscriber(deps, actor, input);
      return redirect(`/subscribers/${tenant}/registration`);
    },
    invalid: ({ typed }, errors) => page(newView, { values: typed, errors }),
  }),
  route({
    method: "GET",
    path: "/subscribers/:id/registration",
    permission: "staff",
    params: byId,
    handle: async ({ deps, params }) =>
      page(doneView, { subscriber: await subscriberOf(deps.db.read, params.id) }),
  }),
  route({
    method: "GET",
    path: "/subscribers/:id",
    permission: "staff",
    params: byId,
    handle: async ({ deps: { db, clock }, params }) => {
      const subscriber = await subscriberOf(db.read, params.id);
      const { tenant } = subscriber;
      return page(showView, {
        subscriber,
        contract: await contractStanding(db.read, tenant, clock.now()),
        organizations: await organizationsOf(db.read, tenant),
        domains: await domainLines(db.read, tenant),
        users: await listUsers(db.read, tenant),
        operators: (await listOperators(db.read, tenant)).operators,
        audit: (await auditTrail(db.read, tenant, { limit: AUDIT_LINES })).lines,
      });
    },
  }),
];
