import type { Artifact, Properties } from './artifact.js';

/** Payload: `Split-<name>/` folders of Parquet, or of gzip TFRecord files of tf.Example. */
export interface Examples extends Artifact<'Examples'> {}

/** Payload: `Split-<name>/FeatureStats.pb`, a binary `DatasetFeatureStatisticsList`. */
export interface ExampleStatistics extends Artifact<'ExampleStatistics'> {}

/** Payload: `schema.pbtxt`, a text `tensorflow.metadata.v0.Schema`. */
export interface Schema extends Artifact<'Schema'> {}

/** Payload: `Split-<name>/SchemaDiff.pb`, a binary `tensorflow.metadata.v0.Anomalies`. */
export interface ExampleAnomalies extends Artifact<'ExampleAnomalies'> {
  /**
   * `reasons`: JSON list of the worst three, in sentences. Counts are over all splits. `found`: how many features by
   * split, severity and type, as JSON; absent where that would be too long for a reference. `drift`: the largest
   * distances from the previous statistics, as JSON; absent without any.
   */
  readonly properties: Properties & {
    readonly errors: number;
    readonly warnings: number;
    readonly reasons: string;
    readonly found?: string;
    readonly drift?: string;
  };
}

/**
 * Payload: `SplitPair-<split>_<baseline split>/` with records of feature skew: `skew_stats`, `match_stats`,
 * `sample_pairs`, `confusion`.
 */
export interface ExamplesDiff extends Artifact<'ExamplesDiff'> {
  /** Totals over all pairs of splits and features. `reasons`: JSON list of the worst three, in sentences. */
  readonly properties: Properties & {
    readonly differences: number;
    readonly matchingPairs: number;
    readonly reasons: string;
  };
}

/** Payload: `transform_fn/` (SavedModel and assets), `metadata/`, `transformed_metadata/`, `graph.json`. */
export interface TransformGraph extends Artifact<'TransformGraph'> {}

/** Payload: `Format-Serving/`, a SavedModel that takes serialized tf.Examples of raw features. */
export interface Model extends Artifact<'Model'> {}

/** Payload: `best_hyperparameters.txt`, KerasTuner's JSON. */
export interface HyperParameters extends Artifact<'HyperParameters'> {}

/** Payload: `tuner_results.json`. */
export interface TunerResults extends Artifact<'TunerResults'> {}

/** Payload: `metrics-*.tfrecord`, `plots-*.tfrecord`, `validations.tfrecord`, `eval_config.json`, `metrics.json`. */
export interface ModelEvaluation extends Artifact<'ModelEvaluation'> {}

/** Payload: an empty file `BLESSED` or `NOT_BLESSED`. */
export interface ModelBlessing extends Artifact<'ModelBlessing'> {
  /** `reasons`: JSON list of sentences, the worst three. */
  readonly properties: Properties & {
    readonly verdict: 'BLESSED' | 'NOT_BLESSED' | 'NOT_EVALUATED';
    readonly reasons: string;
  };
}

/** Payload: an empty file `INFRA_BLESSED`; or `INFRA_NOT_BLESSED`, and the server's log. */
export interface InfraBlessing extends Artifact<'InfraBlessing'> {
  readonly properties: Properties & {
    readonly verdict: 'INFRA_BLESSED' | 'INFRA_NOT_BLESSED';
    readonly reasons: string;
  };
}

/** Payload: `approval.json`: what was asked, who decided what, when, why, and on which evidence. */
export interface Approval extends Artifact<'Approval'> {
  /** `reasons`: JSON list of one sentence. `by` is `timeout` when nobody answered. `at`: ISO. */
  readonly properties: Properties & {
    readonly verdict: 'APPROVED' | 'NOT_APPROVED';
    readonly by: string;
    readonly why: string;
    readonly at: string;
    readonly reasons: string;
  };
}

/** Payload: a copy of the pushed SavedModel; `pushed_destination` and `pushed_version` say where it serves. */
export interface PushedModel extends Artifact<'PushedModel'> {}

/** Every standard artifact type by name. A user's own types are added by `defineComponent`. */
export interface ArtifactTypes {
  readonly Examples: Examples;
  readonly ExampleStatistics: ExampleStatistics;
  readonly Schema: Schema;
  readonly ExampleAnomalies: ExampleAnomalies;
  readonly ExamplesDiff: ExamplesDiff;
  readonly TransformGraph: TransformGraph;
  readonly Model: Model;
  readonly HyperParameters: HyperParameters;
  readonly TunerResults: TunerResults;
  readonly ModelEvaluation: ModelEvaluation;
  readonly ModelBlessing: ModelBlessing;
  readonly InfraBlessing: InfraBlessing;
  readonly Approval: Approval;
  readonly PushedModel: PushedModel;
}

/** The reference type of an artifact type's name: the standard one where there is one, else a plain `Artifact<T>`. */
export type ArtifactOf<T extends string> = T extends keyof ArtifactTypes ? ArtifactTypes[T] : Artifact<T>;
