import { beforeAll, describe, expect, test } from "vitest";
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
import { prepareWorlds, type RecordName, type Role, type Stage } from "../support/worlds.ts";
import { ISOLATION, LET_IN, type Row } from "./isolation-rows.ts";

/**
 * No form is carried out that was not sent from our own page of this very site, and nothing but a form changes
 * anything: mail scanners, prefetching browsers and crawlers may open what they like (incident class 8).
 */

const demo = stagedDemo();
let stage: Stage;

beforeAll(async () => {
  stage = await prepareWorlds(demo());
  await untilQuiet(demo());
});

function calls(site: SiteName, method: "GET" | "POST"): { key: string; address: string; row: Row }[] {
  const world = stage.world("A");
  return Object.entries(ISOLATION[site])
    .filter(([key]) => key.startsWith(`${method} `))
    .map(([key, row]) => {
      let address = key.slice(method.length + 1);
      for (const [param, name] of Object.entries(row.ids ?? {}))
        address = address.replace(
          `:${param}`,
          name.startsWith("=") ? name.slice(1) : world[name as RecordName],
        );
      return { key, address, row };
    });
}

/** Somebody who may: the administrator where it takes one. */
function someoneAt(site: SiteName, row: Row): Visitor {
  const roles: readonly Role[] = LET_IN[row.who];
  const [first = "nobody"] = roles;
  const role = site === "desk" ? "administrator" : site === "operator" ? "operator A" : first;
  return stage.visitors[site][role];
}

const otherPort = (origin: string) => `https://localhost:${Number(new URL(origin).port) + 1}`;

describe.each(SITES)("a form of the %s site", (site) => {
  test("is refused with 403 unless it comes from our own page, and changes nothing", async () => {
    const origin = demo().access.sites[site];
    const foreign = await tokenOfAnotherSession(site);
    const faults: string[] = [];
    let before = demo().digests();
    for (const { key, address, row } of calls(site, "POST")) {
      await stage.stayFresh();
      before = demo().digests();
      const visitor = someoneAt(site, row);
      const form = row.form?.(stage.world("A")) ?? {};
      const attempts: Record<string, () => Promise<Visit>> = {
        "without a token": () => visitor.post(address, { ...form, _csrf: "" }),
        "with another session's token": () => visitor.post(address, { ...form, _csrf: foreign }),
        "from another port": () => visitor.post(address, form, { origin: otherPort(origin) }),
        "from plain http": () => visitor.post(address, form, { origin: origin.replace("https", "http") }),
        "from nowhere": () => visitor.post(address, form, { origin: "null" }),
        "from the same site": () => visitor.post(address, form, { "sec-fetch-site": "same-site" }),
        "from another site": () => visitor.post(address, form, { "sec-fetch-site": "cross-site" }),
        "typed into the address bar": () => visitor.post(address, form, { "sec-fetch-site": "none" }),
      };
      for (const [how, attempt] of Object.entries(attempts)) {
        const { status } = await attempt();
        if (status !== 403) faults.push(`${key} ${how} → ${status}`);
      }
      const after = demo().digests();
      if (changedTables(before, after).length > 0)
        faults.push(`${key} changed ${changedTables(before, after)}`);
      before = after;
    }
    expect(faults).toEqual([]);
  });
});

async function tokenOfAnotherSession(site: SiteName): Promise<string> {
  if (site !== "applicant") return stage.visitors.applicant["applicant B"].csrf;
  return (await signedIn(demo(), cast(demo()).login("minato", "sato"))).csrf;
}

test("the token counts, not where it is written: a header does as well as a field", async () => {
  const hanako = stage.visitors.applicant["applicant A"];
  const body = "language=ja&return=/";
  expect(
    (await hanako.ask("POST", "/language", { body, headers: { "x-csrf-token": hanako.csrf } })).status,
  ).toBe(303);
  expect((await hanako.ask("POST", "/language", { body })).status).toBe(403);
});

describe.each(SITES)("opening every page of the %s site", (site) => {
  test("by GET, HEAD and prefetch changes nothing", async () => {
    const faults: string[] = [];
    let before = demo().digests();
    for (const { key, address, row } of calls(site, "GET")) {
      await stage.stayFresh();
      before = demo().digests();
      for (const role of LET_IN[row.who].slice(0, 2)) {
        const visitor = stage.visitors[site][role];
        const answers = [
          await visitor.get(address),
          await visitor.ask("HEAD", address),
          await visitor.get(address, { "sec-purpose": "prefetch" }),
        ];
        const [get, head] = answers;
        if (head?.status !== get?.status || head?.text !== "")
          faults.push(`HEAD ${address} → ${head?.status}, GET → ${get?.status}`);
        if (answers.some(({ status }) => status >= 500)) faults.push(`${key} → 5xx`);
        const after = demo().digests();
        if (changedTables(before, after).length > 0)
          faults.push(`${role}: ${key} changed ${changedTables(before, after)}`);
        before = after;
      }
    }
    expect(faults).toEqual([]);
  });

  test("and following every link of every page changes nothing", async () => {
    await stage.stayFresh();
    const before = demo().digests();
    const faults: string[] = [];
    const roles = Object.keys(stage.visitors[site]) as Role[];
    for (const role of roles.filter((one) => !one.endsWith("B") && (site !== "public" || one === "nobody"))) {
      const visitor = stage.visitors[site][role];
      const seen = new Set<string>(["/"]);
      for (const address of seen) {
        if (seen.size > 150) break;
        const { status, text } = await visitor.get(address);
        if (status >= 400 && status !== 403) faults.push(`${role}: ${address} → ${status}`);
        for (const [, link = ""] of text.matchAll(/<a\b[^>]*href="(\/[^"#]*)/g))
          if (!link.startsWith("/static/")) seen.add(link.replaceAll("&amp;", "&"));
      }
    }
    expect(faults).toEqual([]);
    expect(changedTables(before, demo().digests())).toEqual([]);
  });
});
