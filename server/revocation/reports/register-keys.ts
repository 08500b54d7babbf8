import { appendAudit } from "../../audit/index.ts";
import type { StaffActor } from "../../kernel/actor.ts";
import { isProblem, Problem } from "../../kernel/problem.ts";
import { parseCertificate, parseCsr, publicKeyOf, readPem } from "../../pki/index.ts";
import { requireRevoking } from "../revocation.ts";
import { type BlockedKeys, blockKeys } from "./block-keys.ts";
import type { ReportDeps } from "./file-report.ts";
import { holdsPrivateKey } from "./proof.ts";

/** As many as a form carries (http/body.ts). */
export const KEYS_LIMIT = 1500;

/** A PEM block (RFC 7468). No line of one holds a hyphen, so that many beginnings without an end cost nothing. */
const BLOCK = /-----BEGIN [^-]+-----[^-]*-----END [^-]+-----/g;

/** Keys out of a text, and the first of its lines that is none. */
export interface ReadKeys {
  readonly spkiSha256s: readonly string[];
  readonly unreadable: string | null;
}

/**
 * The keys that a text names: SHA-256 of SubjectPublicKeyInfo in hex, one a line, as public lists of leaked keys have
 * them (a word or comment after it is passed over), and certificates, CSRs and public keys in PEM.
 * Problem: private-key-pasted
 */
export function readKeys(text: string): ReadKeys {
  if (holdsPrivateKey(text)) throw new Problem("private-key-pasted");
  const found = new Set<string>();
  for (const [block] of text.matchAll(BLOCK)) {
    const key = keyOfBlock(block);
    if (key === null) return { spkiSha256s: [], unreadable: block.split("\n")[0] ?? block };
    found.add(key);
  }
  for (const line of text.replace(BLOCK, "").split(/\r?\n/)) {
    const plain = line.normalize("NFKC").replace(/#.*$/, "").trim();
    if (plain === "") continue;
    const [first = ""] = plain.split(/[\s,;]+/);
    const hash = first.replaceAll(":", "").toLowerCase();
    if (!/^[0-9a-f]{64}$/.test(hash)) return { spkiSha256s: [], unreadable: plain.slice(0, 80) };
    found.add(hash);
  }
  return { spkiSha256s: [...found], unreadable: null };
}

function keyOfBlock(block: string): string | null {
  const [pem] = readPem(block) ?? [];
  if (!pem) return null;
  try {
    if (pem.label === "CERTIFICATE") return parseCertificate(pem.bytes).publicKey.spkiSha256;
    if (pem.label === "PUBLIC KEY") return publicKeyOf(pem.bytes).spkiSha256;
    if (pem.label.endsWith("CERTIFICATE REQUEST")) return parseCsr(pem.bytes).publicKey.spkiSha256;
    return null;
  } catch (error) {
    if (isProblem(error) || (error instanceof Error && error.name === "DerError")) return null;
    throw error;
  }
}

/**
 * Blocks keys that the issuing company learnt of by itself, from a public list for instance, and orders the revocation
 * of what carries them, within 24 hours of now. Problem: not-allowed, for staff that decide nothing about revocations.
 */
export async function registerKeys(
  deps: ReportDeps,
  actor: StaffActor,
  { spkiSha256s, evidence }: { readonly spkiSha256s: readonly string[]; readonly evidence: string },
): Promise<BlockedKeys> {
  requireRevoking(actor);
  const now = deps.clock.now();
  const blocked = await deps.db.transact(async (tx) => {
    const keys = spkiSha256s.map((spkiSha256) => ({ spkiSha256, evidence }));
    const origin = { kind: "desk", id: null } as const;
    const done = await blockKeys(tx, deps, actor, { keys, origin, receiptNumber: null, knownAt: now }, now);
    await appendAudit(tx, [
      {
        tenant: "system",
        at: now,
        actor,
        action: "compromised-key.registered",
        subject: { kind: "compromisedKey", id: spkiSha256s.length === 1 ? (spkiSha256s[0] ?? "") : "list" },
        details: {
          evidence,
          keys: spkiSha256s.slice(0, 100),
          total: spkiSha256s.length,
          added: done.added,
          ordered: [...done.ordered],
        },
      },
    ]);
    return done;
  });
  deps.kickMail();
  deps.publishSoon();
  return blocked;
}
