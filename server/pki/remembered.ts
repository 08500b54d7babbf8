/**
 * A pure function that remembers what it gave: certificates made one after another share their organisation, their
 * times and their addresses. It forgets everything when `limit` answers are kept, so that no stranger can fill it.
 */
export function remembered<K extends string | bigint, T>(limit: number, make: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= limit) known.clear();
    known.set(key, made);
    return made;
  };
}
