import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { Problem } from "../kernel/problem.ts";

/** Remembers, beyond the end of the process, that a token refused a PIN: tokens lock themselves after a few. */
export interface RefusedPins {
  /** @throws Problem pkcs11-pin-refused-before, for the very PIN that this token refused last */
  refuse(token: string, pin: string): Promise<void>;
  remember(token: string, pin: string): Promise<void>;
}

const digest = promisify<string, Uint8Array, number, Buffer>(scrypt);

/** In a file of `folder` that its owner alone reads; it holds a salted hash, not the PIN. */
export function refusedPinsIn(folder: string): RefusedPins {
  const file = path.join(folder, "refused-pin");
  const hashOf = (salt: Uint8Array, token: string, pin: string) => digest(`${token}\n${pin}`, salt, 32);
  return {
    async refuse(token, pin) {
      const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return "";
        throw error;
      });
      const [salt = "", hash = ""] = kept.trim().split(" ");
      const known = Buffer.from(hash, "hex");
      if (known.length !== 32) return;
      if (timingSafeEqual(known, await hashOf(Buffer.from(salt, "hex"), token, pin))) {
        throw new Problem("pkcs11-pin-refused-before", { token, file });
      }
    },
    async remember(token, pin) {
      const salt = randomBytes(16);
      const hash = await hashOf(salt, token, pin);
      await writeFile(file, `${salt.toString("hex")} ${hash.toString("hex")}\n`, { mode: 0o600 });
    },
  };
}
