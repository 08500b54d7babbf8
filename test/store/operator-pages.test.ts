import path from "node:path";
import { eq } from "drizzle-orm";
import { HtmlValidate } from "html-validate";
import { expect, test } from "vitest";
import { authorityTables } from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { domainTables, startValidation } from "../../server/domains/index.ts";
import { listDomains, showDomain } from "../../server/domains/pages.ts";
import { createRenderer } from "../../server/http/render.ts";
import { loadAssets } from "../../server/http/static.ts";
import type { Site, view } from "../../server/http/view.ts";
import { issuanceWorker } from "../../server/issuance/index.ts";
import { jobRunner, jobTables } from "../../server/jobs/index.ts";
import type { Id } from "../../server/kernel/ids.ts";
import { LANGUAGES } from "../../server/kernel/languages.ts";
import { issueOperatorCertificateForCsr, operatorTables } from "../../server/operators/index.ts";
import { startApprovals } from "../../server/requests/approve-requests.ts";
import {
  APPROVALS_JOB,
  approvalsJob,
  approveRequest,
  countPending,
  type Submission,
  submitRequest,
} from "../../server/requests/index.ts";
import { previewApprovals, showApprovalsJob } from "../../server/requests/pages/approvals.ts";
import { operatorHome } from "../../server/requests/pages/operator-home.ts";
import { reviewRequest } from "../../server/requests/pages/review-request.ts";
import { aobaTrading, type Cast } from "../support/aoba.ts";
import { csrPem } from "../support/csr.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import { HTML_RULES } from "../support/html-rules.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, NOW } from "../support/issuing.ts";
import { pageContext } from "../support/style-guide.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const renderer = createRenderer({
  viewsDir: path.join(ROOT, "views"),
  assets: loadAssets(path.join(ROOT, "static")),
  strict: true,
  cache: true,
});
const html = new HtmlValidate(HTML_RULES);

/** Strict rendering in both languages, judged as HTML. */
async function rendered(name: string, site: Site, model: object): Promise<string> {
  let text = "";
  for (const language of LANGUAGES) {
    const handle = { name } as ReturnType<typeof view<object>>;
    text = renderer.render(handle, model, { ...pageContext(language, site), path: "/", url: "/" });
    const report = await html.validateString(text);
    const messages = report.results.flatMap((result) => result.messages);
    expect(messages.map(({ line, ruleId, message }) => `${name} ${line}: ${ruleId}: ${message}`)).toEqual([]);
  }
  return text;
}

async function world(db: Database) {
  const clock = clockAt(NOW);
  const aoba = await aobaTrading(db, NOW);
  const stranger = await aobaTrading(db, NOW, { domain: "example.com" });
  const signers = await establishTestHierarchies(db, clock, temporaryFolder());
  const deps = issuanceDeps(db, clock, signers);
  const { fingerprint } = await issueOperatorCertificateForCsr(
    { ...deps, operatorUrl: () => deps.siteUrls.operator },
    aoba.taro,
    aoba.tenant,
    aoba.taro.operatorId,
    csrPem(),
  );
  const cast: Cast = { ...aoba, taro: { ...aoba.taro, fingerprint } };
  const worker = issuanceWorker(deps, {
    sweepEvery: Temporal.Duration.from({ hours: 1 }),
    onError: (error) => {
      throw error;
    },
  });
  const issue = (id: Id) => worker.issueNow(id);
  const issueAll = (ids: readonly Id[]) => worker.issueAll(ids);
  return { db, clock, cast, stranger, deps: { ...deps, issue, issueAll } };
}
type World = Awaited<ReturnType<typeof world>>;

let pages = 0;
async function submit(
  { deps, cast }: World,
  commonName: string,
  changes: Partial<Submission> = {},
  who: Cast["hanako"] = cast.hanako,
): Promise<Id> {
  const submission: Submission = {
    organizationId: cast.organizationId,
    product: "OV",
    shape: "SINGLE",
    subjectLanguage: "ja",
    csr: csrPem({ subject: [{ type: "O", value: "Somebody" }] }),
    commonName,
    additionalNames: "",
    termDays: 90,
    licences: 1,
    issueNoticeEmail: "web@aoba.example",
    place: null,
    orderNumber: null,
    memo: null,
    kind: "NEW",
    replacesCertificateId: null,
    endsAt: null,
    reissueReason: null,
    reissueNote: null,
    graceDays: null,
    ...changes,
  };
  pages += 1;
  const outcome = await submitRequest(deps, who, submission, `page-${pages}`);
  if (!outcome.ok) throw new Error(outcome.problems.map(({ problem }) => problem.code).join());
  return outcome.id;
}

