import type { Static } from '@sinclair/typebox';
import type { Artifact } from '../artifacts/artifact.js';
import type {
  ArtifactOf,
  ExampleAnomalies,
  Examples,
  ExampleStatistics,
  InfraBlessing,
  Model,
  ModelBlessing,
  ModelEvaluation,
  PushedModel,
  Schema,
} from '../artifacts/types.js';
import type { EvaluationConfig } from '../components/evaluator/evaluation-config.js';
import type { StatisticBound as StatisticBoundSchema } from '../components/example-validator/contract.js';
import type { StatisticsOptionsSchema } from '../components/statistics-gen/contract.js';
import type { Many } from './component.js';

export type StatisticsOptions = Static<typeof StatisticsOptionsSchema>;
export type StatisticBound = Static<typeof StatisticBoundSchema>;

/*
 * What each standard component takes and gives, as named interfaces, so that editors show names instead of computed
 * types. A type test holds them to the contracts.
 */

export interface CsvExampleGenCall {
  /** A folder, file or glob of CSV files with a header row; may hold `{SPAN}`, `{VERSION}`, `{YYYY}`, `{MM}`, `{DD}`. */
  readonly input: string;
  /** Output splits with their shares. (Default: `{ train: 2, eval: 1 }`) */
  readonly split?: Readonly<Record<string, number>> | undefined;
}
export interface CsvExampleGenOutputs {
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
  readonly sampleRows?: number | undefined;
}
export interface ExampleValidatorOutputs {
  readonly anomalies: ExampleAnomalies;
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
