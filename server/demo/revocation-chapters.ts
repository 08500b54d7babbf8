import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type Chapter, expect, fetchCrls, fileOf, type Journey, visitorsOf } from "./journey.ts";
import { openssl, opensslBoth } from "./openssl.ts";

/** What OCSP and CRL may take at most, in the end; here they take seconds. */
const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 500;

/** A certificate is revoked by an operator, and everybody who asks is told. */
export const revocationChapters = (name: string): readonly Chapter[] => [
  {
    title: `the operator revokes ${name}, by way of a check page`,
    play: (journey) => revoke(journey, name),
  },
  {
    title: `openssl verify with the new CRL says that ${name} is revoked`,
    play: (journey) => refuse(journey, name),
  },
  {
    title: `openssl ocsp says the same of ${name}`,
    play: (journey) => askResponder(journey, name),
  },
  {
    title: `the notice of the revocation of ${name} has arrived`,
    play: (journey) => noticed(journey, name),
  },
];

async function revoke(journey: Journey, name: string): Promise<string> {
  const { operator } = visitorsOf(journey);
  const certificate = journey.notes.get(`certificate ${name}`) ?? "";
  await operator.open(`${certificate}/revocation`);
  await operator.submit("/revocations/drafts", {
    reason: "keyCompromise",
    explanation: "サーバーの設定ファイルを誤って公開したため",
  });
  expect(operator.page.path.startsWith("/revocations/drafts/"), `no check page: ${operator.page.path}`);
  await operator.submit("/revocations");
  expect(operator.page.status === 422, "revoked without the confirmation");
  await operator.submit("/revocations", { confirmed: "on" });
  expect(operator.page.path === `${certificate}/revocation/receipt`, operator.textOf("main"));
  journey.notes.set(`revoked ${name}`, String(performance.now()));
  return operator.textOf("h1");
}

async function refuse(journey: Journey, name: string): Promise<string> {
  const since = Number(journey.notes.get(`revoked ${name}`));
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const { stdout, stderr } = await opensslBoth([
      "verify",
      "-crl_check",
      "-CAfile",
      path.join(journey.files, "customer-root.pem"),
      "-CRLfile",
      await fetchCrls(journey),
      "-untrusted",
      fileOf(journey, name, "chain.pem"),
      fileOf(journey, name, "leaf.pem"),
    ]).catch((error: { stdout?: string; stderr?: string }) => ({
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? String(error),
    }));
    if (`${stdout}${stderr}`.includes("certificate revoked")) {
      return `revoked, ${((performance.now() - since) / 1000).toFixed(1)} s after the click`;
    }
    expect(performance.now() < until, `after ${PATIENCE_MS} ms openssl still says: ${stdout}${stderr}`);
    await wait(LOOK_AGAIN_MS);
  }
}

async function askResponder(journey: Journey, name: string): Promise<string> {
  const leaf = fileOf(journey, name, "leaf.pem");
  const chain = fileOf(journey, name, "chain.pem");
  const url = (await openssl(["x509", "-in", leaf, "-noout", "-ocsp_uri"])).trim();
  const above = path.join(journey.files, "issuers.pem");
  const root = await readFile(path.join(journey.files, "customer-root.pem"), "utf8");
  await writeFile(above, (await readFile(chain, "utf8")) + root);
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    const asked = ["ocsp", "-issuer", chain, "-cert", leaf, "-url", url, "-CAfile", above];
    const { stdout, stderr } = await opensslBoth(asked);
    expect(stderr.includes("Response verify OK"), stderr);
    if (stdout.includes(": revoked")) {
      return /Reason: (\S+)/.exec(stdout)?.[0] ?? "revoked";
    }
    expect(performance.now() < until, `after ${PATIENCE_MS} ms the responder still says: ${stdout}`);
    await wait(LOOK_AGAIN_MS);
  }
}

async function noticed({ demo }: Journey, name: string): Promise<null> {
  await demo.mails.waitFor((mail) => mail.subject.includes(name) && mail.subject.includes("失効"));
  return null;
}
