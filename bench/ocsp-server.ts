import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { keyFolder } from "../server/adapters/key-folder.ts";
import { fileKeys, loadSigners, ocspHandler, ocspResponder } from "../server/authority/index.ts";
import { type Engine, openMigratedDatabase } from "../server/db/index.ts";
import { systemClock } from "../server/kernel/clock.ts";
import { newId } from "../server/kernel/ids.ts";
import { noStep, PASSPHRASE, REPOSITORY } from "../test/support/issuing.ts";

/**
 * A process of its own beside the one that asks: with `bare` a node:http server that returns a constant of so many
 * bytes, else the responder on the database of the benchmark. Says its port, and its figures when it is asked for them.
 */
export interface Figures {
  readonly rss: number;
  /** Microseconds of processor time since the start, all threads. */
  readonly processor: number;
  readonly cached: number;
  readonly signatures: number;
}
const ofProcess = () => {
  const { user, system } = process.cpuUsage();
  return { rss: process.memoryUsage().rss, processor: user + system };
};
const MIB = 1024 * 1024;

const {
  bare,
  url,
  file,
  keys: folder,
  cacheMib,
} = JSON.parse(process.argv[2] ?? "{}") as {
  bare?: number;
  engine: Engine;
  url: string | null;
  file: string;
  keys: string;
  cacheMib: number;
};
if (bare !== undefined) {
  const body = Buffer.alloc(bare, 1);
  serve(
    (_request, response) => {
      response.writeHead(200, { "content-type": "application/ocsp-response", "content-length": body.length });
      response.end(body);
    },
    () => ({ ...ofProcess(), cached: 0, signatures: 0 }),
  );
} else {
  const db = await openMigratedDatabase({ url, file });
  const keys = keyFolder(folder);
  const authority = {
    db,
    clock: systemClock,
    signers: await loadSigners(db.read, keys, PASSPHRASE),
    instance: newId(),
    lease: Temporal.Duration.from({ seconds: 60 }),
    repositoryUrl: REPOSITORY,
    step: noStep,
  };
  const responder = await ocspResponder({
    authority,
    keys: fileKeys(keys, PASSPHRASE),
    issuerName: "印鑑認証",
    cacheBytes: cacheMib * MIB,
    livePerSecond: 1_000_000,
  });
  // As the server does, so that the figures hold while it looks.
  setInterval(() => void responder.lookForChanges(), 10_000);
  const onError = (error: unknown) => {
    throw error;
  };
  serve(ocspHandler({ responder, onError }), () => {
    const { cached, signatures } = responder.figures();
    return { ...ofProcess(), cached, signatures };
  });
}

function serve(handler: Parameters<typeof createServer>[1], figures: () => Figures): void {
  const server = createServer({ keepAliveTimeout: 30_000 }, handler);
  server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
  process.on("message", () => process.send?.(figures()));
  process.on("disconnect", () => process.exit(0));
}
