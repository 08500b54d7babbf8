import { beforeAll, describe, expect, test } from "vitest";
import {
  cast,
  type StagedDemo,
  signedIn,
  stagedDemo,
  withCertificate,
  withSecondFactor,
} from "../support/staged-demo.ts";
import type { Visitor } from "../support/visitor.ts";

/**
 * Class 29, the 24 hours of the NSR: somebody left, and was still inside. Here whoever is disabled at the desk is
 * refused with the very next request, on the connection that was open and on any other.
 */

const demo = stagedDemo();
let desk: Visitor;

beforeAll(async () => {
  desk = await withSecondFactor(demo(), "desk", cast(demo()).staff("admin"));
});

const idOf = (staged: StagedDemo, sql: string, ...values: unknown[]): string =>
  staged.rows<{ id: string }>(sql, ...values)[0]?.id ?? "";

describe("class 29: the next request is refused", () => {
  test("of a user who was disabled, in every session", async () => {
    const who = cast(demo());
    const login = who.login("minato", "sato");
    const sessions = [await signedIn(demo(), login), await signedIn(demo(), login)];
    for (const session of sessions) expect((await session.get("/requests")).status).toBe(200);
    const { tenant } = who.subscriber("minato");
    const user = idOf(demo(), "select id from applicant_users where login_id = ?", login.loginId);
    const path = `/subscribers/${tenant}/users/${user}/disablement`;
    await desk.get(path);
    expect((await desk.post(path)).status).toBe(303);
    for (const session of sessions) {
      const answer = await session.get("/requests");
      expect([answer.status, answer.location]).toEqual([303, "/login"]);
    }
    expect(demo().rows("select id from sessions where owner_id = ?", user)).toEqual([]);
    await expect(signedIn(demo(), login)).rejects.toThrow("was not let in");
    // Let in again, the old sessions stay over.
    const back = `/subscribers/${tenant}/users/${user}/enablement`;
    await desk.get(back);
    expect((await desk.post(back)).status).toBe(303);
    for (const session of sessions) expect((await session.get("/requests")).status).toBe(303);
  });

  test.each(["suspension", "removal"])("of an operator after the %s", async (change) => {
    const who = cast(demo());
    const name = change === "suspension" ? "yamada" : "sato";
    const operator = await withCertificate(demo(), "operator", who.operator("minato", name));
    expect((await operator.get("/requests")).status).toBe(200);
    const { tenant } = who.subscriber("minato");
    const commonName = name === "yamada" ? "T.YAMADA" : "J.SATO";
    const id = idOf(demo(), "select id from operators where common_name = ?", commonName);
    const path = `/subscribers/${tenant}/operators/${id}`;
    await desk.get(`${path}/${change}`);
    expect((await desk.post(`${path}/${change}`)).status).toBe(303);
    // The connection was cut with the change; a new one is shown the door.
    const next = await operator.get("/requests").catch(() => operator.get("/requests"));
    expect(next.status).toBe(403);
    const anew = await withCertificate(demo(), "operator", who.operator("minato", name));
    expect((await anew.get("/requests")).status).toBe(403);
    if (change === "removal") return;
    await desk.get(`${path}/resumption`);
    expect((await desk.post(`${path}/resumption`)).status).toBe(303);
    expect((await anew.get("/requests")).status).toBe(200);
  });

  test("of staff who were disabled", async () => {
    const vetter = await withCertificate(demo(), "desk", cast(demo()).staff("vetter"));
    expect((await vetter.get("/subscribers")).status).toBe(200);
    const id = idOf(demo(), "select id from staff where email = 'shinsa@ca.example.jp'");
    await desk.get(`/staff/${id}/disablement`);
    expect((await desk.post(`/staff/${id}/disablement`)).status).toBe(303);
    const next = await vetter.get("/subscribers").catch(() => vetter.get("/subscribers"));
    expect(next.status).toBe(403);
  });
});
