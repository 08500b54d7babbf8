/** Textual encodings (RFC 7468). */
export interface PemBlock {
  readonly label: string;
  readonly bytes: Uint8Array;
}

const BLOCK = /-----BEGIN ([A-Z0-9][A-Z0-9 #]{0,60})-----([^-]*)-----END ([A-Z0-9][A-Z0-9 #]{0,60})-----/g;

export function toPem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/**
 * Every block of the text in order, or null when a block is damaged: labels that differ, a missing end, headers,
 * characters outside base64, wrong padding. Text outside blocks is allowed (RFC 7468 section 2), as is white space
 * and CRLF inside them.
 */
export function readPem(text: string): PemBlock[] | null {
  const blocks: PemBlock[] = [];
  let outside = "";
  let last = 0;
  for (const match of text.matchAll(BLOCK)) {
    const [whole, begin = "", body = "", end = ""] = match;
    if (begin !== end) return null;
    const bytes = readBase64(body);
    if (bytes === null) return null;
    blocks.push({ label: begin, bytes });
    outside += text.slice(last, match.index);
    last = match.index + whole.length;
  }
  outside += text.slice(last);
  // Half a block must not pass silently beside a whole one.
  return /-----(BEGIN|END) /.test(outside) ? null : blocks;
}

/** Base64 with padding and any white space; null when it is anything else or empty. */
export function readBase64(text: string): Uint8Array | null {
  try {
    const bytes = Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
    return bytes.length === 0 ? null : bytes;
  } catch {
    return null;
  }
}
