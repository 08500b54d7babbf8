import { createHash, createPublicKey, type KeyObject, randomBytes } from "node:crypto";
import type * as Graphene from "graphene-pk11";
import { Problem } from "../kernel/problem.ts";
import type { KeyKind } from "./key-store.ts";
import { algorithmOf, HASH, type SignatureAlgorithm } from "./signer.ts";

/**
 * One session with a token (PKCS #11 2.40, 5.6), synchronous as the standard is: it lives on a worker thread of its own
 * (pkcs11-worker.ts). Keys are found by CKA_LABEL; CKA_ID ties a private key to its public one. No call here asks a
 * token for a private key's value.
 */

export interface TokenPlace {
  /** Path of the vendor's PKCS #11 library. */
  readonly module: string;
  /** CKA_LABEL of the token, without its padding. */
  readonly token: string;
  readonly pin: string;
}

export interface PublicHalf {
  readonly spki: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
}

interface PrivateKey extends PublicHalf {
  readonly object: Graphene.TokenObject;
}

/** CK_C_INITIALIZE_ARGS.flags: several threads will call, the library locks by the system's means. */
const OS_LOCKING_OK = 0x02;
const PIN_REFUSED = /^CKR_(PIN_INCORRECT|PIN_INVALID|PIN_LEN_RANGE|PIN_EXPIRED|PIN_LOCKED)$/;

/** DigestInfo before a SHA-256 hash (RFC 8017 9.2, note 1), for tokens without CKM_SHA256_RSA_PKCS. */
const SHA256_DIGEST_INFO = Buffer.from("3031300d060960864801650304020105000420", "hex");
/** ECParameters: the named curve's OID in DER (RFC 5480 2.1.1.1). */
const CURVE_OID = {
  "P-256": Buffer.from("06082a8648ce3d030107", "hex"),
  "P-384": Buffer.from("06052b81040022", "hex"),
} as const;

/**
 * Loads the library, or finds it loaded. Problems: pkcs11-not-installed (graphene-pk11 is optional: it is compiled at
 * installation), pkcs11-module-missing.
 */
export async function loadModule(file: string): Promise<LoadedModule> {
  let graphene: typeof Graphene;
  try {
    graphene = await import("graphene-pk11");
  } catch {
    throw new Problem("pkcs11-not-installed");
  }
  let module: Graphene.Module;
  try {
    module = graphene.Module.load(file);
  } catch {
    throw new Problem("pkcs11-module-missing", { file });
  }
  return { graphene, module };
}

export interface LoadedModule {
  readonly graphene: typeof Graphene;
  readonly module: Graphene.Module;
}

/** Some libraries see a token that came back only then. Nobody else may be calling the library meanwhile. */
export function reinitialize({ module }: LoadedModule): void {
  try {
    module.finalize();
  } catch {
    // Not initialized, or it has lost its mind: initializing again tells.
  }
  module.initialize({ flags: OS_LOCKING_OK });
}

/**
 * A session that is logged in. Problems: pkcs11-token-missing, pkcs11-pin-wrong (to be asked only once: tokens lock
 * themselves after a few).
 */
export function openSession({ graphene, module }: LoadedModule, { token, pin }: TokenPlace): TokenSession {
  const flags = graphene.SessionFlag.SERIAL_SESSION;
  let slot: Graphene.Slot;
  let session: Graphene.Session;
  try {
    module.initialize({ flags: OS_LOCKING_OK });
    slot = slotOf(module, token);
    session = slot.open(flags);
  } catch {
    throw new Problem("pkcs11-token-missing", { token });
  }
  try {
    logIn(session, token, pin);
    return tokenSession(graphene, slot, session, token);
  } catch (error) {
    closeQuietly(session);
    throw error;
  }
}

function slotOf(module: Graphene.Module, token: string): Graphene.Slot {
  const slots = module.getSlots(true);
  for (let at = 0; at < slots.length; at += 1) {
    const slot = slots.items(at);
    if (slot.getToken().label.trimEnd() === token) return slot;
  }
  throw new Problem("pkcs11-token-missing", { token });
}

