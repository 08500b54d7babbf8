import { sign } from "node:crypto";
import { answerBatches } from "./batch-worker.ts";
import type { SigningKey } from "./signing-threads.ts";

answerBatches<SigningKey, null, Uint8Array>(
  ({ hash, key }, bytes) => new Uint8Array(sign(hash, bytes, { key, dsaEncoding: "der" })),
);
