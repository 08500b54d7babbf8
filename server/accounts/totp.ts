import { Secret, TOTP } from "otpauth";
import { encode } from "uqr";

/** TOTP (RFC 6238) as every authenticator app speaks it: SHA-1, six digits, 30 seconds. */
const TOTP_SETTINGS = { algorithm: "SHA1", digits: 6, period: 30 } as const;
/** One step to each side, for clocks that differ (RFC 6238 5.2). */
const WINDOW = 1;

/** 160 bits, the length of the hash (RFC 4226 4, R6). */
export function newTotpSecret(): Uint8Array {
  return new Uint8Array(new Secret({ size: 20 }).buffer);
}

/** Base 32, as people type it where they cannot scan. */
export function totpSecretText(secret: Uint8Array): string {
  return secretOf(secret).base32;
}

/** The otpauth: address that authenticator apps read; issuer and account are what they show. */
export function totpUri(
  secret: Uint8Array,
  { issuer, account }: { issuer: string; account: string },
): string {
  return new TOTP({ ...TOTP_SETTINGS, issuer, label: account, secret: secretOf(secret) }).toString();
}

/**
 * The time step whose code this is, within the window; null when it is none, or not later than `lastUsedStep`: a code
 * is accepted once (RFC 6238 5.2).
 */
export function acceptedStep(
  secret: Uint8Array,
  code: string,
  now: Temporal.Instant,
  lastUsedStep: number,
): number | null {
  const token = code.normalize("NFKC").replace(/[\s-]/g, "");
  if (!/^\d{6}$/.test(token)) return null;
  const current = Math.floor(now.epochMilliseconds / 1000 / TOTP_SETTINGS.period);
  const totp = new TOTP({ ...TOTP_SETTINGS, secret: secretOf(secret) });
  for (let step = current - WINDOW; step <= current + WINDOW; step += 1) {
    if (step <= lastUsedStep) continue;
    const delta = totp.validate({ token, timestamp: step * TOTP_SETTINGS.period * 1000, window: 0 });
    if (delta !== null) return step;
  }
  return null;
}

/** A QR code as an SVG path of unit squares; `size` includes the quiet zone of four (ISO/IEC 18004). */
export interface QrCode {
  readonly size: number;
  readonly path: string;
}

export function qrCode(text: string): QrCode {
  const { size, data } = encode(text, { ecc: "M", border: 4 });
  const squares: string[] = [];
  for (const [y, row] of data.entries()) {
    for (const [x, dark] of row.entries()) if (dark) squares.push(`M${x} ${y}h1v1h-1z`);
  }
  return { size, path: squares.join("") };
}

function secretOf(bytes: Uint8Array): Secret {
  return new Secret({ buffer: new Uint8Array(bytes).buffer });
}
