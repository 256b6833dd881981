import { PipelineError } from '../../errors/pipeline-error.js';

export interface HashSplit {
  readonly name: string;
  readonly hashBuckets: number;
}

type SplitParameter = Readonly<Record<string, number>> | readonly HashSplit[] | undefined;

const DEFAULT_SPLIT: readonly HashSplit[] = [
  { name: 'train', hashBuckets: 2 },
  { name: 'eval', hashBuckets: 1 },
];

/**
 * The output splits in the order of their hash buckets; undefined when the input's own splits are kept.
 *
 * @throws SPLIT_CONFIG_INVALID
 */
export function splitConfig(split: SplitParameter, inputSplits: readonly string[]): readonly HashSplit[] | undefined {
  checkNames(inputSplits);
  if (inputSplits.length > 1) {
    if (split === undefined) return undefined;
    throw invalid(
      `The input has ${inputSplits.length} splits (${inputSplits.join(', ')}) and \`split\` is given, too.`,
    );
  }
  if (split === undefined) return DEFAULT_SPLIT;
  const splits = Array.isArray(split)
    ? (split as readonly HashSplit[])
    : Object.entries(split as Readonly<Record<string, number>>).map(([name, hashBuckets]) => ({ name, hashBuckets }));
  if (splits.length === 0) throw invalid('`split` names no split.');
  checkNames(splits.map(({ name }) => name));
  for (const { name, hashBuckets } of splits) {
    if (!Number.isSafeInteger(hashBuckets) || hashBuckets < 1)
      throw invalid(`Split ${name} has the share ${hashBuckets}.`);
  }
  if (splits.reduce((sum, { hashBuckets }) => sum + hashBuckets, 0) > 0xffffffff)
    throw invalid('The shares are too large.');
  return splits;
}

function checkNames(names: readonly string[]): void {
  for (const name of names) {
    if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(name)) {
      throw invalid(`${JSON.stringify(name)} is no split name: letters, digits, _, - and . only.`);
    }
  }
  if (new Set(names).size < names.length) throw invalid(`Split names repeat: ${names.join(', ')}.`);
}

function invalid(what: string): PipelineError {
  return new PipelineError('SPLIT_CONFIG_INVALID', { what });
}
