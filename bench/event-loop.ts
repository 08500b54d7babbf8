/** How long the event loop stood still between two of its turns, the most: by the clock, and the thread's own work in it. */
export interface Held {
  /** Milliseconds, with whatever else the machine did meanwhile. */
  readonly wall: number;
  /** Milliseconds of processor time of this thread: what is our own doing, also on a machine with other work. */
  readonly own: number;
}

const EVERY_MS = 2;

/** Watches until it is asked. The thread's processor time a turn is what holds a loop that nobody else competes with. */
export function watchEventLoop(): () => Held {
  let [wall, own] = [0, 0];
  let [at, used] = [performance.now(), processorMs()];
  const look = () => {
    const [now, usedNow] = [performance.now(), processorMs()];
    wall = Math.max(wall, now - at - EVERY_MS);
    own = Math.max(own, usedNow - used);
    [at, used] = [now, usedNow];
  };
  const timer = setInterval(look, EVERY_MS);
  return () => {
    clearInterval(timer);
    look();
    return { wall, own };
  };
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
