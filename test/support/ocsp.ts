import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { onTestFinished } from "vitest";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import {
  type AlsoStore,
  type AuthorityDeps,
  chainOf,
  fileKeys,
  type IssueOrder,
  issueCertificate,
  issuerOf,
  type OcspOptions,
  ocspHandler,
  ocspResponder,
  type StoredCertificate,
} from "../../server/authority/index.ts";
import type { Database } from "../../server/db/index.ts";
import { wholeSecond } from "../../server/kernel/clock.ts";
import { generateKey, spkiOf, toPem } from "../../server/pki/index.ts";
import { temporaryFolder } from "./databases.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, noStep, PASSPHRASE } from "./issuing.ts";

const spki = spkiOf((await generateKey("P-256")).publicKey);

/** An authority with its responder behind a real listener; the openssl command lives by the wall clock, so does it. */
export async function ocspScene(db: Database, changes: Partial<OcspOptions> = {}) {
  const clock = clockAt(Temporal.Now.instant());
  const folder = temporaryFolder();
  const authority = issuanceDeps(db, clock, await establishTestHierarchies(db, clock, folder));
  const keys = fileKeys(keyFolder(folder), PASSPHRASE);
  const options: OcspOptions = {
    authority,
    keys,
    issuerName: "印鑑認証",
    cacheBytes: 1024 * 1024,
    livePerSecond: 1000,
    ...changes,
  };
  const responder = await ocspResponder(options);
  const failures: unknown[] = [];
  const server = createServer(ocspHandler({ responder, onError: (error) => void failures.push(error) }));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  const issue = (
    order: Partial<IssueOrder> = {},
    step: AuthorityDeps["step"] = noStep,
    store?: AlsoStore,
  ): Promise<StoredCertificate> => {
    const notBefore = wholeSecond(clock.now());
    const whole: IssueOrder = {
      role: "CUSTOMER_OV",
      profile: "SERVER_OV",
      subject: [
        { type: "C", value: "JP" },
        { type: "ST", value: "東京都" },
        { type: "O", value: "株式会社青葉商事" },
      ],
      names: ["www.example.co.jp"],
      spki,
      notBefore,
      notAfter: notBefore.add({ hours: 24 * 100 }),
      purpose: "request:1",
      subscriberId: null,
      organizationId: null,
      ...order,
    };
    return issueCertificate({ ...authority, step }, whole, store);
  };

  /** Not `fetch`, which would tidy the path up. */
  const ask = (
    at: string,
    options: { method?: string; body?: Uint8Array; headers?: Record<string, string> } = {},
  ) =>
    new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; body: Buffer }>(
      (resolve, reject) => {
        const { method = "GET", body, headers = {} } = options;
        const asked = request(
          { host: "127.0.0.1", port, path: at, method, headers, agent: false },
          (response) => {
            const parts: Buffer[] = [];
            response.on("data", (part: Buffer) => parts.push(part));
            response.on("end", () =>
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                body: Buffer.concat(parts),
              }),
            );
          },
        );
        asked.once("error", reject).end(body);
      },
    );
  const post = (body: Uint8Array) =>
    ask("/ocsp", { method: "POST", body, headers: { "content-type": "application/ocsp-request" } });

  return { db, clock, folder, keys, authority, options, responder, failures, issue, ask, post, port };
}

export type OcspScene = Awaited<ReturnType<typeof ocspScene>>;

/** The openssl command as a client of the responder: what it prints on both streams, and how it ended. */
export async function opensslOcsp(
  scene: OcspScene,
  ...args: string[]
): Promise<{ text: string; status: number }> {
  const ov = await issuerOf(scene.db.read, "CUSTOMER_OV");
  const [issuer, root] = await chainOf(scene.db.read, ov.id);
  const pem = (name: string, ...ders: (Uint8Array | undefined)[]) => {
    const file = path.join(scene.folder, name);
    writeFileSync(file, ders.map((der) => toPem("CERTIFICATE", der ?? new Uint8Array())).join(""));
    return file;
  };
  const trusted = pem("trusted.pem", issuer, root);
  return await new Promise((resolve) => {
    execFile(
      "openssl",
      ["ocsp", "-issuer", pem("issuer.pem", issuer), "-CAfile", trusted, "-text", ...args],
      (error, stdout, stderr) => resolve({ text: stdout + stderr, status: Number(error?.code ?? 0) }),
    );
  });
}

/** A request as openssl writes it. */
export async function opensslRequest(
  scene: OcspScene,
  serials: readonly string[],
  ...args: string[]
): Promise<Buffer> {
  const file = path.join(scene.folder, "request.der");
  await opensslOcsp(
    scene,
    ...serials.flatMap((serial) => ["-serial", `0x${serial}`]),
    "-reqout",
    file,
    ...args,
  );
  return readFileSync(file);
}
