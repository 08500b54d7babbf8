import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { TOTP } from "otpauth";
import { verifyAudit } from "../audit/index.ts";
import type { CertificateAccess } from "./build-cast.ts";
import {
  type Chapter,
  expect,
  fetchCrls,
  fileOf,
  type Journey,
  minato,
  visitorsOf,
  welcome,
} from "./journey.ts";
import { type CsrKey, makeCsr, openssl, opensslBoth } from "./openssl.ts";
import { revocationChapters } from "./revocation-chapters.ts";
import { Visitor } from "./visitor.ts";

/** Two certificates, so that both kinds of keys and both products are played. */
const ORDERS: readonly { readonly name: string; readonly key: CsrKey; readonly product: "OV" | "EV" }[] = [
  { name: "www.example.co.jp", key: "RSA-2048", product: "EV" },
  { name: "shop.example.co.jp", key: "P-256", product: "OV" },
];

export const CHAPTERS: readonly Chapter[] = [
  { title: "an applicant signs in with ID and password", play: signIn },
  ...ORDERS.flatMap((order) => [
    {
      title: `openssl req makes a ${order.key} key and a CSR for ${order.name}`,
      play: (j: Journey) => request(j, order),
    },
    {
      title: `the ${order.product} request for ${order.name} is submitted and gets a receipt`,
      play: (j: Journey) => submit(j, order),
    },
  ]),
  { title: "the operator site stays shut without a client certificate", play: shutDoor },
  { title: "an operator enters with the client certificate and gives the second factor", play: enter },
  ...ORDERS.flatMap((order) => [
    {
      title: `the operator approves ${order.name}, and the certificate is issued`,
      play: (j: Journey) => approve(j, order.name),
    },
    {
      title: `the applicant downloads the certificate of ${order.name}`,
      play: (j: Journey) => download(j, order.name),
    },
    {
      title: `openssl verify accepts ${order.name}, strictly and with the CRLs`,
      play: (j: Journey) => verify(j, order.name),
    },
    {
      title: `a TLS server serves ${order.name}, and openssl s_client accepts it`,
      play: (j: Journey) => serve(j, order.name),
    },
  ]),
  ...revocationChapters("shop.example.co.jp"),
  { title: "the mails of both requests have arrived", play: mails },
  { title: "the audit chain is whole", play: audit },
];

async function signIn(journey: Journey): Promise<string> {
  const { access } = journey.demo;
  const login = minato(access).logins["hanako"];
  const operator = minato(access).operators["yamada"];
  expect(login !== undefined && operator !== undefined, "the cast is incomplete");
  const applicant = new Visitor({ site: access.sites.applicant, trust: access.staffRoot });
  await applicant.open("/requests/new");
  expect(applicant.page.path.startsWith("/login"), "a stranger was not sent to the sign-in page");
  await applicant.submit("/login", { loginId: login.loginId, password: login.password });
  expect(
    applicant.page.path === "/requests/new",
    `after signing in the visitor stands at ${applicant.page.path}`,
  );
  const clientPem = await readFile(operator.pem, "utf8");
  welcome(journey, {
    applicant,
    operator: new Visitor({ site: access.sites.operator, trust: access.staffRoot, clientPem }),
  });
  return login.name;
}

async function request(journey: Journey, { name, key }: (typeof ORDERS)[number]): Promise<null> {
  const csr = await makeCsr(name, key, fileOf(journey, name, "key"));
  await writeFile(fileOf(journey, name, "csr"), csr);
  return null;
}

async function submit(journey: Journey, { name, product }: (typeof ORDERS)[number]): Promise<string> {
  const { applicant } = visitorsOf(journey);
  await applicant.open("/requests/new");
  await applicant.submit("/requests/drafts", {
    csr: await readFile(fileOf(journey, name, "csr"), "utf8"),
    commonName: name,
    product,
    issueNoticeEmail: "webmaster@example.co.jp",
  });
  expect(applicant.page.status === 200, `the form came back: ${applicant.textOf(".error-summary")}`);
  await applicant.submit("/requests");
  const receipt = /R-\d{8}-[0-9A-Z]+/.exec(applicant.page.html.text)?.[0];
  expect(receipt !== undefined, `no receipt number on ${applicant.page.path}`);
  return receipt;
}

async function shutDoor({ demo }: Journey): Promise<string> {
  const { sites, staffRoot } = demo.access;
  const stranger = new Visitor({ site: sites.operator, trust: staffRoot });
  const { status } = await stranger.open("/requests");
  expect(status === 403, `a stranger was answered with ${status}`);
  return "403, with a page that explains";
}

