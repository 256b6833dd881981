import { PipelineError } from '../../../errors/pipeline-error.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';

/** The encoding that a byte order mark, or the zero bytes of plain UTF-16 text, give away. */
export function sniffEncoding(head: Buffer): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return 'utf-8';
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const pairs = Math.min(head.length >>> 1, 128);
  if (pairs < 2) return undefined;
  let low = 0;
  let high = 0;
  for (let i = 0; i < pairs; i++) {
    if (head[i * 2] === 0) high++;
    if (head[i * 2 + 1] === 0) low++;
  }
  if (low > pairs * 0.9 && high === 0) return 'utf-16le';
  return high > pairs * 0.9 && low === 0 ? 'utf-16be' : undefined;
}

/**
 * Text in another encoding as UTF-8 without a byte order mark.
 *
 * @throws CSV_NOT_TEXT when bytes are not of the encoding.
 */
export async function* decodeText(
  blocks: AsyncIterable<Buffer>,
  encoding: Exclude<Encoding, 'utf-8'>,
  file: string,
): AsyncGenerator<Buffer> {
  if (encoding === 'latin-1') {
    for await (const block of blocks) yield Buffer.from(block.toString('latin1'));
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for await (const block of blocks) yield Buffer.from(decoder.decode(block, { stream: true }));
    yield Buffer.from(decoder.decode());
  } catch (cause) {
    throw new PipelineError('CSV_NOT_TEXT', {
      what: `${file} is not ${encoding.toUpperCase()} text: a character is cut or unpaired.`,
      details: { file, encoding },
      cause,
    });
  }
}