/** A login counts for all sessions of the process (PKCS #11 5.6): another thread's is ours too. */
function logIn(session: Graphene.Session, token: string, pin: string): void {
  try {
    session.login(pin);
  } catch (error) {
    const code = error instanceof Error ? error.message : "";
    if (code === "CKR_USER_ALREADY_LOGGED_IN") return;
    if (PIN_REFUSED.test(code)) throw new Problem("pkcs11-pin-wrong", { token });
    throw error;
  }
}

const closeQuietly = (session: Graphene.Session): void => {
  try {
    session.close();
  } catch {
    // It is lost already.
  }
};

export interface TokenSession {
  names(): string[];
  /** Problems: pkcs11-key-missing, pkcs11-key-unprotected, key-type-unsupported. */
  key(name: string): PublicHalf;
  create(name: string, kind: KeyKind): PublicHalf;
  remove(name: string): void;
  sign(name: string, bytes: Uint8Array): Uint8Array;
  close(): void;
}

function tokenSession(
  graphene: typeof Graphene,
  slot: Graphene.Slot,
  session: Graphene.Session,
  token: string,
): TokenSession {
  const { ObjectClass, MechanismEnum, SessionFlag } = graphene;
  const known = new Map<string, PrivateKey>();
  const mechanisms = slot.getMechanisms();
  const hashes = Array.from({ length: mechanisms.length }, (_, at) => mechanisms.items(at).type).includes(
    MechanismEnum.SHA256_RSA_PKCS,
  );

  const objects = (template: Graphene.Attributes) => {
    const found = session.find(template);
    return Array.from({ length: found.length }, (_, at) => found.items(at));
  };
  const labelled = (label: string) => objects({ class: ObjectClass.PRIVATE_KEY, label });

  function keyNamed(name: string): PrivateKey {
    const before = known.get(name);
    if (before) return before;
    const [object, another] = labelled(name);
    if (!object) throw new Problem("pkcs11-key-missing", { token, key: name });
    if (another) throw new Error(`the token ${token} holds more than one key ${name}`);
    // A key that can be read out is a file with another name.
    const { sensitive, extractable } = object.getAttribute({ sensitive: null, extractable: null });
    if (sensitive !== true || extractable !== false) {
      throw new Problem("pkcs11-key-unprotected", { token, key: name });
    }
    const publicKey = publicKeyOf(object, name);
    const spki = new Uint8Array(publicKey.export({ type: "spki", format: "der" }));
    const key = { object, spki, algorithm: algorithmOf(publicKey) };
    known.set(name, key);
    return key;
  }

  function publicKeyOf(object: Graphene.TokenObject, name: string): KeyObject {
    const { keyType, id } = object.getAttribute({ keyType: null, id: null });
    if (keyType === graphene.KeyType.RSA) {
      return rsaKey(object.getAttribute({ modulus: null, publicExponent: null }));
    }
    // CKA_EC_POINT stands on the public key alone (PKCS #11 2.40 mechanisms, 2.3.3 and 2.3.4).
    const [half] = objects({ class: ObjectClass.PUBLIC_KEY, label: name, id: id as Buffer });
    if (keyType !== graphene.KeyType.EC || !half) {
      throw new Problem("key-type-unsupported", { found: `CKK ${keyType}` });
    }
    return ecKey(half.getAttribute({ pointEC: null, paramsECDSA: null }));
  }

  /** Only for the length of `work`: tokens may allow one writing session. */
  function writing<T>(work: (on: Graphene.Session) => T): T {
    const own = slot.open(SessionFlag.SERIAL_SESSION | SessionFlag.RW_SESSION);
    try {
      return work(own);
    } finally {
      closeQuietly(own);
    }
  }

  return {
    names: () =>
      objects({ class: ObjectClass.PRIVATE_KEY }).map((object) =>
        String(object.getAttribute({ label: null })["label"] ?? ""),
      ),
    key(name) {
      const { spki, algorithm } = keyNamed(name);
      return { spki, algorithm };
    },
    create(name, kind) {
      if (labelled(name).length > 0) throw new Error(`the token ${token} holds a key ${name} already`);
      const shared = { token: true, label: name, id: randomBytes(16) };
      const { mechanism, parameters } = generation(graphene, kind);
      writing((on) =>
        on.generateKeyPair(
          mechanism,
          { ...shared, ...parameters, verify: true },
          { ...shared, private: true, sensitive: true, extractable: false, sign: true },
        ),
      );
      return this.key(name);
    },
    remove(name) {
      known.delete(name);
      const halves = [...labelled(name), ...objects({ class: ObjectClass.PUBLIC_KEY, label: name })];
      if (halves.length > 0) writing((on) => halves.forEach((half) => void on.destroy(half)));
    },
    sign(name, bytes) {
      const { object, algorithm } = keyNamed(name);
      if (algorithm === "sha256WithRSA" && hashes) {
        return new Uint8Array(session.createSign(MechanismEnum.SHA256_RSA_PKCS, object).once(bytes));
      }
      const digest = createHash(HASH[algorithm]).update(bytes).digest();
      if (algorithm === "sha256WithRSA") {
        const info = Buffer.concat([SHA256_DIGEST_INFO, digest]);
        return new Uint8Array(session.createSign(MechanismEnum.RSA_PKCS, object).once(info));
      }
      return ecdsaSigValue(session.createSign(MechanismEnum.ECDSA, object).once(digest));
    },
    close: () => closeQuietly(session),
  };
}

