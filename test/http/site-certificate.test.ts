import type { RequestListener } from "node:http";
import { connect, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { keyFolder } from "../../server/adapters/key-folder.ts";
import { type AuthorityDeps, issueCertificate, issuerOf } from "../../server/authority/index.ts";
import { type HttpsListener, listenHttps, listenMutualTls } from "../../server/http/listeners.ts";
import { wholeSecond } from "../../server/kernel/clock.ts";
import { generateKey, operatorSubject, spkiOf, toPem } from "../../server/pki/index.ts";
import { healthChecks } from "../../server/sites/health-checks.ts";
import { heldSiteCertificate, siteCertificate } from "../../server/sites/site-certificate.ts";
import { migratedPlace, openPlace, temporaryFolder } from "../support/databases.ts";
import { clockAt, establishTestHierarchies, issuanceDeps, PASSPHRASE } from "../support/issuing.ts";

/** OpenSSL, which greets the client's certificate, knows no other clock than the system's. */
const NOW = wholeSecond(Temporal.Now.instant());

/** The serial number that a new connection to `port` is shown. */
async function serialAt(port: number, client: { key: string; cert: string }): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...client });
  await new Promise<void>((resolve, reject) => socket.once("secureConnect", resolve).once("error", reject));
  const { serialNumber } = socket.getPeerCertificate();
  const closed = new Promise((resolve) => socket.once("close", resolve));
  socket.end("GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").resume();
  await closed;
  return serialNumber;
}

/** A client certificate that the staff root has signed, with its key. */
async function operatorCertificate(deps: AuthorityDeps) {
  const { publicKey, privateKey } = await generateKey("P-256");
  const { der } = await issueCertificate(deps, {
    role: "STAFF_ROOT",
    profile: "OPERATOR_CLIENT",
    subject: operatorSubject({ commonName: "T.YAMADA", organization: "株式会社青葉商事", siteId: "AOBA1" }),
    names: [],
    spki: spkiOf(publicKey),
    notBefore: NOW,
    notAfter: NOW.add({ hours: 24 * 365 }),
    purpose: "operator:1",
    subscriberId: null,
    organizationId: null,
  });
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: toPem("CERTIFICATE", der),
  };
}

test("a server that runs for months renews the sites' certificate on every listener", async () => {
  const db = await openPlace(await migratedPlace("sqlite"));
  const clock = clockAt(NOW);
  const folder = temporaryFolder();
  const deps = issuanceDeps(db, clock, await establishTestHierarchies(db, clock, folder));
  const obtain = () => siteCertificate(deps, keyFolder(folder), PASSPHRASE, "印鑑認証", ["localhost"]);
  const client = await operatorCertificate(deps);
  const held = await heldSiteCertificate(obtain);
  const handler: RequestListener = (_request, response) => void response.end();
  const options = { host: "127.0.0.1", port: 0, handler, ...held.current() };
  const trustedRoot = toPem("CERTIFICATE", (await issuerOf(db.read, "STAFF_ROOT")).certificateDer);
  const authorized: boolean[] = [];
  const door = {
    onConnection: (socket: TLSSocket) => void authorized.push(socket.authorized),
    endUnadmitted: async () => undefined,
  };
  const listeners: HttpsListener[] = [
    await listenHttps(options),
    await listenMutualTls({ ...options, trustedRoot, door }),
  ];
  for (const listener of listeners) {
    held.shownBy(listener);
    onTestFinished(() => listener.stop(Temporal.Duration.from({ milliseconds: 10 })));
  }
  const serials = () => Promise.all(listeners.map(({ port }) => serialAt(port, client)));
  const health = async () => {
    const checks = healthChecks({ ...deps, responder: { health: () => [] } }, () => held.current().notAfter);
    return checks.find(({ name }) => name === "site certificate")?.check();
  };

  const before = await serials();
  clock.advance({ hours: 24 * 168 });
  expect(await held.renew()).toBe(false);
  expect(await serials()).toEqual(before);
  clock.advance({ hours: 24 * 25 });
  await expect(health()).rejects.toThrow("within a week");
  expect(await held.renew()).toBe(true);
  await health();
  const after = await serials();
  expect(new Set(after).size).toBe(1);
  expect(after[0]).not.toBe(before[0]);
  // The mutual listener still asks for certificates, and still knows the staff root.
  expect(authorized).toEqual([true, true, true]);
});
