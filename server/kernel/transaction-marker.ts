import { AsyncLocalStorage } from "node:async_hooks";

/**
 * Marks the inside of a database transaction, so that adapters can refuse to sign, mail, resolve or fetch there:
 * a rolled-back or retried transaction must not have spoken to the world. The marker is an object that is closed at
 * the end: work started inside but running after COMMIT is free again.
 */
interface Marker {
  open: boolean;
}

const current = new AsyncLocalStorage<Marker>();

export async function markTransaction<T>(work: () => Promise<T>): Promise<T> {
  const marker: Marker = { open: true };
  try {
    return await current.run(marker, work);
  } finally {
    marker.open = false;
  }
}

export function insideTransaction(): boolean {
  return current.getStore()?.open === true;
}

/** Called first by every adapter that reaches outside the database. `what` is a verb: "sign", "send mail". */
export function refuseInsideTransaction(what: string): void {
  if (insideTransaction()) throw new Error(`cannot ${what} inside a transaction`);
}
