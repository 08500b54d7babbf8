import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isProblem } from "../../server/kernel/problem.ts";
import { parseCsr, readPem, requireStrongKey, verifyCsrSignature } from "../../server/pki/index.ts";
import { workbench } from "./openssl.ts";

const bench = workbench();
/** Hundreds of cases in one test; a busy machine needs longer than the default. */
const PATIENT = 30_000;
const NEW_KEYS = {
  rsa: ["-newkey", "rsa:2048"],
  "P-256": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"],
  "P-384": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-384"],
  "P-521": ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-521"],
} as const;
const SUBJECT = "/C=JP/ST=東京都/L=千代田区/O=株式会社例示商事/CN=www.example.jp";

/** A PEM request made by openssl with a fresh key, which is left in `<name>.key`. */
function request(name: string, key: readonly string[], ...more: string[]): string {
  bench.openssl(
    "req",
    "-new",
    ...key,
    "-nodes",
    "-keyout",
    `${name}.key`,
    "-out",
    `${name}.csr`,
    "-utf8",
    "-subj",
    SUBJECT,
    ...more,
  );
  return bench.read(`${name}.csr`).toString();
}

const der = (pem: string): Uint8Array => readPem(pem)?.[0]?.bytes ?? new Uint8Array();

async function problemOf(input: string | Uint8Array): Promise<{ code: string; params: object } | null> {
  try {
    const csr = parseCsr(input);
    requireStrongKey(csr.publicKey);
    await verifyCsrSignature(csr);
    return null;
  } catch (error) {
    if (!isProblem(error)) throw error;
    return { code: error.code, params: error.params };
  }
}

const good = request(
  "good",
  NEW_KEYS.rsa,
  "-addext",
  "subjectAltName=DNS:www.example.jp,DNS:example.jp,IP:8.8.8.8",
);

describe("requests made by openssl", () => {
  it.each(Object.entries(NEW_KEYS))("with a %s key", async (kind, key) => {
    const csr = parseCsr(
      request(
        kind,
        key,
        "-addext",
        "subjectAltName=DNS:www.example.jp,IP:2606:4700::1111,email:a@example.jp",
      ),
    );
    await verifyCsrSignature(csr);
    requireStrongKey(csr.publicKey);
    expect(csr.publicKey).toMatchObject(
      kind === "rsa" ? { type: "RSA", bits: 2048, exponent: 65537n } : { type: "EC", curve: kind },
    );
    expect(csr.subject).toEqual([
      { type: "C", value: "JP" },
      { type: "ST", value: "東京都" },
      { type: "L", value: "千代田区" },
      { type: "O", value: "株式会社例示商事" },
      { type: "CN", value: "www.example.jp" },
    ]);
    expect(csr.requestedNames).toEqual(["www.example.jp", "2606:4700::1111"]);
    expect(csr.warnings).toEqual(["requested-names-of-other-kinds"]);
  });

  it.each([
    ["sha256", 32],
    ["sha384", 48],
    ["sha512", 64],
  ])("signed with RSASSA-PSS in the form of BR 7.1.3.2.1 (%s)", async (hash, salt) => {
    const pss = ["-sigopt", "rsa_padding_mode:pss", "-sigopt", `rsa_pss_saltlen:${salt}`];
    const csr = parseCsr(request(`pss-${hash}`, NEW_KEYS.rsa, `-${hash}`, ...pss));
    expect(csr.signatureAlgorithm).toBe(`RSASSA-PSS with SHA-${hash.slice(3)}`);
    await verifyCsrSignature(csr);
    const other = { ...csr, signature: csr.signature.with(10, (csr.signature[10] ?? 0) ^ 1) };
    await expect(verifyCsrSignature(other)).rejects.toMatchObject({ code: "csr-signature-broken" });
  });

  it.each([
    ["CRLF", good.replaceAll("\n", "\r\n")],
    ["white space around", `\n\n   ${good}\n\t\n`],
    ["a mail around", `お世話になっております。\n\n${good}\nよろしくお願いいたします。`],
    ["the old label", good.replaceAll("CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST")],
    ["a byte order mark", `\u{feff}${good}`],
    ["one long line", good.replace(/(?<!-)\n(?!-)/g, "")],
    ["indented lines", good.replaceAll("\n", "\n    ")],
    ["an uploaded PEM file", new TextEncoder().encode(good)],
    ["an uploaded DER file", der(good)],
  ])("with %s", async (_what, input) => {
    expect(await problemOf(input)).toBeNull();
    expect(parseCsr(input).requestedNames).toEqual(["www.example.jp", "example.jp", "8.8.8.8"]);
  });
});

