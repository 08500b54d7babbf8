import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { applicantSiteRoutes } from "../../server/sites/applicant.ts";
import { deskSiteRoutes } from "../../server/sites/desk.ts";
import { operatorSiteRoutes } from "../../server/sites/operator.ts";
import { publicSiteRoutes } from "../../server/sites/public.ts";
import {
  cast,
  changedTables,
  SITES,
  type SiteName,
  signedIn,
  stagedDemo,
  untilQuiet,
} from "../support/staged-demo.ts";
import type { Visit, Visitor } from "../support/visitor.ts";
import {
  type Letter,
  prepareWorlds,
  type RecordName,
  ROLES,
  type Role,
  requestFields,
  type Stage,
  type World,
} from "../support/worlds.ts";
import { ISOLATION, LET_IN, type Row } from "./isolation-rows.ts";

/**
 * Incident class 28: nobody crosses from one subscriber to another, and nobody does what is not theirs to do. The
 * matrix is made from the real route tables: every route × everybody × {own, another's, no} record, against a whole
 * server. A route without a row fails, and so does a row without a route.
 */

const ROUTES = {
  public: publicSiteRoutes,
  applicant: applicantSiteRoutes,
  operator: operatorSiteRoutes,
  desk: deskSiteRoutes,
} as const;

const demo = stagedDemo();
let stage: Stage;

beforeAll(async () => {
  stage = await prepareWorlds(demo());
  await untilQuiet(demo());
});

describe.each(SITES)("the table of the %s site", (site) => {
  test("has a row for every route, and a route for every row", () => {
    const routes = ROUTES[site].map(({ method, path }) => `${method} ${path}`);
    expect(Object.keys(ISOLATION[site]).sort()).toEqual([...new Set(routes)].sort());
  });
});

const rowsOf = (site: SiteName) => Object.entries(ISOLATION[site]);

function partsOf(key: string): { method: string; path: string } {
  const [method = "", path = ""] = key.split(" ");
  return { method, path };
}

type Record_ = { param: string; name: RecordName };
const recordsOf = (row: Row): Record_[] =>
  Object.entries(row.ids ?? {})
    .filter(([, name]) => !name.startsWith("="))
    .map(([param, name]) => ({ param, name: name as RecordName }));

/** The address with its parameters filled in by `id`. */
function addressOf(key: string, row: Row, id: (name: RecordName) => string): string {
  let { path } = partsOf(key);
  for (const [param, name] of Object.entries(row.ids ?? {}))
    path = path.replace(`:${param}`, name.startsWith("=") ? name.slice(1) : id(name as RecordName));
  return path;
}

async function call(visitor: Visitor, key: string, address: string, form: Record<string, string> = {}) {
  return partsOf(key).method === "GET" ? visitor.get(address) : visitor.post(address, form);
}

const letterOf = (role: Role): Letter => (role.endsWith("B") ? "B" : "A");
const otherOf = (letter: Letter): Letter => (letter === "A" ? "B" : "A");
const isLetIn = (row: Row, role: Role) => (LET_IN[row.who] as readonly Role[]).includes(role);
const nobodysId = (name: RecordName) => (name === "session" ? randomBytes(32).toString("hex") : randomUUID());

/** Every way to name another subscriber's records: all of them, or one beside one's own. */
function foreignIds(site: SiteName, row: Row, own: World, other: World): ((name: RecordName) => string)[] {
  const names = recordsOf(row).map(({ name }) => name);
  // The desk serves every subscriber: there, only a record below the wrong one is another's.
  const within = names.filter(
    (name) => !["tenant", "staff", "audit", "report", "compromisedKey", "revocationOrder"].includes(name),
  );
  const isAlone = site === "desk" && (within.length === 0 || names.length === 1);
  if (names.length === 0 || isAlone) return [];
  const ways = within.map((foreign) => (name: RecordName) => (name === foreign ? other[name] : own[name]));
  return names.length > 1 && site !== "desk" ? [(name) => other[name], ...ways] : ways;
}

/** What a call must answer that names a record which is not its caller's: told for the first such record of its path. */
function statusOfForeign({ ids, foreign }: Row, own: World, id: (name: RecordName) => string): number {
  if (typeof foreign !== "object") return foreign ?? 404;
  const named = Object.values(ids ?? {}).filter((name): name is RecordName => !name.startsWith("="));
  const first = named.find((name) => id(name) !== own[name]);
  return (first && foreign[first]) ?? 404;
}

describe.each(SITES)("on the %s site", (site) => {
  test("who is not let in gets no further, and nothing changes", async () => {
    const faults: string[] = [];
    let before = demo().digests();
    for (const [key, row] of rowsOf(site)) {
      for (const role of ROLES.filter((one) => !isLetIn(row, one))) {
        const world = stage.world("A");
        const answer = await call(
          stage.visitors[site][role],
          key,
          addressOf(key, row, (name) => world[name]),
          row.form?.(world),
        );
        const right =
          site === "applicant"
            ? answer.status === 303 && answer.location === "/login"
            : answer.status === 403;
        if (!right) faults.push(`${role}: ${key} → ${answer.status} ${answer.location}`);
        const after = demo().digests();
        const changed = changedTables(before, after);
        if (changed.length > 0) faults.push(`${role}: ${key} changed ${changed.join(", ")}`);
        before = after;
      }
    }
    expect(faults).toEqual([]);
  });

  test("another's records and none are not found, and nothing changes", async () => {
    const faults: string[] = [];
    let before = demo().digests();
    for (const [key, row] of rowsOf(site)) {
      if (recordsOf(row).length === 0) continue;
      await stage.stayFresh();
      before = demo().digests();
      for (const role of ROLES.filter((one) => isLetIn(row, one))) {
        const own = stage.world(letterOf(role));
        const other = stage.world(otherOf(letterOf(role)));
        const none = recordsOf(row).map(
          ({ name: missing }) =>
            (name: RecordName) =>
              name === missing ? nobodysId(name) : own[name],
        );
        for (const id of [...foreignIds(site, row, own, other), ...none]) {
          const address = addressOf(key, row, id);
          const answer = await call(stage.visitors[site][role], key, address, row.form?.(own));
          if (answer.status !== statusOfForeign(row, own, id))
            faults.push(`${role}: ${key} as ${address} → ${answer.status}`);
          const after = demo().digests();
          const changed = changedTables(before, after);
          if (changed.length > 0) faults.push(`${role}: ${key} as ${address} changed ${changed.join(", ")}`);
          before = after;
        }
      }
    }
    expect(faults).toEqual([]);
  });
});

