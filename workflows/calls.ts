import type { Static } from '@sinclair/typebox';
import type { Artifact } from '../artifacts/artifact.js';
import type {
  ArtifactOf,
  ExampleAnomalies,
  Examples,
  ExamplesDiff,
  ExampleStatistics,
  HyperParameters,
  InfraBlessing,
  Model,
  ModelBlessing,
  ModelEvaluation,
  PushedModel,
  Schema,
  TransformGraph,
} from '../artifacts/types.js';
import type { DistributionValidatorConfig } from '../components/distribution-validator/contract.js';
import type { EvaluationConfig } from '../components/evaluator/evaluation-config.js';
import type { ExampleDiffConfig } from '../components/example-diff/contract.js';
import type { CustomValidationConfig } from '../components/example-validator/custom-validation-config.js';
import type { StatisticBound as StatisticBoundSchema } from '../components/example-validator/contract.js';
import type { StatisticsOptionsSchema } from '../components/statistics-gen/contract.js';
import type { Many } from './component.js';

export type StatisticsOptions = Static<typeof StatisticsOptionsSchema>;
export type StatisticBound = Static<typeof StatisticBoundSchema>;

/*
 * What each standard component takes and gives, as named interfaces, so that editors show names instead of computed
 * types. A type test holds them to the contracts.
 */

/** What every ExampleGen takes beside its source. */
export interface ExampleGenCall {
  /** Output splits with their shares. (Default: `{ train: 2, eval: 1 }` for an input without splits of its own) */
  readonly split?: Record<string, number> | { name: string; hashBuckets: number }[] | undefined;
  /** All rows with equal values of this feature go to one split. */
  readonly partitionFeature?: string | undefined;
  /** Splits each value of this feature by the shares of `split`, to within a row. */
  readonly stratifyBy?: string | undefined;
  /** Splits by ascending upper bounds of a feature, e.g. a date. */
  readonly timeSplit?: { feature: string; bounds: (number | string)[]; names: string[] } | undefined;
  /** Changes the order of rows within the splits, never the split itself. */
  readonly seed?: number | undefined;
  /** TFX's own hash split and blanks, bit by bit. */
  readonly tfxCompatible?: boolean | undefined;
  readonly format?: 'parquet' | 'tfrecord' | undefined;
  readonly rowsPerShard?: number | undefined;
}

/** Which spans of a pattern with `{SPAN}` or `{YYYY}-{MM}-{DD}` an ExampleGen reads. */
export type SpanSelection =
  | { static: number }
  /** The latest ones there are. */
  | { rolling: number; start?: number }
  /** `nominal` spans of which the last is that of the run's nominal time, e.g. a schedule's, also when backfilled. */
  | { nominal: number; atLeast?: number; delay?: number; period?: number; origin?: string };

/** What the ExampleGens that read files take. */
export interface FileExampleGenCall extends ExampleGenCall {
  /** A path, glob, `http(s)://` or `s3://` address, also one per split; may hold `{SPAN}`, `{VERSION}`, `{YYYY}`, `{MM}`, `{DD}`. */
  readonly input: string | { name: string; pattern: string }[];
  /** Which span of a pattern; the latest when left out. */
  readonly span?: SpanSelection | undefined;
}

export interface CsvExampleGenCall extends FileExampleGenCall {
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  /** Cells that mean "missing", beside the blank one. */
  readonly nullTokens?: string[] | undefined;
  readonly encoding?: 'auto' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1' | undefined;
  /** Types by column name, instead of the inferred ones. */
  readonly columnTypes?: Record<string, 'INT' | 'FLOAT' | 'STRING'> | undefined;
  readonly onBadRow?: 'fail' | 'skip' | 'quarantine' | undefined;
  readonly maxBadRows?: number | undefined;
}
export interface CsvExampleGenOutputs {
  readonly examples: Examples;
}

export interface ImportExampleGenCall extends FileExampleGenCall {
  readonly inputFormat?: 'auto' | 'tfrecord' | 'parquet' | 'arrow' | 'ndjson' | undefined;
}
export interface ImportExampleGenOutputs {
  readonly examples: Examples;
}

