import { CurateSchema } from '../components/curate-schema/contract.js';
import { DistributionValidator } from '../components/distribution-validator/contract.js';
import { Evaluator } from '../components/evaluator/contract.js';
import { CsvExampleGen, ImportExampleGen, QueryExampleGen } from '../components/example-gen/contract.js';
import { ExampleDiff } from '../components/example-diff/contract.js';
import { ExampleValidator } from '../components/example-validator/contract.js';
import { ImportSchema } from '../components/import-schema/contract.js';
import { Importer } from '../components/importer/contract.js';
import { InfraValidator } from '../components/infra-validator/contract.js';
import { LatestBlessedModel } from '../components/latest-blessed-model/contract.js';
import { MergeSchemas } from '../components/merge-schemas/contract.js';
import { Pusher } from '../components/pusher/contract.js';
import { SchemaGen } from '../components/schema-gen/contract.js';
import { StatisticsGen } from '../components/statistics-gen/contract.js';
import { Trainer } from '../components/trainer/contract.js';
import { Transform } from '../components/transform/contract.js';
import type * as calls from './calls.js';
import { component } from './component.js';
import type { CallOptions, Component, ComponentCall } from './component-call.js';

/*
 * The standard components as functions, in pipeline order.
 */

/** Reads CSV files into splits of examples. */
export const csvExampleGen: Component<calls.CsvExampleGenCall, calls.CsvExampleGenOutputs> = component(CsvExampleGen);

/** Reads TFRecord, Parquet, Arrow or NDJSON files into splits of examples. */
export const importExampleGen: Component<calls.ImportExampleGenCall, calls.ImportExampleGenOutputs> =
  component(ImportExampleGen);

/** Reads the rows of a query into splits of examples. */
export const queryExampleGen: Component<calls.QueryExampleGenCall, calls.QueryExampleGenOutputs> =
  component(QueryExampleGen);

/** Describes every split of the examples: counts, moments, quantiles, histograms, most frequent values. */
export const statisticsGen: Component<calls.StatisticsGenCall, calls.StatisticsGenOutputs> = component(StatisticsGen);

/** Infers a schema from statistics. */
export const schemaGen: Component<calls.SchemaGenCall, calls.SchemaGenOutputs> = component(SchemaGen);

/** Takes the curated schema that a module exports, or a schema.pbtxt. */
export const importSchema: Component<calls.ImportSchemaCall, calls.ImportSchemaOutputs> = component(ImportSchema);

/** Accepts chosen anomalies: a new version of the schema that lets pass what was found. */
export const curateSchema: Component<calls.CurateSchemaCall, calls.CurateSchemaOutputs> = component(CurateSchema);

/** Brings newly inferred rules into a curated schema. */
export const mergeSchemas: Component<calls.MergeSchemasCall, calls.MergeSchemasOutputs> = component(MergeSchemas);

/** Compares statistics with a schema; `gate` then decides whether the run goes on. */
export const exampleValidator: Component<calls.ExampleValidatorCall, calls.ExampleValidatorOutputs> =
  component(ExampleValidator);

/** Compares the distributions of two data sets by their statistics; `gate` then decides whether the run goes on. */
export const distributionValidator: Component<calls.DistributionValidatorCall, calls.DistributionValidatorOutputs> =
  component(DistributionValidator);

/** Compares two data sets example by example, joined by identifier features. */
export const exampleDiff: Component<calls.ExampleDiffCall, calls.ExampleDiffOutputs> = component(ExampleDiff);

/** Fits a module's `preprocessing` on the training split and applies it to all. */
export const transform: Component<calls.TransformCall, calls.TransformOutputs> = component(Transform);

/** Trains a model by the user's module and exports it with the transform graph inside. */
export const trainer: Component<calls.TrainerCall, calls.TrainerOutputs> = component(Trainer);

/** The pipeline's newest blessed model, or undefined. */
export const latestBlessedModel: Component<calls.LatestBlessedModelCall, calls.LatestBlessedModelOutputs> =
  component(LatestBlessedModel);

/** Measures a model, whole and by slice, and blesses it or not. */
export const evaluator: Component<calls.EvaluatorCall, calls.EvaluatorOutputs> = component(Evaluator);

/** Loads a model in a server of its own and asks it real requests. */
export const infraValidator: Component<calls.InfraValidatorCall, calls.InfraValidatorOutputs> =
  component(InfraValidator);

/** Copies a blessed model to where a server looks for versions. */
export const pusher: Component<calls.PusherCall, calls.PusherOutputs> = component(Pusher);

/** Brings an artifact that lies elsewhere into lineage: `importer({ uri, artifactType: 'Model' })`. */
export const importer = component(Importer) as <T extends string>(
  call: calls.ImporterCall<T>,
  options?: CallOptions,
) => ComponentCall<calls.ImporterOutputs<T>>;
