import { accountTables } from "./accounts/tables.ts";
import { auditTables } from "./audit/tables.ts";
import { authorityTables } from "./authority/tables.ts";
import { contractTables } from "./contracts/tables.ts";
import type { Vocabulary } from "./db/vocabulary.ts";
import { domainTables } from "./domains/tables.ts";
import { issuanceTables } from "./issuance/tables.ts";
import { jobTables } from "./jobs/tables.ts";
import { lintingTables } from "./linting/tables.ts";
import { operatorTables } from "./operators/tables.ts";
import { organizationTables } from "./organizations/tables.ts";
import { outboxTables } from "./outbox/tables.ts";
import { requestTables } from "./requests/tables.ts";
import { massRevocationTables } from "./revocation/mass/tables.ts";
import { reportTables } from "./revocation/reports/tables.ts";
import { revocationTables } from "./revocation/tables.ts";
import { settingsTables } from "./settings/tables.ts";

/** Every table of the product in one vocabulary. drizzle-kit reads it to write the migrations of both engines. */
export function tablesOf(columns: Vocabulary) {
  return {
    ...auditTables(columns),
    ...outboxTables(columns),
    ...jobTables(columns),
    ...organizationTables(columns),
    ...accountTables(columns),
    ...operatorTables(columns),
    ...authorityTables(columns),
    ...lintingTables(columns),
    ...contractTables(columns),
    ...domainTables(columns),
    ...requestTables(columns),
    ...issuanceTables(columns),
    ...revocationTables(columns),
    ...massRevocationTables(columns),
    ...reportTables(columns),
    ...settingsTables(columns),
  };
}
