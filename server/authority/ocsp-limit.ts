/** At most so many at once, whatever the rate allows: each waits for one of few cores. */
const AT_ONCE = 64;

/**
 * Runs work at most so often a second, a second's worth in reserve; null instead where the rate or the number at once
 * is used up. `now` in milliseconds.
 */
export function liveLimit(perSecond: number, now: () => number) {
  let left = perSecond;
  let last = now();
  let running = 0;
  return async <T>(work: () => Promise<T>): Promise<T | null> => {
    const at = now();
    left = Math.min(perSecond, left + ((at - last) * perSecond) / 1000);
    last = at;
    if (left < 1 || running >= AT_ONCE) return null;
    left -= 1;
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
    }
  };
}
