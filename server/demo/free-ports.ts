import { createServer } from "node:net";
import process from "node:process";

const VARIABLES = [
  "INKAN_PUBLIC_PORT",
  "INKAN_APPLICANT_PORT",
  "INKAN_OPERATOR_PORT",
  "INKAN_DESK_PORT",
  "INKAN_REPOSITORY_PORT",
  "INKAN_STATUS_PORT",
  "INKAN_MAILBOX_PORT",
] as const;

/**
 * Below the ports that systems give to whoever connects somewhere (from 32768 on Linux): until the listener takes its
 * port, no connection can have been given it. Every process looks in a part of its own, and goes on where it stopped.
 */
const FIRST = 10_240;
const PARTS = 512;
const PART = 44;

let looked = 0;

/** A port of loopback on which nobody listens, and none that this process was given just before. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < PARTS * PART; tries += 1) {
    const place = (process.pid % PARTS) * PART + (looked % PART);
    // A part whose every port is taken: on into the next.
    const port = FIRST + ((place + Math.floor(tries / PART) * PART) % (PARTS * PART));
    looked += 1;
    if (await isFree(port)) return port;
  }
  throw new Error("no port of loopback is free");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

/** A free port for every listener, no two the same. */
export async function freePorts(): Promise<Record<(typeof VARIABLES)[number], string>> {
  const found: [string, string][] = [];
  for (const name of VARIABLES) found.push([name, String(await freePort())]);
  return Object.fromEntries(found) as Record<(typeof VARIABLES)[number], string>;
}
