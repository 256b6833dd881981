import { Decompress } from 'fzstd';

/** Decompresses zstd, streaming (Node 20 has no zstd of its own). */
export async function* zstdDecompressed(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let ready: Buffer[] = [];
  const state = { ended: false };
  const decompress = new Decompress((chunk, isLast) => {
    ready.push(Buffer.from(chunk));
    state.ended ||= isLast === true;
  });
  for await (const block of source) {
    decompress.push(block);
    yield* ready;
    ready = [];
  }
  decompress.push(new Uint8Array(0), true);
  yield* ready;
  if (!state.ended) throw new Error('the file ends in the middle of a frame');
}
