import type { Int64 } from './protobuf/plain-message.js';

/*
 * tensorflow.metadata.v0.Schema as plain objects: camelCase names, enums by name, only what is set. Plain data like
 * generated protobuf classes, hence not readonly.
 */

export type FeatureTypeName = 'TYPE_UNKNOWN' | 'BYTES' | 'INT' | 'FLOAT' | 'STRUCT';

export type LifecycleStage =
  | 'UNKNOWN_STAGE'
  | 'PLANNED'
  | 'ALPHA'
  | 'BETA'
  | 'PRODUCTION'
  | 'DEPRECATED'
  | 'DEBUG_ONLY'
  | 'DISABLED'
  | 'VALIDATION_DERIVED';

export interface PathProto {
  step?: string[];
}

export interface SchemaProto {
  feature?: FeatureProto[];
  sparseFeature?: SparseFeatureProto[];
  weightedFeature?: WeightedFeatureProto[];
  /** Domains that features name by `domain`. */
  stringDomain?: StringDomainProto[];
  floatDomain?: FloatDomainProto[];
  intDomain?: IntDomainProto[];
  defaultEnvironment?: string[];
  representVariableLengthAsRagged?: boolean;
  annotation?: AnnotationProto;
  datasetConstraints?: DatasetConstraintsProto;
  tensorRepresentationGroup?: Record<string, Record<string, unknown>>;
}

/** The kinds of domain of which a feature has at most one. */
export interface FeatureDomains {
  /** The name of one of the schema's `stringDomain`s. */
  domain?: string;
  intDomain?: IntDomainProto;
  floatDomain?: FloatDomainProto;
  stringDomain?: StringDomainProto;
  boolDomain?: BoolDomainProto;
  structDomain?: StructDomainProto;
  naturalLanguageDomain?: NaturalLanguageDomainProto;
  imageDomain?: ImageDomainProto;
  midDomain?: object;
  urlDomain?: object;
  timeDomain?: { stringFormat?: string; integerFormat?: string };
  timeOfDayDomain?: { stringFormat?: string; integerFormat?: string };
}

export interface FeatureProto extends FeatureDomains {
  name?: string;
  deprecated?: boolean;
  presence?: FeaturePresenceProto;
  groupPresence?: { required?: boolean };
  shape?: FixedShapeProto;
  valueCount?: ValueCountProto;
  valueCounts?: { valueCount?: ValueCountProto[] };
  type?: FeatureTypeName;
  distributionConstraints?: { minDomainMass?: number };
  annotation?: AnnotationProto;
  skewComparator?: FeatureComparatorProto;
  driftComparator?: FeatureComparatorProto;
  inEnvironment?: string[];
  notInEnvironment?: string[];
  lifecycleStage?: LifecycleStage;
  uniqueConstraints?: { min?: number; max?: number };
  validationDerivedSource?: DerivedFeatureSourceProto;
  sequenceMetadata?: Record<string, unknown>;
}

export interface FeaturePresenceProto {
  /** Fraction of examples, 0 to 1. */
  minFraction?: number;
  minCount?: number;
}

export interface ValueCountProto {
  min?: number;
  max?: number;
}

export interface FixedShapeProto {
  dim?: { size?: number; name?: string }[];
}

export interface IntDomainProto {
  name?: string;
  min?: Int64;
  max?: Int64;
  isCategorical?: boolean;
}

export interface FloatDomainProto {
  name?: string;
  /** float32 in the protobuf. */
  min?: number;
  max?: number;
  disallowNan?: boolean;
  disallowInf?: boolean;
  isEmbedding?: boolean;
  isCategorical?: boolean;
  embeddingDim?: number;
  embeddingType?: string;
}

export interface StringDomainProto {
  name?: string;
  value?: string[];
  isCategorical?: 'CATEGORICAL_UNSPECIFIED' | 'CATEGORICAL_YES' | 'CATEGORICAL_NO';
}

export interface BoolDomainProto {
  name?: string;
  trueValue?: string;
  falseValue?: string;
}

export interface StructDomainProto {
  feature?: FeatureProto[];
  sparseFeature?: SparseFeatureProto[];
}

export interface NaturalLanguageDomainProto {
  vocabulary?: string;
  coverage?: {
    minCoverage?: number;
    minAvgTokenLength?: number;
    excludedStringTokens?: string[];
    excludedIntTokens?: Int64[];
    oovStringTokens?: string[];
  };
  tokenConstraints?: SequenceValueConstraintsProto[];
  sequenceLengthConstraints?: {
    excludedIntValue?: Int64[];
    excludedStringValue?: string[];
    minSequenceLength?: number;
    maxSequenceLength?: number;
  };
}

export interface SequenceValueConstraintsProto {
  intValue?: Int64;
  stringValue?: string;
  minPerSequence?: number;
  maxPerSequence?: number;
  minFractionOfSequences?: number;
  maxFractionOfSequences?: number;
}

export interface ImageDomainProto {
  minimumSupportedImageFraction?: number;
  maxImageByteSize?: number;
}

export interface FeatureComparatorProto {
  infinityNorm?: { threshold?: number };
  jensenShannonDivergence?: { threshold?: number; source?: { type?: 'DEFAULT' | 'QUANTILES' | 'STANDARD' } };
  normalizedAbsDifference?: { threshold?: number };
}

export interface NumericValueComparatorProto {
  minFractionThreshold?: number;
  maxFractionThreshold?: number;
}

export interface DatasetConstraintsProto {
  numExamplesDriftComparator?: NumericValueComparatorProto;
  numExamplesVersionComparator?: NumericValueComparatorProto;
  minExamplesCount?: number;
  maxExamplesCount?: number;
}

export interface SparseFeatureProto {
  name?: string;
  deprecated?: boolean;
  lifecycleStage?: LifecycleStage;
  denseShape?: FixedShapeProto;
  indexFeature?: { name?: string }[];
  isSorted?: boolean;
  valueFeature?: { name?: string };
  type?: FeatureTypeName;
  presence?: FeaturePresenceProto;
}

export interface WeightedFeatureProto {
  name?: string;
  feature?: PathProto;
  weightFeature?: PathProto;
  lifecycleStage?: LifecycleStage;
}

export interface AnnotationProto {
  tag?: string[];
  comment?: string[];
  extraMetadata?: { typeUrl?: string; value?: Uint8Array }[];
}

export interface DerivedFeatureSourceProto {
  deriverName?: string;
  description?: string;
  sourcePath?: PathProto[];
}
