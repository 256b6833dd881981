import {
  DISTINCT_ERROR,
  QUANTILES_ERROR,
  type CommonStatisticsProto,
  type DatasetStatisticsProto,
  type FeatureStatisticsProto,
  type HistogramProto,
} from '../formats/statistics.js';
import { shorten } from './html.js';
import { showNumber } from './numbers.js';

/** What people see of one feature's statistics: of bounded size, whatever the data hold. */
export interface FeatureSummary {
  readonly name: string;
  readonly type: string;
  readonly examples: number;
  readonly missing: number;
  /** Values per example, where it is not always one. */
  readonly values: string | undefined;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Bars of equal width from the least to the greatest number, or the most frequent texts. */
  readonly bars: readonly Bar[];
  /** What the bars are: `histogram` of numbers, `top` of texts. */
  readonly shape: 'histogram' | 'top' | 'none';
}

export interface Bar {
  readonly label: string;
  readonly count: number;
}

const NAME_CHARACTERS = 120;
const VALUE_CHARACTERS = 60;
const MOST_BARS = 20;
const MOST_TEXTS = 8;

/** The features of a data set, in their order. */
export function featureSummaries(dataset: DatasetStatisticsProto): FeatureSummary[] {
  return (dataset.features ?? []).map((feature) => summaryOf(feature, dataset.numExamples ?? 0));
}

function summaryOf(feature: FeatureStatisticsProto, examples: number): FeatureSummary {
  const { numStats, stringStats, bytesStats, structStats } = feature;
  const common = (numStats ?? stringStats ?? bytesStats ?? structStats)?.commonStats ?? {};
  const custom = (feature.customStats ?? []).flatMap(({ name = '', num, str }): [string, string][] => {
    if ((num === undefined && str === undefined) || name === QUANTILES_ERROR || name === DISTINCT_ERROR) return [];
    return [[shorten(name, 40), num === undefined ? shorten(str ?? '', VALUE_CHARACTERS) : showNumber(num)]];
  });
  const bars = numStats ? histogramBars(numStats.histograms) : topBars(feature);
  return {
    name: shorten(feature.name ?? feature.path?.step?.join('.') ?? '', NAME_CHARACTERS),
    type: feature.type ?? 'INT',
    examples,
    missing: common.numMissing ?? 0,
    values: valuesPerExample(common),
    facts: [...factsOf(feature), ...custom.slice(0, 5)],
    bars,
    shape: bars.length === 0 ? 'none' : numStats ? 'histogram' : 'top',
  };
}

function valuesPerExample({
  minNumValues = 0,
  maxNumValues = 0,
  avgNumValues = 0,
}: CommonStatisticsProto): string | undefined {
  if (minNumValues === 1 && maxNumValues === 1) return undefined;
  if (maxNumValues === 0) return undefined;
  return minNumValues === maxNumValues
    ? `${minNumValues} values`
    : `${minNumValues} to ${maxNumValues} values, ${showNumber(avgNumValues)} on average`;
}

/** What people see of a number that may be off, and by how much. */
function inexact(shown: string, { customStats = [] }: FeatureStatisticsProto, error: string, of: string): string {
  const bound = customStats.find(({ name }) => name === error)?.num;
  return bound === undefined ? shown : `≈ ${shown} (${of} ± ${showNumber(bound * 100)} %)`;
}

function factsOf(feature: FeatureStatisticsProto): [string, string][] {
  const { numStats, stringStats, bytesStats } = feature;
  if (numStats) {
    const { mean = 0, stdDev = 0, min = 0, median = 0, max = 0, numZeros = 0 } = numStats;
    const nan = numStats.histograms?.[0]?.numNan ?? 0;
    return [
      ['mean', showNumber(mean)],
      ['std. dev.', showNumber(stdDev)],
      ['min', showNumber(min)],
      ['median', inexact(showNumber(median), feature, QUANTILES_ERROR, 'rank')],
      ['max', showNumber(max)],
      ['zeros', showNumber(numZeros)],
      ...(nan > 0 ? [['NaN', showNumber(nan)] as [string, string]] : []),
    ];
  }
  if (stringStats) {
    const invalid = stringStats.invalidUtf8Count ?? 0;
    return [
      ['distinct', inexact(showNumber(stringStats.unique ?? 0), feature, DISTINCT_ERROR, 'number')],
      ['mean length', `${showNumber(stringStats.avgLength ?? 0)} bytes`],
      ...(invalid > 0 ? [['not UTF-8', showNumber(invalid)] as [string, string]] : []),
    ];
  }
  if (bytesStats) {
    return [
      ...(bytesStats.unique === undefined ? [] : [['distinct', showNumber(bytesStats.unique)] as [string, string]]),
      ['mean size', `${showNumber(bytesStats.avgNumBytes ?? 0)} bytes`],
      ['largest', `${showNumber(bytesStats.maxNumBytes ?? 0)} bytes`],
    ];
  }
  return [];
}

function histogramBars(histograms: readonly HistogramProto[] | undefined): Bar[] {
  const standard = histograms?.find(({ type }) => (type ?? 'STANDARD') === 'STANDARD');
  const buckets = standard?.buckets ?? [];
  const step = Math.ceil(buckets.length / MOST_BARS);
  const bars: Bar[] = [];
  for (let at = 0; at < buckets.length; at += step) {
    const together = buckets.slice(at, at + step);
    const [low, high] = [together[0]?.lowValue ?? 0, together.at(-1)?.highValue ?? 0];
    const count = together.reduce((sum, { sampleCount = 0 }) => sum + sampleCount, 0);
    bars.push({ label: `${showNumber(low)} to ${showNumber(high)}`, count });
  }
  return bars.every(({ count }) => count === 0) ? [] : bars;
}

function topBars({ stringStats }: FeatureStatisticsProto): Bar[] {
  return (stringStats?.topValues ?? []).slice(0, MOST_TEXTS).map(({ value = '', frequency = 0 }) => ({
    label: shorten(value, VALUE_CHARACTERS),
    count: frequency,
  }));
}