describe("a form that names another's record", () => {
  const refused = async (answer: Visit, statuses: readonly number[], secret: string) => {
    expect(statuses).toContain(answer.status);
    expect(answer.text).not.toContain(secret);
  };

  test("cannot apply in another's name", async () => {
    const hanako = stage.visitors.applicant["applicant A"];
    const before = demo().digests();
    const fields = requestFields(demo(), "B", "www.example.ac.jp");
    await refused(await hanako.post("/requests/drafts", fields), [404, 422], "きた学園");
    expect(changedTables(before, demo().digests()).filter((name) => !name.startsWith("audit"))).toEqual([]);
  });

  test("cannot apply for another's domain", async () => {
    const hanako = stage.visitors.applicant["applicant A"];
    const before = demo().digests();
    const fields = requestFields(demo(), "A", "www.example.ac.jp");
    await refused(await hanako.post("/requests/drafts", fields), [422], "きた学園");
    expect(changedTables(before, demo().digests()).filter((name) => !name.startsWith("audit"))).toEqual([]);
  });

  test("cannot send another's draft", async () => {
    const hanako = stage.visitors.applicant["applicant A"];
    const before = demo().digests();
    const answer = await hanako.post("/requests", { draft: stage.world("B").draft });
    expect([answer.status, answer.location]).toEqual([303, "/requests/new"]);
    expect(changedTables(before, demo().digests())).toEqual([]);
  });

  test("cannot begin from another's certificate or request", async () => {
    const hanako = stage.visitors.applicant["applicant A"];
    const { certificate, request } = stage.world("B");
    expect((await hanako.get(`/requests/new?renew=${certificate}`)).status).toBe(404);
    expect((await hanako.get(`/requests/new?from=${request}`)).status).toBe(404);
    const fields = requestFields(demo(), "A", "renewed.example.co.jp", {
      replacesCertificateId: certificate,
    });
    const before = demo().digests();
    const draft = (await hanako.post("/requests/drafts", fields)).location.slice("/requests/drafts/".length);
    await refused(await hanako.post("/requests", { draft }), [404], "example.ac.jp");
    expect(changedTables(before, demo().digests())).toEqual([]);
  });

  test("cannot approve another's request among many", async () => {
    await stage.stayFresh();
    const yamada = stage.visitors.operator["operator A"];
    const { request } = stage.world("B");
    const preview = await yamada.get(`/requests/approvals?ids=${request}`);
    expect(preview.text).not.toContain("example.ac.jp");
    await yamada.post("/requests/approvals", { ids: request });
    await untilQuiet(demo());
    expect(demo().rows("select state from certificate_requests where id = ?", request)).toEqual([
      { state: "PENDING_APPROVAL" },
    ]);
  });

  test("cannot make another's person a user or an operator", async () => {
    await stage.stayFresh();
    const desk = stage.visitors.desk.administrator;
    const { tenant } = stage.world("A");
    const { person } = stage.world("B");
    const before = demo().digests();
    const user = { personId: person, loginId: "crossing.over", passwordNoticeEmail: "x@example.jp" };
    await refused(await desk.post(`/subscribers/${tenant}/users/new`, user), [404, 422], "小野");
    const operator = { personId: person, commonName: "C.ROSSING", name: "", email: "" };
    await refused(await desk.post(`/subscribers/${tenant}/operators/new`, operator), [404, 422], "小野");
    expect(changedTables(before, demo().digests())).toEqual([]);
  });
});

describe.each(SITES)("on the %s site", (site) => {
  test("one's own records answer as the table says", async () => {
    const faults: string[] = [];
    for (const [key, row] of rowsOf(site)) {
      await stage.stayFresh();
      const isGet = partsOf(key).method === "GET";
      const roles = ROLES.filter((one) => isLetIn(row, one)).filter(
        (_role, index) => isGet || index === 0 || site === "public",
      );
      for (const role of roles) {
        const world = stage.world(letterOf(role));
        const visitor = row.endsSession
          ? await signedIn(demo(), cast(demo()).login("minato", "sato"))
          : stage.visitors[site][role];
        const address = addressOf(key, row, (name) => world[name]);
        const answer = await call(visitor, key, address, row.form?.(world));
        // Who is signed in has no use for the page to sign in.
        const own = key === "GET /login" && role.startsWith("applicant") ? 303 : row.own;
        if (answer.status !== own)
          faults.push(`${role}: ${key} as ${address} → ${answer.status} ${answer.location}`);
      }
    }
    expect(faults).toEqual([]);
  });
});
