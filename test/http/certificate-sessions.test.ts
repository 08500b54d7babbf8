import { describe, expect, test } from "vitest";
import type { TestCertificate } from "../support/certificates.ts";
import { prepareDoor, site, taro } from "../support/door.ts";
import { ask } from "../support/mutual-tls-site.ts";

prepareDoor();

describe("a session", () => {
  const cookieOf = (answer: { headers: Readonly<Record<string, string | string[] | undefined>> }) =>
    String(answer.headers["set-cookie"]?.[0] ?? "").split(";")[0] ?? "";
  const tokenIn = (body: string) => /name="_csrf" value="([^"]+)"/.exec(body)?.[1] ?? "";

  async function withSecondFactor(port: number, client: TestCertificate) {
    const form = await ask(port, { client, path: "/form" });
    const cookie = cookieOf(form);
    const token = tokenIn(form.body);
    expect(token).not.toBe("");
    const headers = { cookie, "content-type": "application/x-www-form-urlencoded" };
    const body = `_csrf=${encodeURIComponent(token)}`;
    const posted = await ask(port, { client, path: "/session", method: "POST", headers, body });
    expect(posted.status).toBe(200);
    return { cookie, headers, body };
  }

  test("belongs to one certificate: another one's cookie ends it", async () => {
    const who = await taro();
    const other = await taro();
    const { port } = await site("operator");
    const { cookie } = await withSecondFactor(port, who.client);
    const own = await ask(port, { client: who.client, path: "/session", headers: { cookie } });
    expect(JSON.parse(own.body)).toEqual({ secondFactorAt: 1 });
    const stolen = await ask(port, { client: other.client, path: "/session", headers: { cookie } });
    expect(JSON.parse(stolen.body)).toEqual({ secondFactorAt: null });
    // And it is over for its owner as well.
    const after = await ask(port, { client: who.client, path: "/session", headers: { cookie } });
    expect(JSON.parse(after.body)).toEqual({ secondFactorAt: null });
  });

  test("a form with another one's session is not carried out", async () => {
    const who = await taro();
    const other = await taro();
    const { port } = await site("operator");
    const { headers, body } = await withSecondFactor(port, who.client);
    const stolen = await ask(port, { client: other.client, path: "/session", method: "POST", headers, body });
    expect(stolen.status).toBe(403);
    const after = await ask(port, {
      client: other.client,
      path: "/session",
      headers: { cookie: cookieOf(stolen) },
    });
    expect(JSON.parse(after.body)).toEqual({ secondFactorAt: null });
  });
});