function generation(graphene: typeof Graphene, kind: KeyKind) {
  if (kind === "P-256" || kind === "P-384") {
    return { mechanism: graphene.KeyGenMechanism.EC, parameters: { paramsECDSA: CURVE_OID[kind] } };
  }
  const parameters = { modulusBits: Number(kind.slice(4)), publicExponent: Buffer.from([1, 0, 1]) };
  return { mechanism: graphene.KeyGenMechanism.RSA, parameters };
}

const base64url = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString("base64url");

function rsaKey({ modulus, publicExponent }: Readonly<Record<string, unknown>>): KeyObject {
  return createPublicKey({
    format: "jwk",
    key: { kty: "RSA", n: base64url(modulus), e: base64url(publicExponent) },
  });
}

function ecKey({ pointEC, paramsECDSA }: Readonly<Record<string, unknown>>): KeyObject {
  const params = Buffer.from(paramsECDSA as Uint8Array);
  const [crv] = (["P-256", "P-384"] as const).filter((curve) => CURVE_OID[curve].equals(params));
  if (!crv) throw new Problem("key-type-unsupported", { found: `EC ${params.toString("hex")}` });
  // DER OCTET STRING around the point (2.3.3); some tokens give the bare point.
  const given = Buffer.from(pointEC as Uint8Array);
  const size = crv === "P-256" ? 32 : 48;
  const point = given.subarray(given.length - (2 * size + 1));
  if (point.length !== 2 * size + 1 || point[0] !== 0x04) {
    throw new Problem("key-type-unsupported", { found: `${crv}, compressed` });
  }
  const [x, y] = [point.subarray(1, 1 + size), point.subarray(1 + size)];
  return createPublicKey({ format: "jwk", key: { kty: "EC", crv, x: base64url(x), y: base64url(y) } });
}

/** CKM_ECDSA gives r and s side by side (PKCS #11 2.40 mechanisms, 2.3.1); certificates carry SEQUENCE { r, s }. */
export function ecdsaSigValue(raw: Uint8Array): Uint8Array {
  const half = raw.length / 2;
  const body = [raw.subarray(0, half), raw.subarray(half)].flatMap((part) => {
    let from = 0;
    while (from < part.length - 1 && part[from] === 0) from += 1;
    const digits = [...part.subarray(from)];
    if ((digits[0] ?? 0) >= 0x80) digits.unshift(0); // INTEGER is signed
    return [0x02, digits.length, ...digits];
  });
  return Uint8Array.of(0x30, body.length, ...body); // at most 2 × (2 + 49) bytes: a short length
}
