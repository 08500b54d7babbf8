import { z } from "zod";
import { appendAudit } from "../../audit/index.ts";
import type { Reader } from "../../db/index.ts";
import { page, redirect } from "../../http/answer.ts";
import { routesOf } from "../../http/route.ts";
import { type FieldErrors, view } from "../../http/view.ts";
import { readSetting, writeSetting } from "../../settings/index.ts";
import { DEFAULT_NOTICE_HOURS } from "../notice.ts";
import { deskAddresses } from "./correspondents.ts";
import type { ReportDeps } from "./file-report.ts";

interface ReportSettings {
  readonly values: Readonly<Record<string, string>>;
  readonly errors: FieldErrors;
  /** Who hears of reports as things stand. */
  readonly addresses: readonly string[];
}

const settingsView = view<ReportSettings>("desk/problem-reports/settings");
const route = routesOf<ReportDeps>();

async function settingsIn(on: Reader): Promise<Readonly<Record<string, string>>> {
  return {
    reportAddress: (await readSetting(on, "reportAddress")) ?? "",
    compromiseNoticeHours: String((await readSetting(on, "compromiseNoticeHours")) ?? DEFAULT_NOTICE_HOURS),
  };
}

const hours = z
  .string()
  .transform((text) => text.normalize("NFKC").trim())
  .pipe(z.string().min(1))
  .transform(Number)
  .pipe(z.number().int().min(0).max(20));

/** Where the desk hears of reports, and how long a subscriber has to change a compromised key. */
export const settingsDeskRoutes = [
  route({
    method: "GET",
    path: "/problem-reports/settings",
    permission: "administrator",
    freshSecondFactor: true,
    handle: async ({ deps }) =>
      page(settingsView, {
        values: await settingsIn(deps.db.read),
        errors: {},
        addresses: await deskAddresses(deps.db.read),
      }),
  }),
  route({
    method: "POST",
    path: "/problem-reports/settings",
    permission: "administrator",
    freshSecondFactor: "while-typing",
    form: z.object({ reportAddress: z.email().max(254), compromiseNoticeHours: hours }),
    labels: (t) => t.problemReports.settings.field,
    handle: async ({ deps, actor, form, session }) => {
      const at = deps.clock.now();
      await deps.db.transact(async (tx) => {
        await writeSetting(tx, "reportAddress", form.reportAddress, at);
        await writeSetting(tx, "compromiseNoticeHours", form.compromiseNoticeHours, at);
        const subject = { kind: "setting", id: "problem-reports" };
        const entry = { tenant: "system", at, actor, action: "problem-report.settings-changed" } as const;
        await appendAudit(tx, [{ ...entry, subject, details: { ...form } }]);
      });
      session.set("flash", { kind: "ok", code: "saved" });
      return redirect("/problem-reports");
    },
    invalid: async ({ deps, typed }, errors) =>
      page(settingsView, { values: typed, errors, addresses: await deskAddresses(deps.db.read) }),
  }),
];
