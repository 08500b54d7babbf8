import type { Catalogue } from "./catalogue.ts";
import { account } from "./en/account.ts";
import { applicant } from "./en/applicant.ts";
import { certificates } from "./en/certificates.ts";
import { common } from "./en/common.ts";
import { desk } from "./en/desk.ts";
import { domains } from "./en/domains.ts";
import { fields } from "./en/fields.ts";
import { flash } from "./en/flash.ts";
import { linting } from "./en/linting.ts";
import { mailbox } from "./en/mailbox.ts";
import { massRevocation } from "./en/mass-revocation.ts";
import { operator } from "./en/operator.ts";
import { operators } from "./en/operators.ts";
import { problemReports } from "./en/problem-reports.ts";
import { problems } from "./en/problems.ts";
import { publicSite } from "./en/public.ts";
import { replacement } from "./en/replacement.ts";
import { requests } from "./en/requests.ts";
import { revocation } from "./en/revocation.ts";
import { status } from "./en/status.ts";

/** Complete English; a missing or surplus key does not compile. */
export const en = {
  common,
  fields,
  flash,
  problems,
  problemReports,
  public: publicSite,
  account,
  applicant,
  operator,
  operators,
  desk,
  requests,
  replacement,
  revocation,
  certificates,
  domains,
  linting,
  mailbox,
  massRevocation,
  status,
} satisfies Catalogue;
