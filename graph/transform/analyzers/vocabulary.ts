import type { BinaryString } from '../bytes.js';
import { binaryFromJson, binaryToJson, toBinary } from '../bytes.js';
import type { Column } from '../columns.js';
import { elementCount } from '../columns.js';
import type { Attributes, Json } from '../graph-spec.js';
import type { Analyzer } from './analyzer.js';
import { forEachNumber, forEachPair } from './analyzer.js';
import type { Vocabulary } from './fitted.js';

type Counts = Map<BinaryString, number>;

const increase = (counts: Counts, term: BinaryString, by: number): void => {
  counts.set(term, (counts.get(term) ?? 0) + by);
};

/** Counts a batch per dictionary entry first, so that the map is touched once per distinct value. */
function addStrings(counts: Counts, column: Column & { readonly kind: 'string' }): void {
  const perCode = new Float64Array(column.dictionary.length);
  for (let index = 0; index < elementCount(column); index++) {
    const code = column.codes[index] as number;
    if (code >= 0) perCode[code] = (perCode[code] as number) + 1;
  }
  column.dictionary.forEach((term, code) => {
    if (perCode[code] !== 0) increase(counts, term, perCode[code] as number);
  });
}

function addBatch(counts: Counts, columns: readonly Column[], rows: number): void {
  const [terms, weights] = columns;
  if (weights !== undefined) {
    forEachPair([terms, weights], rows, (term, weight) => increase(counts, String(term), weight as number));
  } else if (terms?.kind === 'string') addStrings(counts, terms);
  else forEachNumber(terms, rows, (value) => increase(counts, String(value), 1));
}

/** A text file can not hold these as a line (TFT drops them). */
const isStorable = (term: BinaryString): boolean => term !== '' && !/[\n\r]/.test(term);

/** Orders terms by frequency, the most frequent first; equal ones by their bytes, the largest first (TFT). */
export function rankTerms(entries: Iterable<readonly [BinaryString, number]>, attributes: Attributes): Vocabulary {
  const threshold = attributes['frequencyThreshold'] as number | undefined;
  const topK = attributes['topK'] as number | undefined;
  const kept = [...entries]
    .filter(([term, frequency]) => isStorable(term) && (threshold === undefined || frequency >= threshold))
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? 1 : -1))
    .slice(0, topK);
  return { tokens: kept.map(([term]) => term), frequencies: kept.map(([, frequency]) => frequency) };
}

/**
 * Distinct values by frequency. Inputs: the terms, and optionally each row's weight.
 * Attributes: `topK`, `frequencyThreshold` (smallest count kept).
 */
export const vocabulary: Analyzer<Counts, Vocabulary> = {
  create: () => new Map(),
  add: addBatch,
  merge: (state, other) => other.forEach((count, term) => increase(state, term, count)),
  finish: (state, attributes) => rankTerms(state, attributes),
  encode: (state) => [...state].map(([term, count]): Json => [binaryToJson(term), count]),
  decode: (json) => new Map((json as [Json, number][]).map(([term, count]) => [binaryFromJson(term), count])),
};

/** A vocabulary of the module's own: there is nothing to look at. Attribute: `tokens`. */
export const fixedVocabulary: Analyzer<null, Vocabulary> = {
  create: () => null,
  add: () => undefined,
  merge: () => undefined,
  finish: (_, attributes) => {
    const tokens = (attributes['tokens'] as readonly string[]).map(toBinary);
    return { tokens, frequencies: tokens.map(() => 0) };
  },
  encode: () => null,
  decode: () => null,
};
