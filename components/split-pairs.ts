import { PipelineError } from '../errors/pipeline-error.js';
import type { InputArtifact } from './implement.js';

type Split = InputArtifact['splits'][number];

/** A split of the data under test and the one that it is compared with. */
export interface SplitPair {
  /** TFX's name of the pair: `<test>_<base>`. */
  readonly name: string;
  readonly test: Split;
  readonly base: Split;
}

/** The folder that holds what was found of a pair of splits, as TFX lays it out. */
export const splitPairFolder = (pair: string): string => `SplitPair-${pair}`;

/**
 * The pairs of splits to compare: those that are listed as [test, base]; without a list, all pairs or those of equal
 * names.
 *
 * @throws SPLIT_PAIRS_MISSING when a listed split is absent, or no pair is left; SPLIT_PAIRS_AMBIGUOUS
 */
export function splitPairs(
  test: Pick<InputArtifact, 'splits'>,
  base: Pick<InputArtifact, 'splits'>,
  listed: readonly (readonly string[])[] | undefined,
  otherwise: 'equal names' | 'all',
): SplitPair[] {
  const isWanted = (a: string, b: string): boolean =>
    listed === undefined
      ? otherwise === 'all' || a === b
      : listed.some(([first, second]) => first === a && second === b);
  const pairs = test.splits.flatMap((one) =>
    base.splits
      .filter((other) => isWanted(one.name, other.name))
      .map((other) => ({ name: `${one.name}_${other.name}`, test: one, base: other })),
  );
  const present = (pair: readonly string[]): boolean =>
    pairs.some((found) => found.test.name === pair[0] && found.base.name === pair[1]);
  const absent = (listed ?? []).filter((pair) => !present(pair));
  if (absent.length > 0 || pairs.length === 0) throw missing(test, base, absent);
  const twice = pairs.find(({ name }, index) => pairs.findIndex((other) => other.name === name) < index);
  if (twice === undefined) return pairs;
  throw new PipelineError('SPLIT_PAIRS_AMBIGUOUS', {
    what: `Two pairs of splits would both be named ${JSON.stringify(twice.name)}.`,
    details: { pair: twice.name },
  });
}

function missing(
  test: Pick<InputArtifact, 'splits'>,
  base: Pick<InputArtifact, 'splits'>,
  absent: readonly (readonly string[])[],
): PipelineError {
  const names = ({ splits }: Pick<InputArtifact, 'splits'>): string =>
    splits.map(({ name }) => name).join(', ') || 'none';
  const wanted =
    absent.length === 0
      ? 'No pair of splits is left to compare'
      : `There is no pair ${absent.map((pair) => JSON.stringify(pair)).join(', ')}`;
  return new PipelineError('SPLIT_PAIRS_MISSING', {
    what: `${wanted}: the data have the splits ${names(test)}, the baseline ${names(base)}.`,
  });
}
