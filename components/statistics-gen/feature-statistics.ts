import type {
  CommonStatisticsProto,
  CustomStatisticProto,
  DatasetStatisticsProto,
  FeatureStatisticsProto,
  HistogramProto,
  NumericStatisticsProto,
} from '../../formats/statistics.js';
import { equalWidthHistogram, quantilesHistogram, rebin } from './histograms.js';
import type { DatasetState, FeatureState, LengthCount, LevelState, NumberState, TextState } from './dataset-state.js';
import type { Moments } from './moments.js';
import { median, quantiles, SummaryBuilder, type QuantileSummary } from './quantile-summary.js';
import { stringStatistics, type RankOptions } from './rank-histogram.js';
import { sketchErrors } from './sketch-errors.js';
import { semanticStatistics } from './semantic-statistics.js';

export interface HistogramOptions extends RankOptions {
  /** Default 10. */
  readonly numValuesHistogramBuckets?: number | undefined;
  /** Default 10. */
  readonly numHistogramBuckets?: number | undefined;
  /** Default 10. */
  readonly numQuantilesHistogramBuckets?: number | undefined;
  /** Text features that are reported as bytes: images, URLs. */
  readonly bytesFeatures?: ReadonlySet<string> | undefined;
}

/** TFDV interpolates the equal-width histogram from so many quantiles per bucket. */
const QUANTILES_PER_BUCKET = 100;

/**
 * The statistics that a state amounts to.
 *
 * @param name of the slice; empty without slices
 * @param whole the state of all examples, of which a slice's features without values have their types
 */
export function datasetStatistics(
  state: DatasetState,
  options: HistogramOptions = {},
  name = '',
  whole = state,
): DatasetStatisticsProto {
  const weighted = state.weightedNumExamples;
  const typed = new Set(whole.features.filter(hasValues).map((feature) => feature.name));
  return {
    ...(name !== '' && { name }),
    numExamples: state.numExamples,
    ...(weighted !== undefined && { weightedNumExamples: weighted }),
    // As in TFDV, without examples there are no features to speak of.
    ...(state.numExamples > 0 && {
      features: state.features.map((feature) => {
        if (feature.path !== undefined) return featureStatistics(...inStructs(feature, state), options);
        return hasValues(feature) || typed.has(feature.name)
          ? featureStatistics(feature, state, options)
          : untypedStatistics(feature, state, options);
      }),
    }),
  };
}

/** A field of structs as a feature whose examples are the structs. */
function inStructs(feature: FeatureState, state: DatasetState): [FeatureState, DatasetState] {
  const { outerLevels = 0, levels } = feature;
  const structs = levels[outerLevels - 1];
  if (structs === undefined) return [feature, state];
  const weightedNumExamples = state.weightedNumExamples === undefined ? undefined : structs.weightedTotalValues;
  return [
    { ...feature, levels: levels.slice(outerLevels) },
    { ...state, numExamples: structs.totalValues, weightedNumExamples },
  ];
}

const hasValues = ({ levels }: FeatureState): boolean => (levels[0]?.nonMissing ?? 0) > 0;

/** As in TFDV, what never has a value counts as text, or as bytes if the schema says so. */
function untypedStatistics(
  feature: FeatureState,
  state: DatasetState,
  options: HistogramOptions,
): FeatureStatisticsProto {
  const described = { commonStats: commonStatistics(feature, state, options) };
  const path = { step: [feature.name] };
  return options.bytesFeatures?.has(feature.name) === true
    ? { path, type: 'BYTES', bytesStats: described }
    : { path, type: 'STRING', stringStats: described };
}

function featureStatistics(
  feature: FeatureState,
  state: DatasetState,
  options: HistogramOptions,
): FeatureStatisticsProto {
  const commonStats = commonStatistics(feature, state, options);
  const path = { step: [...(feature.path ?? [feature.name])] };
  if (feature.kind === 'STRUCT') return { path, type: 'STRUCT', structStats: { commonStats } };
  const customStats = [
    ...nestedLengths(feature, options),
    ...semanticStatistics(feature.semantics),
    ...sketchErrors(feature),
  ];
  const custom = customStats.length > 0 ? { customStats } : {};
  if (feature.texts === undefined)
    return { path, type: feature.kind, numStats: numericStatistics(feature, commonStats, state, options), ...custom };
  if (feature.kind === 'STRING' && options.bytesFeatures?.has(feature.name) === true)
    return { path, type: 'BYTES', bytesStats: { commonStats, ...bytesStatistics(feature.texts, feature) }, ...custom };
  const order = feature.kind === 'INT' ? 'integer' : 'text';
  const stringStats = { commonStats, ...stringStatistics(feature.texts, totalValues(feature), options, order) };
  return { path, type: feature.kind, stringStats, ...custom };
}

const totalValues = ({ levels }: FeatureState): number => levels.at(-1)?.totalValues ?? 0;

function bytesStatistics(texts: TextState, feature: FeatureState): object {
  const total = totalValues(feature);
  const average = total > 0 ? { avgNumBytes: Math.fround(texts.totalBytes / total) } : {};
  return {
    ...average,
    minNumBytes: texts.minBytes,
    maxNumBytes: texts.maxBytes,
    maxNumBytesInt: texts.maxBytes,
  };
}

function lengthsSummary(lengths: readonly LengthCount[]): QuantileSummary {
  const builder = new SummaryBuilder(Number.POSITIVE_INFINITY, 0, 0);
  for (const [length, count] of lengths) builder.add(length, count);
  return builder.finish();
}

const range = (lengths: readonly LengthCount[]): { minNumValues: number; maxNumValues: number } => ({
  minNumValues: lengths[0]?.[0] ?? 0,
  maxNumValues: lengths.at(-1)?.[0] ?? 0,
});

