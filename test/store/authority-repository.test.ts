import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import {
  currentCrl,
  issuerOf,
  publishCrl,
  publishDueCrls,
  repositoryHandler,
} from "../../server/authority/index.ts";
import { setCrlPartitions } from "../../server/authority/set-crl-partitions.ts";
import { system } from "../../server/kernel/actor.ts";
import { readPem } from "../../server/pki/index.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, NOW } from "../support/issuing.ts";

async function repository() {
  const db = await openPlace(await migratedPlace("sqlite"));
  const clock = clockAt(NOW);
  const deps = issuanceDeps(db, clock, await establishTestHierarchies(db, clock, temporaryFolder()));
  const failures: unknown[] = [];
  const onError = (error: unknown) => void failures.push(error);
  const server = createServer(repositoryHandler({ read: db.read, clock, onError }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  /** Not `fetch`, which would tidy the path up. */
  const ask = (path: string, method = "GET", headers: Record<string, string> = {}) =>
    new Promise<{ status: number | undefined; header: (name: string) => unknown; body: Buffer }>(
      (resolve, reject) => {
        const asked = request(
          { host: "127.0.0.1", port, path, method, headers, agent: false },
          (response) => {
            const parts: Buffer[] = [];
            response.on("data", (part: Buffer) => parts.push(part));
            response.on("end", () =>
              resolve({
                status: response.statusCode,
                header: (name) => response.headers[name],
                body: Buffer.concat(parts),
              }),
            );
          },
        );
        asked.once("error", reject).end();
      },
    );
  return { db, clock, deps, ask, failures };
}

test("certificates and CRLs lie where certificates say they do", async () => {
  const { db, clock, deps, ask } = await repository();
  const ov = await issuerOf(db.read, "CUSTOMER_OV");
  const der = await ask("/ca/customer-ov.cer");
  expect(der).toMatchObject({ status: 200, body: Buffer.from(ov.certificateDer) });
  expect(der.header("content-type")).toBe("application/pkix-cert");
  expect(der.header("content-length")).toBe(String(ov.certificateDer.length));
  const pem = await ask("/ca/customer-ov.pem");
  expect(readPem(pem.body.toString())?.[0]?.bytes).toEqual(ov.certificateDer);

  expect((await ask("/crl/customer-ov.crl")).status).toBe(404);
  await publishCrl(deps, "CUSTOMER_OV");
  const crl = await ask("/crl/customer-ov.crl");
  expect(crl).toMatchObject({
    status: 200,
    body: Buffer.from((await currentCrl(db.read, "CUSTOMER_OV"))?.der ?? []),
  });
  expect(crl.header("content-type")).toBe("application/pkix-crl");
  expect(crl.header("cache-control")).toBe("public, max-age=600");
  clock.advance({ seconds: 7 * 86_400 - 30 });
  expect((await ask("/crl/customer-ov.crl")).header("cache-control")).toBe("public, max-age=30");
  clock.advance({ hours: 1 });
  expect((await ask("/crl/customer-ov.crl")).header("cache-control")).toBe("public, max-age=0");
  expect((await ask("/crl/customer-root.crl")).status).toBe(200);
});

test("who has it already is told so, and a new CRL is another", async () => {
  const { clock, deps, ask } = await repository();
  await publishCrl(deps, "STAFF_ROOT");
  const etag = String((await ask("/crl/staff-root.crl")).header("etag"));
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    const again = await ask("/crl/staff-root.crl", "GET", { "if-none-match": known });
    expect([again.status, again.body.length]).toEqual([304, 0]);
  }
  clock.advance({ minutes: 1 });
  await publishCrl(deps, "STAFF_ROOT");
  expect((await ask("/crl/staff-root.crl", "GET", { "if-none-match": etag })).status).toBe(200);
});

test("a CRL is read once for everybody who asks, and by date as well as by its tag", async () => {
  const { db, clock, deps, ask } = await repository();
  await setCrlPartitions(deps, system("test"), "CUSTOMER_OV", 2);
  const [first, ...others] = await Promise.all(
    Array.from({ length: 20 }, () => ask("/crl/customer-ov-2.crl")),
  );
  expect(first?.status).toBe(200);
  expect(first?.body).toEqual(Buffer.from((await currentCrl(db.read, "CUSTOMER_OV", 2))?.der ?? []));
  for (const other of others) expect(other.body).toEqual(first?.body);
  const since = String(first?.header("last-modified"));
  const dated = (at: string) => ask("/crl/customer-ov-2.crl", "GET", { "if-modified-since": at });
  expect((await dated(since)).status).toBe(304);
  expect((await dated(new Date(Date.parse(since) - 1000).toUTCString())).status).toBe(200);
  expect((await dated("yesterday")).status).toBe(200);
  clock.advance({ hours: 24 });
  await publishDueCrls(deps);
  const next = await ask("/crl/customer-ov-2.crl", "GET", { "if-none-match": String(first?.header("etag")) });
  expect(next.status).toBe(200);
  expect(next.header("etag")).not.toBe(first?.header("etag"));
  for (const path of [
    "/crl/customer-ov-3.crl",
    "/crl/customer-ov-0.crl",
    "/crl/customer-ov-02.crl",
    "/ca/customer-ov-1.cer",
  ]) {
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
  }
});

test("nothing else is there, and nothing but GET and HEAD", async () => {
  const { ask, failures } = await repository();
  for (const path of [
    "/",
    "/ca/",
    "/ca/customer-ov.crl",
    "/crl/customer-ov.cer",
    "/ca/nobody.cer",
    "/ca/../crl/customer-root.crl",
    "/ca/customer-ov.cer/",
    "/ca/CUSTOMER-OV.cer",
    "/ca/customer-ov.cer%00",
    "//ca/customer-ov.cer",
  ]) {
    expect([path, (await ask(path)).status]).toEqual([path, 404]);
  }
  const head = await ask("/ca/customer-ov.cer", "HEAD");
  expect([head.status, head.body.length]).toEqual([200, 0]);
  const post = await ask("/ca/customer-ov.cer", "POST");
  expect([post.status, post.header("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await ask("/ca/customer-ov.cer?x=1")).status).toBe(200);
  expect(failures).toEqual([]);
});
