import type { BinaryString } from './bytes.js';

/** The line that stands in a vocabulary file without terms, since TensorFlow's tables refuse an empty file (TFT's own). */
const PLACEHOLDER = '49d0cd50-04bb-48c0-bc6f-5b575dce351a';

/** The lines of a vocabulary's file: its terms, most frequent first. */
export function vocabularyLines(tokens: readonly BinaryString[]): readonly BinaryString[] {
  return tokens.length === 0 ? [PLACEHOLDER] : tokens;
}

/** A vocabulary file's bytes, one term per line. */
export function formatVocabularyFile(tokens: readonly BinaryString[]): Buffer {
  return Buffer.from(
    vocabularyLines(tokens)
      .map((token) => `${token}\n`)
      .join(''),
    'latin1',
  );
}

export function parseVocabularyFile(content: Buffer): BinaryString[] {
  const lines = content.toString('latin1').split('\n').slice(0, -1);
  return lines.length === 1 && lines[0] === PLACEHOLDER ? [] : lines;
}
