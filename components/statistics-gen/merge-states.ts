import { PipelineError } from '../../errors/pipeline-error.js';
import {
  SKETCH_LIMIT,
  type DatasetState,
  type FeatureState,
  type LengthCount,
  type LevelState,
} from './dataset-state.js';
import { mergeTexts } from './merge-texts.js';
import { mergeMoments } from './moments.js';
import type { NumberState } from './dataset-state.js';
import { mergeSummaries, thinSummary } from './quantile-summary.js';
import { mergeSemantics } from './semantic-state.js';

/**
 * The state of several shards together. Equal to the state of all rows at once while no feature has more than
 * `SKETCH_LIMIT` distinct values (means and variances up to rounding); beyond it within the bounds that `dataset-state.ts`
 * names.
 *
 * @throws STATISTICS_TYPE_UNSUPPORTED when a feature is of different types in two shards
 */
export function mergeStates(states: readonly DatasetState[]): DatasetState {
  const [first, ...rest] = states;
  return rest.reduce(mergeTwo, first ?? { numExamples: 0, weightedNumExamples: undefined, features: [] });
}

function mergeTwo(a: DatasetState, b: DatasetState): DatasetState {
  const inB = new Map(b.features.map((feature) => [keyOf(feature), feature] as const));
  const inA = new Set(a.features.map(keyOf));
  const weighted =
    a.weightedNumExamples === undefined ? b.weightedNumExamples : a.weightedNumExamples + (b.weightedNumExamples ?? 0);
  return {
    numExamples: a.numExamples + b.numExamples,
    weightedNumExamples: weighted,
    features: [
      ...a.features.map((feature) => {
        const other = inB.get(keyOf(feature));
        return other === undefined ? feature : mergeFeatures(feature, other);
      }),
      ...b.features.filter((feature) => !inA.has(keyOf(feature))),
    ],
  };
}

const keyOf = ({ name, path }: FeatureState): string => JSON.stringify(path ?? [name]);
const isEmpty = ({ levels }: FeatureState): boolean => (levels[0]?.nonMissing ?? 0) === 0;

function mergeFeatures(a: FeatureState, b: FeatureState): FeatureState {
  if (isEmpty(a)) return b;
  if (isEmpty(b)) return a;
  if (a.kind !== b.kind || a.levels.length !== b.levels.length)
    throw new PipelineError('STATISTICS_TYPE_UNSUPPORTED', {
      what: `Feature ${JSON.stringify(a.name)} is ${a.kind} in one shard and ${b.kind} in another, or nested differently.`,
      details: { feature: a.name },
    });
  return {
    name: a.name,
    kind: a.kind,
    ...(a.path && { path: a.path, outerLevels: a.outerLevels }),
    levels: a.levels.map((level, depth) => mergeLevels(level, b.levels[depth] ?? level)),
    innermost: a.innermost && mergeLengths(a.innermost, b.innermost ?? []),
    numbers: a.numbers && b.numbers && mergeNumbers(a.numbers, b.numbers),
    texts: a.texts && b.texts && mergeTexts(a.texts, b.texts),
    ...(a.semantics && b.semantics && { semantics: mergeSemantics(a.semantics, b.semantics) }),
  };
}

function mergeLevels(a: LevelState, b: LevelState): LevelState {
  return {
    nonMissing: a.nonMissing + b.nonMissing,
    totalValues: a.totalValues + b.totalValues,
    lengths: mergeLengths(a.lengths, b.lengths),
    weightedNonMissing: a.weightedNonMissing + b.weightedNonMissing,
    weightedTotalValues: a.weightedTotalValues + b.weightedTotalValues,
  };
}

function mergeLengths(a: readonly LengthCount[], b: readonly LengthCount[]): LengthCount[] {
  const counts = new Map(a);
  for (const [length, count] of b) counts.set(length, (counts.get(length) ?? 0) + count);
  return [...counts].sort(([x], [y]) => x - y);
}

function mergeNumbers(a: NumberState, b: NumberState): NumberState {
  return {
    nan: a.nan + b.nan,
    zeros: a.zeros + b.zeros,
    positiveInfinities: a.positiveInfinities + b.positiveInfinities,
    weightedPositiveInfinities: a.weightedPositiveInfinities + b.weightedPositiveInfinities,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    finiteMin: Math.min(a.finiteMin, b.finiteMin),
    finiteMax: Math.max(a.finiteMax, b.finiteMax),
    moments: mergeMoments(a.moments, b.moments),
    weightedMoments: mergeMoments(a.weightedMoments, b.weightedMoments),
    summary: thinSummary(mergeSummaries(a.summary, b.summary), SKETCH_LIMIT),
    weightedSummary: thinSummary(mergeSummaries(a.weightedSummary, b.weightedSummary), SKETCH_LIMIT),
  };
}
