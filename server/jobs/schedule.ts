import { Cron } from "croner";
import { JAPAN } from "../kernel/clock.ts";

/** Work that comes round by itself: mails, recovery, CRLs. */
export interface Schedule {
  /** Runs `work` every so many seconds, never twice at once: a run that takes longer lets the next ones pass. */
  everyFewSeconds(name: string, seconds: number, work: () => Promise<unknown>): void;
  /** Runs `work` at the times of a cron pattern, told in Japan. */
  at(name: string, pattern: string, work: () => Promise<unknown>): void;
  /** Runs the named work now, unless it is running already. */
  kick(name: string): void;
  /** Starts nothing more and waits for what is running. */
  stop(): Promise<void>;
}

/** `report` hears of every run that throws; the next one is made all the same. */
export function schedule(report: (error: unknown, name: string) => void): Schedule {
  const timers: Cron[] = [];
  const work = new Map<string, () => void>();
  const running = new Set<Promise<unknown>>();
  let stopped = false;

  function named(name: string, task: () => Promise<unknown>): () => void {
    if (work.has(name)) throw new Error(`there is scheduled work of this name already: ${name}`);
    let busy = false;
    const run = () => {
      if (busy || stopped) return;
      busy = true;
      const turn = (async () => task())()
        .catch((error: unknown) => report(error, name))
        .finally(() => {
          busy = false;
          running.delete(turn);
        });
      running.add(turn);
    };
    work.set(name, run);
    return run;
  }

  return {
    everyFewSeconds(name, seconds, task) {
      timers.push(new Cron("* * * * * *", { interval: seconds }, named(name, task)));
    },
    at(name, pattern, task) {
      timers.push(new Cron(pattern, { timezone: JAPAN }, named(name, task)));
    },
    kick(name) {
      work.get(name)?.();
    },
    async stop() {
      stopped = true;
      for (const timer of timers) timer.stop();
      await Promise.allSettled(running);
    },
  };
}
