import { createSocket } from "node:dgram";
import { connect, isIPv6 } from "node:net";
import { decodeResponse, type Message } from "./dns-message.ts";

/** A resolver's address. */
export interface DnsServer {
  readonly host: string;
  readonly port: number;
}

/** `127.0.0.1:5353`, `[::1]:53`; the port may be left out. Throws on anything else. */
export function dnsServerOf(address: string): DnsServer {
  const found = /^(?:\[(?<v6>[0-9a-f:.]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d{1,5}))?$/i.exec(address);
  const host = found?.groups?.["v6"] ?? found?.groups?.["host"];
  const port = Number(found?.groups?.["port"] ?? 53);
  if (host === undefined || port < 1 || port > 65_535)
    throw new Error(`not a resolver's address: ${address}`);
  return { host, port };
}

/**
 * One question over UDP. A socket of its own gives each question a source port of its own, and the connected socket
 * hears the server alone; whatever does not answer this very question is ignored, not believed (RFC 5452 9).
 */
export function askUdp(server: DnsServer, query: Buffer, signal: AbortSignal): Promise<Message> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(isIPv6(server.host) ? "udp6" : "udp4");
    const end = (finish: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.close();
      finish();
    };
    const onAbort = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort);
    socket.on("error", (error) => end(() => reject(error)));
    socket.on("message", (bytes) => {
      const message = decodeResponse(query, bytes);
      if (message) end(() => resolve(message));
    });
    socket.connect(server.port, server.host, () => socket.send(query));
    if (signal.aborted) onAbort();
  });
}

/** The same over TCP, for answers that UDP cut off (RFC 7766). A message is at most 65,535 octets. */
export function askTcp(server: DnsServer, query: Buffer, signal: AbortSignal): Promise<Message> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.host, port: server.port });
    let received = Buffer.alloc(0);
    const end = (finish: () => void) => {
      signal.removeEventListener("abort", onAbort);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.destroy();
      finish();
    };
    const onAbort = () => end(() => reject(signal.reason));
    signal.addEventListener("abort", onAbort);
    socket.on("error", (error) => end(() => reject(error)));
    socket.on("end", () => end(() => reject(new Error("the resolver closed the connection"))));
    socket.on("connect", () => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(query.length);
      socket.write(Buffer.concat([length, query]));
    });
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 2) return;
      const length = received.readUInt16BE(0);
      if (received.length < 2 + length) return;
      const message = decodeResponse(query, received.subarray(2, 2 + length));
      end(() => (message ? resolve(message) : reject(new Error("the resolver answered something else"))));
    });
    if (signal.aborted) onAbort();
  });
}
