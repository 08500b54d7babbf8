/** Revocation: what the rooms above may use. */
export { cancelPlanned } from "./cancel-planned.ts";
export { deskRevocationRoutes } from "./desk.ts";
export { type ExecutionDeps, executeDueRevocations } from "./execute-due-revocations.ts";
export type { MailFrame } from "./mails.ts";
export { type OperatorRevocationDeps, operatorRevocationRoutes } from "./operator.ts";
export { type OrderedRevocations, orderRevocations } from "./order-revocations.ts";
export { type OrderLine, urgentOrders } from "./pages/orders.ts";
export { revocationOf } from "./pages/revocation-of.ts";
export {
  deadlineOf,
  GROUP,
  type Ground,
  type OrderState,
  type Origin,
  type OriginKind,
  type RevocationOrder,
  type SubscriberReason,
} from "./revocation.ts";
export { REVOCATIONS_JOB, revocationsJob } from "./revoke-certificates.ts";
export { sweepBlockedKeys } from "./sweep-blocked-keys.ts";
export { revocationTables } from "./tables.ts";