async function enter(journey: Journey): Promise<string> {
  const { operator } = visitorsOf(journey);
  const access = minato(journey.demo.access).operators["yamada"] as CertificateAccess;
  await operator.open("/requests");
  expect(operator.page.status === 200, `the operator was answered with ${operator.page.status}`);
  // A page that wants it fresh leads there; so does the menu.
  await operator.open("/second-factor");
  const code = new TOTP({ secret: access.totpSecret, algorithm: "SHA1", digits: 6, period: 30 }).generate();
  await operator.submit("/second-factor", { code });
  expect(operator.page.status === 200, `the second factor was refused: ${operator.textOf(".error-summary")}`);
  return access.name;
}

async function approve(journey: Journey, name: string): Promise<string> {
  const { operator } = visitorsOf(journey);
  await operator.open(`/requests?q=${encodeURIComponent(name)}`);
  await operator.open(operator.link(/^\/requests\/[0-9a-f-]{36}$/));
  const shown = operator.page.path;
  await operator.open(`${shown}/approval`);
  await operator.submit(`${shown}/approval`);
  const certificate = operator.link(/^\/certificates\/[0-9a-f-]{36}$/);
  journey.notes.set(`certificate ${name}`, certificate);
  await operator.open(certificate);
  const serial = /[0-9A-Fa-f]{2}([: ]?[0-9A-Fa-f]{2}){15,}/.exec(operator.page.html.text)?.[0] ?? "";
  expect(
    serial !== "",
    `${operator.page.path} (${operator.page.status}) shows no serial: ${operator.textOf("main")}`,
  );
  return `serial ${serial.slice(0, 23)}…`;
}

async function download(journey: Journey, name: string): Promise<string> {
  const { applicant } = visitorsOf(journey);
  const certificate = journey.notes.get(`certificate ${name}`) ?? "";
  let bytes = 0;
  for (const [format, suffix] of [
    ["leaf.pem", "leaf.pem"],
    ["chain.pem", "chain.pem"],
    ["fullchain.pem", "fullchain.pem"],
  ] as const) {
    await applicant.open(certificate);
    const { body, status } = await applicant.submit(`${certificate}/downloads/${format}`);
    expect(status === 200, `${format} was answered with ${status}`);
    await writeFile(fileOf(journey, name, suffix), body);
    bytes += body.length;
  }
  return `leaf, chain and full chain, ${bytes} bytes`;
}

async function verify(journey: Journey, name: string): Promise<string> {
  const { files } = journey;
  const crlFile = await fetchCrls(journey);
  const root = path.join(files, "customer-root.pem");
  const chain = fileOf(journey, name, "chain.pem");
  const said = await openssl([
    "verify",
    "-x509_strict",
    "-crl_check_all",
    "-CAfile",
    root,
    "-CRLfile",
    crlFile,
    "-untrusted",
    chain,
    "-verify_hostname",
    name,
    fileOf(journey, name, "leaf.pem"),
  ]);
  expect(/: OK\s*$/.test(said), said);
  const subject = await openssl([
    "x509",
    "-in",
    fileOf(journey, name, "leaf.pem"),
    "-noout",
    "-subject",
    "-nameopt",
    "utf8,sep_comma_plus",
  ]);
  return subject.trim();
}

async function serve(journey: Journey, name: string): Promise<string> {
  const server = createServer(
    {
      key: await readFile(fileOf(journey, name, "key")),
      cert: await readFile(fileOf(journey, name, "fullchain.pem")),
    },
    (_request, response) => response.end("served\n"),
  );
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const { stderr } = await opensslBoth([
      "s_client",
      "-connect",
      `127.0.0.1:${port}`,
      "-servername",
      name,
      "-verify_hostname",
      name,
      "-verify_return_error",
      "-CAfile",
      path.join(journey.files, "customer-root.pem"),
      "-brief",
    ]);
    expect(stderr.includes("Verification: OK"), stderr);
    const protocol = /Protocol version: (\S+)/.exec(stderr)?.[1] ?? "";
    return `${protocol}, verification OK`;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function mails({ demo }: Journey): Promise<string> {
  for (const { name } of ORDERS) {
    // One when it was submitted, one when it was issued.
    await demo.mails.waitFor(
      (mail) => mail.recipients.includes("webmaster@example.co.jp") && mail.subject.includes(name),
    );
    await demo.mails.waitFor((mail) => mail.subject.includes(name) && /発行/.test(mail.subject));
  }
  const ids = demo.mails.mails.map(({ messageId }) => messageId);
  expect(new Set(ids).size === ids.length, "a mail arrived twice");
  return `${ids.length} mails, none twice`;
}

async function audit({ demo }: Journey): Promise<string> {
  const verdict = await verifyAudit(demo.inkan.db.read);
  expect(verdict.broken === null, `broken at ${JSON.stringify(verdict.broken)}`);
  return `${verdict.entries} entries`;
}