describe("refused", () => {
  const keyPem = (bench.read("good.key") as Buffer).toString();
  const keyDer = der(keyPem);
  bench.openssl("req", "-x509", "-key", "good.key", "-in", "good.csr", "-out", "good.crt", "-days", "1");
  const certificate = bench.read("good.crt").toString();
  bench.openssl("crl2pkcs7", "-nocrl", "-certfile", "good.crt", "-out", "good.p7b");
  const pkcs7 = bench.read("good.p7b").toString();
  bench.openssl("pkey", "-in", "good.key", "-pubout", "-out", "good.pub");
  const publicKey = bench.read("good.pub").toString();
  bench.openssl("rsa", "-in", "good.key", "-traditional", "-out", "good.rsa");
  bench.openssl("pkcs8", "-topk8", "-in", "good.key", "-passout", "pass:x", "-out", "good.enc");
  bench.openssl(
    "pkcs12",
    "-export",
    "-inkey",
    "good.key",
    "-in",
    "good.crt",
    "-passout",
    "pass:x",
    "-out",
    "good.p12",
  );
  bench.openssl("ecparam", "-name", "prime256v1", "-genkey", "-out", "sec1.key");
  const flipped = Uint8Array.from(der(good)).with(-1, (der(good).at(-1) ?? 0) ^ 1);
  const ed25519 = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
  bench.file("ed25519.pem", ed25519);

  it.each<[string, string | Uint8Array]>([
    ["a PKCS#8 key", keyPem],
    ["a key after the request", `${good}\n${keyPem}`],
    ["a PKCS#1 key", bench.read("good.rsa").toString()],
    ["a SEC 1 key", bench.read("sec1.key").toString()],
    ["an encrypted key", bench.read("good.enc").toString()],
    ["only the first line of one", "-----BEGIN RSA PRIVATE KEY-----"],
    ["a key with damaged dashes", keyPem.replaceAll("-----", "--")],
    ["a key on one line with CRLF lost", keyPem.replaceAll("\n", " ")],
    ["a PuTTY key", "PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n"],
    ["an OpenSSH key", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n"],
    ["a key in DER", keyDer],
    ["a PKCS#1 key in DER", der(bench.read("good.rsa").toString())],
    [
      "a SEC 1 key in DER",
      der(
        bench
          .read("sec1.key")
          .toString()
          .replace(/-+BEGIN EC PARAMETERS[\s\S]*?END EC PARAMETERS-+/, ""),
      ),
    ],
    ["an encrypted key in DER", der(bench.read("good.enc").toString())],
    ["a key as bare base64", keyPem.replaceAll(/-----.*-----/g, "")],
    ["a key under the label of a request", keyPem.replaceAll("PRIVATE KEY", "CERTIFICATE REQUEST")],
    ["a key in UTF-16", new Uint8Array(Buffer.from(keyPem, "utf16le"))],
    ["a key beyond the size limit", `${" ".repeat(100_000)}${keyPem}`],
  ])("%s is a private key", async (_what, input) => {
    expect(await problemOf(input)).toEqual({ code: "csr-private-key", params: {} });
  });

  it.each<[string, string | Uint8Array, string, object]>([
    ["a certificate", certificate, "csr-other-type", { found: "certificate" }],
    ["a certificate in DER", der(certificate), "csr-other-type", { found: "certificate" }],
    ["a certificate as bare base64", der(certificate).toBase64(), "csr-other-type", { found: "certificate" }],
    ["a PKCS#7 file", pkcs7, "csr-other-type", { found: "PKCS#7" }],
    ["a public key", publicKey, "csr-other-type", { found: "public key" }],
    ["a PKCS#12 file", new Uint8Array(bench.read("good.p12")), "csr-other-type", { found: "PKCS#12" }],
    ["nothing", "", "csr-not-pem", {}],
    ["words", "こんにちは", "csr-not-pem", {}],
    ["two requests", good + good, "csr-not-pem", {}],
    ["a request without its end", good.replace(/-----END.*/, ""), "csr-not-pem", {}],
    ["a request with a damaged character", good.replace("M", "@"), "csr-not-pem", {}],
    ["17 KiB", "x".repeat(17 * 1024), "csr-too-large", { limitKiB: 16 }],
    ["a request cut short", der(good).slice(0, 200), "csr-malformed", { at: "certificationRequest" }],
    ["a byte too many", Uint8Array.of(...der(good), 0), "csr-malformed", { at: "certificationRequest" }],
    ["a changed signature", flipped, "csr-signature-broken", {}],
    [
      "SHA-1",
      request("sha1", NEW_KEYS.rsa, "-sha1"),
      "csr-signature-algorithm",
      { found: "sha1WithRSAEncryption" },
    ],
    [
      "MD5",
      request("md5", NEW_KEYS.rsa, "-md5"),
      "csr-signature-algorithm",
      { found: "md5WithRSAEncryption" },
    ],
    [
      "PSS with a salt of another length than its hash",
      request("pss", NEW_KEYS.rsa, "-sigopt", "rsa_padding_mode:pss"),
      "csr-signature-algorithm",
      { found: "RSASSA-PSS" },
    ],
    ["RSA-1024", request("short", ["-newkey", "rsa:1024"]), "key-weak", { why: "modulus-too-short" }],
    [
      "a key that is RSASSA-PSS itself",
      request("psskey", ["-newkey", "rsa-pss", "-pkeyopt", "rsa_keygen_bits:2048"]),
      "key-type-unsupported",
      { found: "RSASSA-PSS" },
    ],
    ["Ed25519", request("ed", ["-key", "ed25519.pem"]), "key-type-unsupported", { found: "Ed25519" }],
    [
      "secp256k1",
      request("k1", ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]),
      "key-type-unsupported",
      { found: "secp256k1" },
    ],
  ])("%s", async (_what, input, code, params) => {
    expect(await problemOf(input)).toEqual({ code, params });
  });

  it("says where a request is malformed", async () => {
    const broken = Uint8Array.from(der(good));
    // The INTEGER of the version follows two headers of four bytes each.
    expect(broken.slice(8, 11)).toEqual(Uint8Array.of(2, 1, 0));
    expect(await problemOf(broken.with(10, 1))).toEqual({
      code: "csr-malformed",
      params: { at: "certificationRequest.certificationRequestInfo.version" },
    });
  });
});

describe("for any damage", () => {
  it(
    "every outcome is a Problem or a request whose signature fails",
    async () => {
      const original = der(good);
      const change = fc.tuple(fc.nat(original.length - 1), fc.nat(255));
      await fc.assert(
        fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
          const bytes = Uint8Array.from(original);
          for (const [at, value] of changes) bytes[at] = value;
          if (Buffer.compare(bytes, original) === 0) return;
          expect(await problemOf(bytes)).not.toBeNull();
        }),
        { numRuns: 200 },
      );
    },
    PATIENT,
  );

  it(
    "random text and bytes",
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 300 })),
          async (input) => {
            expect(await problemOf(input)).not.toBeNull();
          },
        ),
        { numRuns: 200 },
      );
    },
    PATIENT,
  );
});
