import { TIME_FORMATS } from './time-formats.js';

/** How many values of a feature look like images, sentences or times: counts, which add up over shards. */
export interface SemanticState {
  /** Values that were looked at. */
  readonly values: number;
  /** Of these, texts that are not UTF-8, and texts without a character. */
  readonly invalid: number;
  readonly empty: number;
  /** By format: bmp, gif, jpeg, png. */
  readonly images: Counts;
  /** Texts of at least three words that are of the usual length. */
  readonly sentences: number;
  /** By format, see `time-formats.ts`. */
  readonly times: Counts;
}

type Counts = Readonly<Record<string, number>>;

/** The counts of two shards together. */
export function mergeSemantics(a: SemanticState, b: SemanticState): SemanticState {
  return {
    values: a.values + b.values,
    invalid: a.invalid + b.invalid,
    empty: a.empty + b.empty,
    images: addCounts(a.images, b.images),
    sentences: a.sentences + b.sentences,
    times: addCounts(a.times, b.times),
  };
}

function addCounts(a: Counts, b: Counts): Counts {
  const sums = { ...a };
  for (const [name, count] of Object.entries(b)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/** The most frequent format of times; of equally frequent ones TFDV's first. */
export function mostFrequentTime({ times }: SemanticState): { readonly format: string; readonly count: number } {
  const counted = TIME_FORMATS.map((format) => ({ format, count: times[format] ?? 0 }));
  return counted.reduce((best, one) => (one.count > best.count ? one : best));
}
