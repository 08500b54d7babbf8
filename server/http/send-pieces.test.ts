import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { sendPieces } from "./send-pieces.ts";

/** Three pieces; tells when whoever makes them was let go. */
function making() {
  const made = { pieces: 0, ended: false };
  async function* pieces() {
    try {
      for (; made.pieces < 3; ) {
        made.pieces += 1;
        yield Uint8Array.of(made.pieces);
      }
    } finally {
      made.ended = true;
    }
  }
  return { made, pieces: pieces() };
}

it("sends every piece in order", async () => {
  const { made, pieces } = making();
  const got: number[] = [];
  const to = new Writable({
    write(chunk, _, done) {
      got.push(...chunk);
      done();
    },
  });
  await sendPieces(pieces, to, () => undefined);
  expect(got).toEqual([1, 2, 3]);
  expect(made.ended).toBe(true);
});

it("lets go of what makes the pieces where the reader left before the first", async () => {
  const { made, pieces } = making();
  const to = new Writable({ write: (_chunk, _, done) => done() });
  await sendPieces(pieces, to, () => void to.destroy());
  expect(made).toEqual({ pieces: 1, ended: true });
});

it("lets go of what makes the pieces where the reader leaves with the first", async () => {
  const { made, pieces } = making();
  const to: Writable = new Writable({ highWaterMark: 1, write: () => void to.destroy() });
  await sendPieces(pieces, to, () => undefined);
  expect(made.ended).toBe(true);
});

it("fails as the first piece does, and begins nothing", async () => {
  let begun = 0;
  const broken = {
    [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error("broken")) }),
  };
  const to = new Writable();
  await expect(sendPieces(broken, to, () => void begun++)).rejects.toThrow("broken");
  expect(begun).toBe(0);
});
