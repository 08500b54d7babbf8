import { expect, test } from "vitest";
import type { Place } from "../../server/db/index.ts";
import { issueApproved } from "../../server/issuance/index.ts";
import { rejectRequest } from "../../server/requests/index.ts";
import { applicantHome } from "../../server/requests/pages/applicant-home.ts";
import { listCertificates } from "../../server/requests/pages/list-certificates.ts";
import { listRequests } from "../../server/requests/pages/list-requests.ts";
import { showCertificate } from "../../server/requests/pages/show-certificate.ts";
import { showRequest } from "../../server/requests/pages/show-request.ts";
import { NO_FILTERS } from "../../server/requests/search/certificate-filters.ts";
import { requestTables } from "../../server/requests/tables.ts";
import { aobaTrading } from "../support/aoba.ts";
import { onBothEngines, temporaryFolder } from "../support/databases.ts";
import {
  approvedRequests,
  clockAt,
  establishTestHierarchies,
  issuanceDeps,
  NOW,
} from "../support/issuing.ts";

const FIRST: Place = { size: 25, after: null, before: null };
const ALL = { state: null, search: "" } as const;
const exactly = (count: number) => ({ count, more: false });

onBothEngines("what applicants see", (open) => {
  test("keyset pages meet without gap or overlap, forwards and backwards", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    const ids = (await approvedRequests(db, cast, 60)).toReversed();
    const pageAt = (place: Partial<Place>) => listRequests(db.read, cast.tenant, ALL, { ...FIRST, ...place });
    const first = await pageAt({});
    const second = await pageAt({ after: first.older });
    const third = await pageAt({ after: second.older });
    expect([...first.rows, ...second.rows, ...third.rows].map(({ id }) => id)).toEqual(ids);
    expect([first.newer, third.older, first.total]).toEqual([null, null, exactly(60)]);
    const back = await pageAt({ before: third.newer });
    expect(back.rows).toEqual(second.rows);
    expect((await pageAt({ before: back.newer })).newer).toBeNull();
  });

  test("search finds names and receipt numbers from their beginning, in any case, and takes % as itself", async () => {
    const db = await open();
    const cast = await aobaTrading(db, NOW);
    await approvedRequests(db, cast, 3);
    const names = ["www.xn--wgv71a119e.jp", "example.jp"];
    await approvedRequests(db, cast, 1, {
      names,
      commonName: "www.xn--wgv71a119e.jp",
      receiptNumber: "R-20261121-7K3QXZ",
    });
    const found = async (search: string) => {
      const list = await listRequests(db.read, cast.tenant, { state: null, search }, FIRST);
      return [list.total.count, list.rows[0]?.commonName ?? null, list.rows[0]?.otherNames ?? null];
    };
    expect(await found("HOST1.*")).toEqual([1, "host1.example.co.jp", 0]);
    expect(await found("host1.example.co.jp")).toEqual([1, "host1.example.co.jp", 0]);
    expect(await found("ost1.")).toEqual([0, null, null]);
    expect(await found("r-20261121-7k3q")).toEqual([1, "www.日本語.jp", 1]);
    expect(await found("7k3q")).toEqual([0, null, null]);
    expect(await found(".日本語.jp")).toEqual([1, "www.日本語.jp", 1]);
    expect(await found("www.日本語.jp")).toEqual([1, "www.日本語.jp", 1]);
    expect(await found("%")).toEqual([0, null, null]);
    expect(await found("_")).toEqual([0, null, null]);
  });

  test("home, request and certificate after an issue, a rejection and a year", async () => {
    const db = await open();
    const clock = clockAt(NOW);
    const cast = await aobaTrading(db, NOW);
    const signers = await establishTestHierarchies(db, clock, temporaryFolder());
    const deps = issuanceDeps(db, clock, signers);
    const [issued = ""] = await approvedRequests(db, cast, 1, { termDays: 30 });
    await issueApproved(deps, [issued]);
    const [pending = ""] = await approvedRequests(db, cast, 1, {
      state: "PENDING_APPROVAL",
      commonName: "b.example.co.jp",
    });
    const [rejected = ""] = await approvedRequests(db, cast, 1, {
      state: "PENDING_APPROVAL",
      commonName: "c.example.co.jp",
    });
    await rejectRequest(deps, cast.taro, { id: rejected, reason: "?" });

    const home = await applicantHome(db.read, cast.tenant, NOW);
    expect(home.attention.map(({ kind }) => kind)).toEqual(["rejected", "download", "expiring"]);
    expect(home.pipeline).toEqual({
      PENDING_APPROVAL: exactly(1),
      IN_PROGRESS: exactly(0),
      ISSUE_FAILED: exactly(0),
      ACTIVE: exactly(1),
    });
    const endings = home.calendar.flatMap(({ weeks }) => weeks.flat()).filter((day) => day?.ending.count);
    expect(endings.map((one) => one?.day.toString())).toEqual(["2026-12-21"]);
    expect(home.commitment).toMatchObject({ planned: 20, used: 1, inProgress: exactly(1) });

    const show = await showRequest(db.read, cast.tenant, pending, NOW);
    expect(show?.checks?.flatMap(({ problems }) => problems)).toEqual([]);
    expect(show?.names[0]?.evidence?.authorizationDomainName).toBe("example.co.jp");
    expect(show?.differences.find(({ attribute }) => attribute === "O")).toMatchObject({
      inCsr: null,
      same: false,
    });
    expect((await showRequest(db.read, cast.tenant, rejected, NOW))?.checks).toBeNull();

    const { certificateRequests } = requestTables(db.read.columns);
    const rows = await db.read.select().from(certificateRequests);
    const certificateId = rows.find(({ id }) => id === issued)?.certificateId ?? "";
    const certificate = await showCertificate(db.read, cast.tenant, certificateId, NOW);
    expect(certificate?.chain.map(({ root }) => root)).toEqual([false, true]);
    expect(certificate).toMatchObject({ state: "ACTIVE", names: ["host0.example.co.jp"] });

    const stateAfter = async (days: number) => {
      const at = NOW.add({ hours: 24 * days });
      const { counts, rows: found } = await listCertificates(db.read, cast, NO_FILTERS, FIRST, at);
      return [found[0]?.state, counts.ACTIVE.count, counts.EXPIRING.count, counts.EXPIRED.count];
    };
    expect(await stateAfter(0)).toEqual(["ACTIVE", 1, 1, 0]);
    expect(await stateAfter(31)).toEqual(["EXPIRED", 0, 0, 1]);

    const other = await aobaTrading(db, NOW, { domain: "other.co.jp" });
    expect(await showRequest(db.read, other.tenant, pending, NOW)).toBeNull();
    expect(await showCertificate(db.read, other.tenant, certificateId, NOW)).toBeNull();
    const empty = await applicantHome(db.read, other.tenant, NOW);
    expect([empty.isNew, empty.attention, empty.activity]).toEqual([true, [], []]);
  });
});