export interface QueryExampleGenCall extends ExampleGenCall {
  /** SQL, or one query per split. */
  readonly query: string | { name: string; query: string }[];
  /** `duckdb:<path>`, or the name of a source that the worker was given. */
  readonly source: string;
  /** Days since 1970-01-01 (UTC), for the placeholders of a query. */
  readonly span?: number | undefined;
  /** Raise it to query again: a query's text alone does not tell that the data changed. */
  readonly asOf?: string | undefined;
}
export interface QueryExampleGenOutputs {
  readonly examples: Examples;
}

export interface StatisticsGenCall {
  readonly examples: Examples;
  readonly schema?: Schema | undefined;
  readonly excludeSplits?: string[] | undefined;
  /** The share of rows to read, by split. */
  readonly sampleRateBySplit?: Record<string, number> | undefined;
  readonly options?: StatisticsOptions | undefined;
}
export interface StatisticsGenOutputs {
  readonly statistics: ExampleStatistics;
}

export interface SchemaGenCall {
  readonly statistics: ExampleStatistics;
  readonly inferFeatureShape?: boolean | undefined;
  readonly maxStringDomainSize?: number | undefined;
  readonly excludeSplits?: string[] | undefined;
}
export interface SchemaGenOutputs {
  readonly schema: Schema;
}

/** Exactly one of `module` and `file`. */
export interface ImportSchemaCall {
  /** A module that exports `schema`. */
  readonly module?: string | undefined;
  /** The path of a schema.pbtxt. */
  readonly file?: string | undefined;
}
export interface ImportSchemaOutputs {
  readonly schema: Schema;
}

/** The inputs of the ExampleValidator that found the anomalies, and these. */
export interface CurateSchemaCall {
  readonly schema: Schema;
  readonly statistics: ExampleStatistics;
  readonly anomalies: ExampleAnomalies;
  readonly previousStatistics?: ExampleStatistics | undefined;
  readonly servingStatistics?: ExampleStatistics | undefined;
  /** The features whose anomalies are accepted, as the anomalies name them. */
  readonly accept: 'all' | string[];
  readonly environment?: string | undefined;
}
export interface CurateSchemaOutputs {
  readonly schema: Schema;
}

export interface MergeSchemasCall {
  /** The schema that was inferred when the curated one was made. */
  readonly base?: Schema | undefined;
  readonly curated: Schema;
  readonly inferred: Schema;
  /** `curated` lets the curated rule stand. (Default: `fail`) */
  readonly onConflict?: 'fail' | 'curated' | undefined;
}
export interface MergeSchemasOutputs {
  readonly schema: Schema;
}

export interface ExampleValidatorCall {
  readonly statistics: ExampleStatistics;
  readonly schema: Schema;
  /** To find drift. */
  readonly previousStatistics?: ExampleStatistics | undefined;
  /** To find skew. */
  readonly servingStatistics?: ExampleStatistics | undefined;
  /** To show offending rows. */
  readonly examples?: Examples | undefined;
  readonly excludeSplits?: string[] | undefined;
  readonly environment?: string | undefined;
  readonly severityOverrides?: Record<string, 'ERROR' | 'WARNING'> | undefined;
  readonly bounds?: StatisticBound[] | undefined;
  readonly populationStability?: Record<string, number> | undefined;
  /** SQL over the features' statistics, as TensorFlow Data Validation's. */
  readonly customValidationConfig?: CustomValidationConfig | undefined;
  readonly sampleRows?: number | undefined;
}
export interface ExampleValidatorOutputs {
  readonly anomalies: ExampleAnomalies;
}

