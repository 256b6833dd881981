import { compareUtf8 } from '../example-validator/rules/feature-path.js';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A lone surrogate, which no text that is UTF-8 holds. */
const NOT_TEXT = '\ud800';

/** What stands for a text that is not UTF-8. */
const PLACEHOLDER = '__BYTES_VALUE__';

/** A text's key in a state, which is JSON: itself, or when it is not UTF-8 a mark and its bytes in hex. */
export function textKey(value: unknown): string {
  if (typeof value === 'string') return value;
  const bytes = (value as { readonly bytes: Uint8Array }).bytes;
  try {
    return decoder.decode(bytes);
  } catch {
    return NOT_TEXT + Buffer.from(bytes).toString('hex');
  }
}

/** The text of a key, as statistics show it. */
export const shownText = (key: string): string => (isNotText(key) ? PLACEHOLDER : key);

export const isNotText = (key: string): boolean => key.startsWith(NOT_TEXT);

/** Orders keys by their bytes. */
export function compareKeys(a: string, b: string): number {
  return isNotText(a) || isNotText(b) ? Buffer.compare(bytesOf(a), bytesOf(b)) : compareUtf8(a, b);
}

const bytesOf = (key: string): Buffer => (isNotText(key) ? Buffer.from(key.slice(1), 'hex') : Buffer.from(key));
