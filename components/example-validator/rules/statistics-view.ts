import type { FeatureTypeName } from '../../../formats/schema.js';
import type {
  CommonStatisticsProto,
  CustomStatisticProto,
  DatasetStatisticsProto,
  FeatureStatisticsProto,
  HistogramProto,
  NumericStatisticsProto,
  StatisticsType,
} from '../../../formats/statistics.js';
import { compareUtf8, pathOf, serializePath, type FeaturePath } from './feature-path.js';

/** What the data set under test is compared with. */
export interface ControlDatasets {
  readonly previousSpan?: DatasetView | undefined;
  readonly serving?: DatasetView | undefined;
  readonly previousVersion?: DatasetView | undefined;
}

const commonOf = (feature: FeatureStatisticsProto): CommonStatisticsProto | undefined =>
  (feature.numStats ?? feature.stringStats ?? feature.bytesStats ?? feature.structStats)?.commonStats;

const hasStatistics = (feature: FeatureStatisticsProto): boolean =>
  (feature.numStats ?? feature.stringStats ?? feature.bytesStats ?? feature.structStats) !== undefined;

/** Statistics of one data set as the rules read them, weighted throughout when all of them are weighted. */
export class DatasetView {
  readonly byWeight: boolean;
  readonly environment: string | undefined;
  readonly controls: ControlDatasets;
  /** Every feature that has statistics, in the order of the file. */
  readonly features: readonly FeatureView[];
  readonly #dataset: DatasetStatisticsProto;
  readonly #byPath: ReadonlyMap<string, FeatureView>;

  constructor(
    dataset: DatasetStatisticsProto,
    options: { byWeight?: boolean; environment?: string | undefined; controls?: ControlDatasets } = {},
  ) {
    this.#dataset = dataset;
    this.byWeight = options.byWeight ?? false;
    this.environment = options.environment;
    this.controls = options.controls ?? {};
    const present = (dataset.features ?? []).filter(
      (feature) => hasStatistics(feature) || (feature.customStats ?? []).length > 0,
    );
    this.features = present.map((feature) => new FeatureView(feature, this));
    this.#byPath = new Map(this.features.map((view) => [view.key, view] as const));
  }

  get numExamples(): number {
    return (this.byWeight ? this.#dataset.weightedNumExamples : this.#dataset.numExamples) ?? 0;
  }

  byPath(path: FeaturePath): FeatureView | undefined {
    return this.#byPath.get(serializePath(path));
  }

  roots(): FeatureView[] {
    return this.features.filter(({ path }) => path.length === 1 || this.byPath(path.slice(0, -1)) === undefined);
  }
}

/** Whether weights were used for every feature of a data set. */
export function isWeighted(dataset: DatasetStatisticsProto): boolean {
  if ((dataset.weightedNumExamples ?? 0) === 0) return false;
  return (dataset.features ?? []).filter(hasStatistics).every((feature) => {
    const common = commonOf(feature);
    const levels = (common?.presenceAndValencyStats ?? []).length;
    const weightedLevels = (common?.weightedPresenceAndValencyStats ?? []).length;
    return common?.weightedCommonStats !== undefined && levels === weightedLevels;
  });
}

/** Statistics of one feature as the rules read them. */
export class FeatureView {
  readonly data: FeatureStatisticsProto;
  readonly dataset: DatasetView;
  readonly path: FeaturePath;
  /** The serialized path. */
  readonly key: string;
  #counts: ReadonlyMap<string, number> | undefined;

  constructor(data: FeatureStatisticsProto, dataset: DatasetView) {
    this.data = data;
    this.dataset = dataset;
    this.path = pathOf(data);
    this.key = serializePath(this.path);
  }

  get type(): StatisticsType {
    return this.data.type ?? 'INT';
  }

  /** The schema's type for this kind of data. */
  get featureType(): FeatureTypeName {
    return this.type === 'STRING' ? 'BYTES' : this.type;
  }

  get common(): CommonStatisticsProto {
    return commonOf(this.data) ?? {};
  }