function commonStatistics(
  feature: FeatureState,
  state: DatasetState,
  options: HistogramOptions,
): CommonStatisticsProto {
  const [top, ...nested] = feature.levels;
  if (top === undefined) return {};
  const total = totalValues(feature);
  const lengths = feature.innermost ?? top.lengths;
  const buckets = options.numValuesHistogramBuckets ?? 10;
  return {
    numNonMissing: top.nonMissing,
    numMissing: state.numExamples - top.nonMissing,
    totNumValues: total,
    ...(top.nonMissing > 0 && {
      ...range(lengths),
      avgNumValues: Math.fround(total / top.nonMissing),
      numValuesHistogram: quantilesHistogram(quantiles(lengthsSummary(lengths), buckets)),
    }),
    ...(nested.length > 0 && {
      presenceAndValencyStats: feature.levels.map((level, depth) => presence(feature, level, depth, state)),
    }),
    ...(state.weightedNumExamples !== undefined && weightedCommon(feature, state.weightedNumExamples)),
  };
}

function presence(feature: FeatureState, level: LevelState, depth: number, state: DatasetState): object {
  const above = depth === 0 ? state.numExamples : (feature.levels[depth - 1]?.totalValues ?? 0);
  return {
    numNonMissing: level.nonMissing,
    numMissing: above - level.nonMissing,
    ...(level.nonMissing > 0 && { ...range(level.lengths), totNumValues: level.totalValues }),
  };
}

function weightedCommon(feature: FeatureState, weightOfAll: number): CommonStatisticsProto {
  const describe = (level: LevelState, depth: number, total: number): object => {
    const above = depth === 0 ? weightOfAll : (feature.levels[depth - 1]?.weightedTotalValues ?? 0);
    return {
      numNonMissing: level.weightedNonMissing,
      numMissing: above - level.weightedNonMissing,
      totNumValues: total,
      avgNumValues: level.weightedNonMissing === 0 ? 0 : total / level.weightedNonMissing,
    };
  };
  const [top, ...nested] = feature.levels;
  const leaf = feature.levels.at(-1);
  return {
    weightedCommonStats: top && describe(top, 0, leaf?.weightedTotalValues ?? 0),
    ...(nested.length > 0 && {
      weightedPresenceAndValencyStats: feature.levels.map((level, depth) =>
        describe(level, depth, level.weightedTotalValues),
      ),
    }),
  } as CommonStatisticsProto;
}

/** Histograms of list lengths below the outermost level, as custom statistics. */
function nestedLengths(feature: FeatureState, options: HistogramOptions): CustomStatisticProto[] {
  const buckets = options.numValuesHistogramBuckets ?? 10;
  return feature.levels.slice(1).flatMap(({ lengths, nonMissing }, index) => {
    if (nonMissing === 0) return [];
    const found = quantiles(lengthsSummary(lengths), buckets);
    const { minNumValues, maxNumValues } = range(lengths);
    const finite = { finiteMin: minNumValues, finiteMax: maxNumValues, positiveInfinities: 0 };
    const name = `level_${index + 2}_value_list_length`;
    return [
      { name: `${name}_quantiles`, histogram: quantilesHistogram(found) },
      { name: `${name}_standard`, histogram: equalWidthHistogram(found, finite, buckets) },
    ];
  });
}

function histogramsOf(
  summary: QuantileSummary,
  numbers: NumberState,
  positiveInfinities: number,
  options: HistogramOptions,
): { median: number; histograms: HistogramProto[] } {
  const found = quantiles(summary, QUANTILES_PER_BUCKET * (options.numQuantilesHistogramBuckets ?? 10));
  const finite = { finiteMin: numbers.finiteMin, finiteMax: numbers.finiteMax, positiveInfinities };
  const nan = numbers.nan > 0 ? { numNan: numbers.nan } : {};
  return {
    median: median(found.boundaries),
    histograms: [
      { ...nan, ...equalWidthHistogram(found, finite, options.numHistogramBuckets ?? 10) },
      { ...nan, ...quantilesHistogram(rebin(found, QUANTILES_PER_BUCKET)) },
    ],
  };
}

function numericStatistics(
  feature: FeatureState,
  commonStats: CommonStatisticsProto,
  state: DatasetState,
  options: HistogramOptions,
): NumericStatisticsProto {
  const { numbers } = feature;
  if (numbers === undefined || totalValues(feature) - numbers.nan === 0) {
    if (numbers === undefined || numbers.nan === 0) return { commonStats };
    return { commonStats, histograms: [{ numNan: numbers.nan }, { numNan: numbers.nan, type: 'QUANTILES' }] };
  }
  const { moments, weightedMoments } = numbers;
  return {
    commonStats,
    ...meanAndDeviation(numbers, moments),
    numZeros: numbers.zeros,
    min: numbers.min,
    max: numbers.max,
    ...histogramsOf(numbers.summary, numbers, numbers.positiveInfinities, options),
    ...(state.weightedNumExamples !== undefined && {
      weightedNumericStats: {
        ...meanAndDeviation(numbers, weightedMoments),
        ...histogramsOf(numbers.weightedSummary, numbers, numbers.weightedPositiveInfinities, options),
      },
    }),
  };
}

/** With infinite values there is no mean, and as in TFDV the deviation is 0. */
function meanAndDeviation({ min, max }: NumberState, { mean, variance }: Moments): { mean: number; stdDev: number } {
  const finite = Number.isFinite(min) && Number.isFinite(max);
  return finite ? { mean, stdDev: Math.sqrt(variance) } : { mean: Number.NaN, stdDev: 0 };
}