async function issued(w: World, commonName: string, termDays = 90): Promise<Id> {
  const id = await submit(w, commonName, { termDays });
  await approveRequest(w.deps, w.cast.taro, { id });
  const { certificateId } = await w.deps.issue(id);
  if (certificateId === null) throw new Error("not issued");
  return certificateId;
}

/** Runs the job runner until this job is over. */
async function runJob(w: World, id: Id) {
  const failures: unknown[] = [];
  const { jobs } = jobTables(w.db.read.columns);
  const runner = jobRunner({
    db: w.db,
    clock: w.clock,
    owner: "test",
    handlers: { [APPROVALS_JOB]: approvalsJob(w.deps) },
    report: (error) => failures.push(error),
    poll: Temporal.Duration.from({ milliseconds: 50 }),
  });
  runner.start();
  await expect
    .poll(async () => (await w.db.read.select().from(jobs).where(eq(jobs.id, id)))[0]?.state)
    .toMatch(/DONE|FAILED/);
  await runner.stop();
  expect(failures).toEqual([]);
  return showApprovalsJob(w.db.read, w.cast.tenant, id);
}

onBothEngines("operators' pages", (open) => {
  test("home puts what needs somebody first, and says so when nothing does", async () => {
    const w = await world(await open());
    const { db, cast } = w;
    const quiet = await operatorHome(db.read, cast.tenant, NOW);
    expect(quiet).toMatchObject({
      quiet: true,
      pending: { total: { count: 0 } },
      activeCertificates: { count: 0 },
    });
    expect(await rendered("operator/home", "operator", { ...quiet, massRevocations: [] })).toContain(
      "All is well",
    );

    const soon = await issued(w, "soon.example.co.jp", 20);
    await issued(w, "renewed.example.co.jp", 20).then((replacesCertificateId) =>
      submit(w, "renewed.example.co.jp", { kind: "RENEWAL", replacesCertificateId }),
    );
    await issued(w, "later.example.co.jp", 90);
    const waiting = await submit(w, "waiting.example.co.jp");
    const home = await operatorHome(db.read, cast.tenant, NOW);
    expect(home.quiet).toBe(false);
    expect(home.pending.total).toEqual({ count: 2, more: false });
    expect(home.pending.oldest.map(({ id }) => id).at(-1)).toBe(waiting);
    expect(home.expiring.map(({ id }) => id)).toEqual([soon]);
    expect(home.activeCertificates.count).toBe(3);
    expect(home.commitment).toMatchObject({ planned: 20, used: 3, expected: 6 });
    expect(home.calendar.map(({ ending }) => ending.count)).toEqual([0, 2, 0]);
    expect(home.activity[0]).toMatchObject({ requestId: waiting, kind: "SUBMITTED" });
    expect(await countPending(db.read, cast.tenant)).toBe(2);
    expect(await countPending(db.read, w.stranger.tenant)).toBe(0);
    await rendered("operator/home", "operator", { ...home, massRevocations: [] });
  });

  test("a request under review shows every check, the validation of each name, and four eyes", async () => {
    const w = await world(await open());
    const { db, cast } = w;
    const before = await issued(w, "www.example.co.jp");
    const id = await submit(w, "www.example.co.jp", {
      kind: "RENEWAL",
      replacesCertificateId: before,
      termDays: 30,
    });
    const review = await reviewRequest(db.read, cast.taro, id, NOW);
    if (!review) throw new Error("no review");
    expect(review.approvalProblem).toBeNull();
    expect(review.findings.map(({ check, tone }) => `${check} ${tone}`)).toEqual([
      "fourEyes ok",
      "contract ok",
      "organization ok",
      "language ok",
      "ev ok",
      "term ok",
      "key ok",
      "replacement ok",
      "names ok",
      "newKey ok",
      "sameSubject warn",
    ]);
    expect(review.names).toMatchObject([
      {
        name: "www.example.co.jp",
        validation: { method: "dns-txt", authorizationDomainName: "example.co.jp" },
      },
      { name: "example.co.jp", validation: { lapsesSoon: false } },
    ]);
    for (const name of ["show", "approval"]) await rendered(`operator/requests/${name}`, "operator", review);
    const form = { review, reason: "", errors: { reason: "x" } };
    for (const name of ["rejection", "cancellation"])
      await rendered(`operator/requests/${name}`, "operator", form);

    const own = await submit(w, "lab.example.co.jp", {}, cast.taroAsApplicant);
    const blocked = await reviewRequest(db.read, cast.taro, own, NOW);
    expect(blocked?.approvalProblem?.code).toBe("approver-is-requester");
    expect(blocked?.findings[0]).toMatchObject({ check: "fourEyes", tone: "err" });
    const text = await rendered("operator/requests/show", "operator", blocked ?? {});
    expect(text).not.toContain(`/requests/${own}/approval`);
    expect(text).toContain(`/requests/${own}/rejection`);

    expect(await reviewRequest(db.read, w.stranger.taro, id, NOW)).toBeNull();
  });

  test("a lapsed validation stands in the way of approval, and is named", async () => {
    const w = await world(await open());
    const id = await submit(w, "www.example.co.jp");
    const { domainValidations: v } = domainTables(w.db.read.columns);
    await w.db.transact((tx) => tx.update(v).set({ startedAt: NOW.subtract({ hours: 24 * 300 }) }));
    const review = await reviewRequest(w.db.read, w.cast.taro, id, NOW);
    expect(review?.approvalProblem?.code).toBe("domain-not-validated");
    expect(review?.names.map(({ validation }) => validation)).toEqual([null, null]);
    await rendered("operator/requests/show", "operator", review ?? {});
    const domains = await listDomains(w.db.read, w.cast.tenant, NOW);
    expect(domains.domains.map(({ state }) => state)).toEqual(["EXPIRED"]);
    await rendered("applicant/domains/list", "applicant", domains);
  });

  test("a bulk approval decides each row by itself, and its job keeps the result", async () => {
    const w = await world(await open());
    const { db, cast, deps } = w;
    const good = [await submit(w, "a.example.co.jp"), await submit(w, "b.example.co.jp")];
    const own = await submit(w, "own.example.co.jp", {}, cast.taroAsApplicant);
    const ids = [...good, own];
    const preview = await previewApprovals(db.read, cast.taro, ids, NOW);
    expect(preview.ready.map(({ id }) => id)).toEqual(good);
    expect(preview.refused.map(({ problem }) => problem?.code)).toEqual(["approver-is-requester"]);
    await rendered("operator/approvals/new", "operator", preview);
    expect(await previewApprovals(db.read, w.stranger.taro, ids, NOW)).toEqual({ ready: [], refused: [] });

    const foreign = "00000000-0000-7000-8000-000000000000";
    const jobId = await startApprovals(deps, cast.taro, { ids: [...ids, foreign] });
    const queued = await showApprovalsJob(db.read, cast.tenant, jobId);
    expect(queued).toMatchObject({ over: false, done: 0, total: 4 });
    expect(await rendered("operator/approvals/show", "operator", queued ?? {})).toContain("hx-sse:connect");
    const done = await runJob(w, jobId);
    expect(done).toMatchObject({ state: "DONE", over: true, done: 4, total: 4, issued: 2, refused: 2 });
    expect(done?.outcomes.map(({ id, state, problem }) => [id, state, problem?.code ?? null])).toEqual([
      [good[0], "ISSUED", null],
      [good[1], "ISSUED", null],
      [own, null, "approver-is-requester"],
      [foreign, null, "not-found"],
    ]);
    expect(await rendered("operator/approvals/show", "operator", done ?? {})).not.toContain("hx-sse:connect");
    // By the name that everything else of the same person is under.
    const approved = await reviewRequest(db.read, cast.taro, good[0] ?? "", NOW);
    expect(approved).toMatchObject({ detail: { decidedBy: cast.taro.name } });
    expect(await showApprovalsJob(db.read, w.stranger.tenant, jobId)).toBeNull();
  });

  test("a job whose first run died counts what that run approved; a removed operator approves nothing", async () => {
    const w = await world(await open());
    const { db, cast, deps } = w;
    const [first, second] = [await submit(w, "a.example.co.jp"), await submit(w, "b.example.co.jp")];
    const job = {
      id: "job",
      kind: APPROVALS_JOB,
      tenant: cast.tenant,
      createdBy: cast.taro.operatorId,
      payload: { ids: [first], operatorId: cast.taro.operatorId, fingerprint: cast.taro.fingerprint },
    };
    const run = { signal: new AbortController().signal, progress: async () => undefined };
    await approveRequest(deps, cast.taro, { id: first });
    expect(await approvalsJob(deps)({ ...job, attempt: 1 }, run)).toMatchObject({
      outcomes: [{ problem: { code: "request-not-pending" } }],
    });
    expect(await approvalsJob(deps)({ ...job, attempt: 2 }, run)).toMatchObject({
      outcomes: [{ state: "ISSUED", problem: null }],
    });

    const { operators } = operatorTables(db.read.columns);
    await db.transact((tx) => tx.update(operators).set({ state: "REMOVED" }));
    const later = { ...job, payload: { ...job.payload, ids: [second] } };
    expect(await approvalsJob(deps)({ ...later, attempt: 1 }, run)).toMatchObject({
      outcomes: [{ state: null, problem: { code: "not-allowed" } }],
    });
    expect(await countPending(db.read, cast.tenant)).toBe(1);
  });

  test("a bulk approval stands on the certificate that it was started with, and on its tenant", async () => {
    const w = await world(await open());
    const { db, cast, deps, stranger } = w;
    const { operatorId, fingerprint } = cast.taro;
    const ids = [await submit(w, "a.example.co.jp")];
    const run = { signal: new AbortController().signal, progress: async () => undefined };
    const refused = { outcomes: [{ state: null, problem: { code: "not-allowed" } }] };
    const job = {
      id: "job",
      kind: APPROVALS_JOB,
      tenant: cast.tenant,
      createdBy: operatorId,
      payload: { ids, operatorId, fingerprint },
      attempt: 1,
    };
    const work = approvalsJob(deps);
    expect(await work({ ...job, tenant: stranger.tenant }, run)).toMatchObject(refused);
    const other = { ...job.payload, operatorId: stranger.taro.operatorId };
    expect(await work({ ...job, payload: other }, run)).toMatchObject(refused);

    // The operator stays ACTIVE: the certificate alone goes, and comes back.
    const { certificates: c } = authorityTables(db.read.columns);
    const become = (state: "ACTIVE" | "REVOKED") =>
      db.transact((tx) => tx.update(c).set({ state }).where(eq(c.fingerprint, fingerprint)));
    await become("REVOKED");
    expect(await work(job, run)).toMatchObject(refused);
    await become("ACTIVE");
    expect(await work(job, run)).toMatchObject({ outcomes: [{ state: "ISSUED", problem: null }] });
  });

  test("a domain shows the value to publish until it is confirmed, and what stood before", async () => {
    const w = await world(await open());
    const { db, cast, deps } = w;
    const validationId = await startValidation(deps, cast.hanako, {
      tenant: cast.tenant,
      domainId: cast.domainId,
      method: "dns-txt",
      scope: "BASE_DOMAIN",
    });
    const shown = await showDomain(db.read, cast.tenant, cast.domainId, NOW);
    expect(shown).toMatchObject({
      domain: { state: "VALIDATED", method: "dns-txt" },
      pending: { id: validationId, name: "example.co.jp", over: false },
      history: [{ state: "VALIDATED" }],
    });
    const model = { ...shown, scope: "BASE_DOMAIN", errors: {} };
    expect(await rendered("applicant/domains/show", "applicant", model)).toContain(shown?.pending?.value);
    await rendered("applicant/domains/show", "applicant", { ...model, errors: { "": "x" } });
    expect(await showDomain(db.read, w.stranger.tenant, cast.domainId, NOW)).toBeNull();
    const later = await showDomain(db.read, cast.tenant, cast.domainId, NOW.add({ hours: 24 * 31 }));
    expect(later?.pending?.over).toBe(true);
    await rendered("applicant/domains/show", "applicant", { ...later, scope: "FQDN", errors: {} });
  });
});
