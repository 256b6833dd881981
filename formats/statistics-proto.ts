import type { DerivedFeatureSourceProto, PathProto } from './schema-proto.js';

/*
 * tensorflow.metadata.v0.DatasetFeatureStatisticsList as plain objects: camelCase names, enums by name; numbers that
 * are zero may be absent.
 */

export interface StatisticsProto {
  datasets?: DatasetStatisticsProto[];
}

export interface DatasetStatisticsProto {
  /** Empty, or with slices `All Examples` or the slice's name. */
  name?: string;
  numExamples?: number;
  weightedNumExamples?: number;
  features?: FeatureStatisticsProto[];
  crossFeatures?: CrossFeatureStatisticsProto[];
}

export type StatisticsType = 'INT' | 'FLOAT' | 'STRING' | 'BYTES' | 'STRUCT';

export interface FeatureStatisticsProto {
  name?: string;
  path?: PathProto;
  /** Absent means INT. */
  type?: StatisticsType;
  numStats?: NumericStatisticsProto;
  stringStats?: StringStatisticsProto;
  bytesStats?: BytesStatisticsProto;
  structStats?: { commonStats?: CommonStatisticsProto };
  customStats?: CustomStatisticProto[];
  validationDerivedSource?: DerivedFeatureSourceProto;
}

export interface CommonStatisticsProto {
  /** Examples that have the feature, also with an empty list. */
  numNonMissing?: number;
  numMissing?: number;
  minNumValues?: number;
  maxNumValues?: number;
  avgNumValues?: number;
  totNumValues?: number;
  numValuesHistogram?: HistogramProto;
  featureListLengthHistogram?: HistogramProto;
  weightedCommonStats?: WeightedCommonStatisticsProto;
  /** One entry per nest level, when there is more than one. */
  presenceAndValencyStats?: PresenceAndValencyProto[];
  weightedPresenceAndValencyStats?: WeightedCommonStatisticsProto[];
}

export interface PresenceAndValencyProto {
  numNonMissing?: number;
  numMissing?: number;
  minNumValues?: number;
  maxNumValues?: number;
  totNumValues?: number;
}

export interface WeightedCommonStatisticsProto {
  numNonMissing?: number;
  numMissing?: number;
  avgNumValues?: number;
  totNumValues?: number;
}

export interface NumericStatisticsProto {
  commonStats?: CommonStatisticsProto;
  mean?: number;
  /** Of the population (divided by n). */
  stdDev?: number;
  numZeros?: number;
  min?: number;
  median?: number;
  max?: number;
  /** STANDARD first, then QUANTILES. */
  histograms?: HistogramProto[];
  weightedNumericStats?: {
    mean?: number;
    stdDev?: number;
    median?: number;
    histograms?: HistogramProto[];
  };
}

export interface StringStatisticsProto {
  commonStats?: CommonStatisticsProto;
  unique?: number;
  topValues?: FrequencyProto[];
  /** Mean number of bytes. */
  avgLength?: number;
  rankHistogram?: RankHistogramProto;
  weightedStringStats?: { topValues?: FrequencyProto[]; rankHistogram?: RankHistogramProto };
  vocabularyFile?: string;
  invalidUtf8Count?: number;
}

export interface FrequencyProto {
  value?: string;
  frequency?: number;
}

export interface BytesStatisticsProto {
  commonStats?: CommonStatisticsProto;
  unique?: number;
  avgNumBytes?: number;
  minNumBytes?: number;
  maxNumBytes?: number;
  maxNumBytesInt?: number;
}

export interface HistogramProto {
  numNan?: number;
  numUndefined?: number;
  buckets?: HistogramBucketProto[];
  /** Absent means STANDARD. */
  type?: 'STANDARD' | 'QUANTILES';
  name?: string;
}

/** Bounds exclude `lowValue` (but for the first bucket) and include `highValue`. */
export interface HistogramBucketProto {
  lowValue?: number;
  highValue?: number;
  sampleCount?: number;
}

export interface RankHistogramProto {
  buckets?: { lowRank?: number; highRank?: number; label?: string; sampleCount?: number }[];
  name?: string;
}

export interface CustomStatisticProto {
  name?: string;
  num?: number;
  str?: string;
  histogram?: HistogramProto;
  rankHistogram?: RankHistogramProto;
  any?: { typeUrl?: string; value?: Uint8Array };
}

export interface CrossFeatureStatisticsProto {
  pathX?: PathProto;
  pathY?: PathProto;
  count?: number;
  numCrossStats?: { correlation?: number; covariance?: number };
  categoricalCrossStats?: { lift?: { liftSeries?: LiftSeriesProto[]; weightedLiftSeries?: LiftSeriesProto[] } };
}

export interface LiftSeriesProto {
  yInt?: number;
  yString?: string;
  yBucket?: { lowValue?: number; highValue?: number };
  yCount?: number;
  weightedYCount?: number;
  liftValues?: LiftValueProto[];
}

export interface LiftValueProto {
  xInt?: number;
  xString?: string;
  lift?: number;
  xCount?: number;
  weightedXCount?: number;
  xAndYCount?: number;
  weightedXAndYCount?: number;
}
