export { appendAudit } from "./append.ts";
export { auditDeskRoutes } from "./desk.ts";
export type { AuditEntry, AuditTenant, Details } from "./entry.ts";
export { type AuditFilters, type AuditLine, type AuditTrail, auditTrail } from "./pages.ts";
export { auditTables } from "./tables.ts";
export { type AuditFault, type AuditVerdict, verifyAudit } from "./verify.ts";