export interface DistributionValidatorCall {
  readonly statistics: ExampleStatistics;
  /** Without it, e.g. in a first run, nothing is compared and the data pass. */
  readonly baselineStatistics?: ExampleStatistics | undefined;
  readonly config: DistributionValidatorConfig;
  /** SQL over the features' statistics, now and before. */
  readonly customValidationConfig?: CustomValidationConfig | undefined;
  /** Pairs of (split, baseline split). (Default: those of equal names) */
  readonly includeSplitPairs?: [string, string][] | undefined;
}
export interface DistributionValidatorOutputs {
  readonly anomalies: ExampleAnomalies;
}

export interface ExampleDiffCall {
  readonly examples: Examples;
  readonly baselineExamples: Examples;
  readonly config: ExampleDiffConfig;
  /** Pairs of (split, baseline split). (Default: all) */
  readonly includeSplitPairs?: [string, string][] | undefined;
}
export interface ExampleDiffOutputs {
  readonly exampleDiffResult: ExamplesDiff;
}

export interface TransformCall {
  readonly examples: Many<Examples>;
  readonly schema: Schema;
  /** A module that exports `preprocessing`. */
  readonly module: string;
  /** The splits whose rows are analyzed. (Default: `['train']`) */
  readonly analyzeSplits?: string[] | undefined;
  /** The splits to transform. (Default: all) */
  readonly splits?: string[] | undefined;
}
export interface TransformOutputs {
  readonly transformGraph: TransformGraph;
  readonly transformedExamples: Examples;
}

export interface TrainerCall {
  /** Transformed examples, or raw ones. */
  readonly examples: Many<Examples>;
  readonly transformGraph?: TransformGraph | undefined;
  readonly schema?: Schema | undefined;
  /** To start from its weights. */
  readonly baseModel?: Model | undefined;
  readonly hyperparameters?: HyperParameters | undefined;
  /** A module that exports `run`. */
  readonly module: string;
  readonly trainSplit?: string | undefined;
  readonly evalSplit?: string | undefined;
  /** Of weights, shuffling and dropout. */
  readonly seed?: number | undefined;
  /** Plain JSON that reaches the module. */
  readonly customConfig?: Record<string, unknown> | undefined;
}
export interface TrainerOutputs {
  readonly model: Model;
}

export interface LatestBlessedModelCall {
  /** Leaves out models with this model's digest. */
  readonly unless?: Model | undefined;
}
export interface LatestBlessedModelOutputs {
  /** Undefined on a first run. */
  readonly model: Model | undefined;
}

export interface EvaluatorCall {
  readonly examples: Many<Examples>;
  readonly model: Model;
  /** To compare with; without one, change thresholds do not apply. */
  readonly baseline?: Model | undefined;
  readonly schema?: Schema | undefined;
  readonly config: EvaluationConfig;
  readonly exampleSplits?: string[] | undefined;
}
export interface EvaluatorOutputs {
  readonly evaluation: ModelEvaluation;
  readonly blessing: ModelBlessing;
}

export interface InfraValidatorCall {
  readonly model: Model;
  /** Sent as real requests. */
  readonly examples?: Examples | undefined;
  readonly numTries?: number | undefined;
  readonly maxLoadingTimeSeconds?: number | undefined;
  readonly numExamples?: number | undefined;
  readonly signatureNames?: string[] | undefined;
  readonly splitName?: string | undefined;
}
export interface InfraValidatorOutputs {
  readonly infraBlessing: InfraBlessing;
}

export interface PusherCall {
  readonly model: Model;
  readonly blessing?: ModelBlessing | undefined;
  readonly infraBlessing?: InfraBlessing | undefined;
  /** The model's base folder: the model goes to `<destination>/<version>/`. */
  readonly destination: string;
  readonly version?: number | undefined;
}
export interface PusherOutputs {
  readonly pushedModel: PushedModel;
}

export interface ImporterCall<T extends string = string> {
  /** The payload folder. */
  readonly uri: string;
  readonly artifactType: T;
  readonly properties?: Record<string, string | number | boolean> | undefined;
  readonly reimport?: boolean | undefined;
}
export interface ImporterOutputs<T extends string = string> {
  readonly result: string extends T ? Artifact : ArtifactOf<T>;
}
