import { account } from "./ja/account.ts";
import { applicant } from "./ja/applicant.ts";
import { certificates } from "./ja/certificates.ts";
import { common } from "./ja/common.ts";
import { desk } from "./ja/desk.ts";
import { domains } from "./ja/domains.ts";
import { fields } from "./ja/fields.ts";
import { flash } from "./ja/flash.ts";
import { linting } from "./ja/linting.ts";
import { mailbox } from "./ja/mailbox.ts";
import { massRevocation } from "./ja/mass-revocation.ts";
import { operator } from "./ja/operator.ts";
import { operators } from "./ja/operators.ts";
import { problemReports } from "./ja/problem-reports.ts";
import { problems } from "./ja/problems.ts";
import { publicSite } from "./ja/public.ts";
import { replacement } from "./ja/replacement.ts";
import { requests } from "./ja/requests.ts";
import { revocation } from "./ja/revocation.ts";
import { status } from "./ja/status.ts";

/** The source of all words. Messages with values are functions; English satisfies this type. */
export const ja = {
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
};
