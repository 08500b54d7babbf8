import { readlinkSync } from "node:fs";
import { getPriority, setPriority } from "node:os";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

/** Added to the nice value, which goes up to 19 for what comes last of all. */
const BEHIND_PAGES = 5;

/**
 * Puts the thread that calls it behind those that answer pages where the cores are all busy: what is done in bulk may
 * take a little longer, a page may not. Linux gives every thread a number and a priority of its own (sched(7));
 * elsewhere, and without /proc, nothing changes.
 */
export function workBehindPages(): void {
  if (process.platform !== "linux" || isMainThread) return;
  try {
    const thread = Number(path.basename(readlinkSync("/proc/thread-self")));
    setPriority(thread, Math.min(getPriority(thread) + BEHIND_PAGES, 19));
  } catch {
    // Then it shares the cores like any other.
  }
}
