import type { Properties } from '../../artifacts/artifact.js';
import type { FeatureSkewProto, MatchStatsProto } from '../../formats/feature-skew.js';
import { jsonBytes } from '../payload-limits.js';

/** What the comparison of one pair of splits came to. */
export interface PairDiff {
  readonly pair: string;
  readonly matchStats: MatchStatsProto;
  readonly features: readonly FeatureSkewProto[];
}

const MOST_REASONS = 3;
const REASONS_BYTES = 900;
const LONGEST_NAME = 60;

/** The properties of an ExamplesDiff artifact: totals, and the three features that differ most, in sentences. */
export function diffProperties(
  found: readonly PairDiff[],
): Properties & { readonly differences: number; readonly matchingPairs: number; readonly reasons: string } {
  const total = (numbers: readonly (number | undefined)[]): number =>
    numbers.reduce<number>((sum, n) => sum + (n ?? 0), 0);
  const all = found.flatMap(({ pair, features }) => features.map((feature) => ({ pair, feature })));
  const worst = all
    .filter(({ feature }) => (feature.diffCount ?? 0) > 0)
    .sort((a, b) => (b.feature.diffCount ?? 0) - (a.feature.diffCount ?? 0))
    .slice(0, MOST_REASONS);
  const reasons = worst.map(({ pair, feature }) => sentence(pair, feature));
  while (reasons.length > 1 && jsonBytes(reasons) > REASONS_BYTES) reasons.pop();
  return {
    differences: total(all.map(({ feature }) => feature.diffCount)),
    matchingPairs: total(found.map(({ matchStats }) => matchStats.matchingPairsCount)),
    reasons: JSON.stringify(reasons),
    split_names: JSON.stringify(found.map(({ pair }) => pair)),
  };
}

function sentence(pair: string, { featureName = '', ...counts }: FeatureSkewProto): string {
  const { diffCount = 0, mismatchCount = 0, baseOnly = 0, testOnly = 0 } = counts;
  const name = featureName.length > LONGEST_NAME ? `${featureName.slice(0, LONGEST_NAME - 1)}…` : featureName;
  const parts = `${mismatchCount} other values, ${baseOnly} only in the baseline, ${testOnly} only in the data`;
  return `Feature "${name}" differs in ${diffCount} pairs of the splits "${pair}": ${parts}.`;
}
