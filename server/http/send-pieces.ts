import { Readable, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** While it read, and before it had anything to read. */
const READER_LEFT: ReadonlySet<string> = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ERR_STREAM_UNABLE_TO_PIPE"]);

/**
 * Sends pieces as fast as the reader takes them, and stops making them when the reader leaves. `begin` comes before the
 * first: a failure to make that one is answered as any other; after it only breaking off tells the reader.
 */
export async function sendPieces(
  pieces: AsyncIterable<Uint8Array>,
  to: Writable,
  begin: () => void,
): Promise<void> {
  const making = pieces[Symbol.asyncIterator]();
  const first = await making.next();
  async function* all() {
    if (!first.done) yield first.value;
    yield* { [Symbol.asyncIterator]: () => making };
  }
  try {
    begin();
    await pipeline(Readable.from(all(), { objectMode: true, highWaterMark: 1 }), to);
  } catch (error) {
    if (!READER_LEFT.has((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    // A reader who left before the second piece was asked for never came as far as `making` in `all`.
    await making.return?.();
  }
}
