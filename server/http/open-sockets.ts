import type { TLSSocket } from "node:tls";

/**
 * The open connections of the mutual-TLS listeners, by the client certificate they were made with, so that they end
 * with it. One register for all listeners of the process.
 */
export interface OpenSockets {
  /** Registers a connection until it closes by itself. */
  add(fingerprint: string, socket: TLSSocket): void;
  /** Ends every open connection made with this certificate, streams and running answers included. */
  closeSockets(fingerprint: string): void;
}

export function createOpenSockets(): OpenSockets {
  const open = new Map<string, Set<TLSSocket>>();
  return {
    add(fingerprint, socket) {
      const sockets = open.get(fingerprint) ?? new Set();
      open.set(fingerprint, sockets.add(socket));
      socket.once("close", () => {
        sockets.delete(socket);
        if (sockets.size === 0 && open.get(fingerprint) === sockets) open.delete(fingerprint);
      });
    },
    closeSockets(fingerprint) {
      for (const socket of open.get(fingerprint) ?? []) socket.destroy();
    },
  };
}