  get numeric(): NumericStatisticsProto {
    return this.data.numStats ?? {};
  }

  /** Examples that have the feature. */
  get numPresent(): number {
    const { weightedCommonStats, numNonMissing } = this.common;
    return (this.dataset.byWeight ? weightedCommonStats?.numNonMissing : numNonMissing) ?? 0;
  }

  get numMissing(): number {
    const { weightedCommonStats, numMissing } = this.common;
    return (this.dataset.byWeight ? weightedCommonStats?.numMissing : numMissing) ?? 0;
  }

  /** 0 to 1, or undefined without examples. */
  get fractionPresent(): number | undefined {
    const examples = this.dataset.numExamples;
    if (examples <= 0) return undefined;
    return this.numMissing === 0 ? 1 : this.numPresent / examples;
  }

  /** Missing lists at each nest level. */
  get numMissingNested(): readonly number[] {
    const { weightedPresenceAndValencyStats, presenceAndValencyStats } = this.common;
    const levels = (this.dataset.byWeight ? weightedPresenceAndValencyStats : presenceAndValencyStats) ?? [];
    return levels.length === 0 ? [this.numMissing] : levels.map((level) => level.numMissing ?? 0);
  }

  /** Fewest and most values of a list at each nest level. */
  get valueCounts(): readonly (readonly [min: number, max: number])[] {
    const levels = this.common.presenceAndValencyStats ?? [];
    return (levels.length === 0 ? [this.common] : levels).map(
      (level) => [level.minNumValues ?? 0, level.maxNumValues ?? 0] as const,
    );
  }

  get isNested(): boolean {
    return (this.common.presenceAndValencyStats ?? []).length > 1;
  }

  get totalValues(): number {
    const { weightedCommonStats, totNumValues, numNonMissing, avgNumValues } = this.common;
    if (this.dataset.byWeight) return weightedCommonStats?.totNumValues ?? 0;
    return totNumValues ? totNumValues : (numNonMissing ?? 0) * (avgNumValues ?? 0);
  }

  /** How often each listed text occurs, in the order of the texts. */
  get stringCounts(): ReadonlyMap<string, number> {
    return (this.#counts ??= this.#readCounts());
  }

  #readCounts(): ReadonlyMap<string, number> {
    const strings = this.data.stringStats;
    const histogram = this.dataset.byWeight ? strings?.weightedStringStats?.rankHistogram : strings?.rankHistogram;
    const counts = new Map<string, number>();
    for (const { label = '', sampleCount = 0 } of histogram?.buckets ?? [])
      if (!counts.has(label)) counts.set(label, sampleCount);
    return new Map([...counts].sort(([a], [b]) => compareUtf8(a, b)));
  }

  get hasInvalidUtf8(): boolean {
    return (this.data.stringStats?.invalidUtf8Count ?? 0) > 0;
  }

  /** How many distinct texts there are; undefined for features that are not counted by value. */
  get numUnique(): number | undefined {
    return this.data.stringStats === undefined ? undefined : (this.data.stringStats.unique ?? 0);
  }

  histogram(type: 'STANDARD' | 'QUANTILES'): HistogramProto | undefined {
    if (this.data.numStats === undefined) return undefined;
    const { histograms, weightedNumericStats } = this.data.numStats;
    const all = (this.dataset.byWeight ? weightedNumericStats?.histograms : histograms) ?? [];
    return all.find((histogram) => (histogram.type ?? 'STANDARD') === type);
  }

  customStatistic(name: string): CustomStatisticProto | undefined {
    return this.data.customStats?.find((statistic) => statistic.name === name);
  }

  children(): FeatureView[] {
    if (this.type !== 'STRUCT') return [];
    const depth = this.path.length;
    const children = this.dataset.features.filter(
      ({ path }) => path.length === depth + 1 && serializePath(path.slice(0, depth)) === this.key,
    );
    return children.sort((a, b) => compareUtf8(a.path.at(-1) ?? '', b.path.at(-1) ?? ''));
  }
}
