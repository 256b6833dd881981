import type { Static } from '@sinclair/typebox';
import type { Contract, InputChannel } from '../../components/contract.js';
import type { Evaluator } from '../../components/evaluator/contract.js';
import type { CurateSchema } from '../../components/curate-schema/contract.js';
import type { DistributionValidator } from '../../components/distribution-validator/contract.js';
import type { CsvExampleGen, ImportExampleGen, QueryExampleGen } from '../../components/example-gen/contract.js';
import type { ExampleDiff } from '../../components/example-diff/contract.js';
import type { ExampleValidator } from '../../components/example-validator/contract.js';
import type { ImportSchema } from '../../components/import-schema/contract.js';
import type { Importer } from '../../components/importer/contract.js';
import type { InfraValidator } from '../../components/infra-validator/contract.js';
import type { LatestBlessedModel } from '../../components/latest-blessed-model/contract.js';
import type { MergeSchemas } from '../../components/merge-schemas/contract.js';
import type { Pusher } from '../../components/pusher/contract.js';
import type { SchemaGen } from '../../components/schema-gen/contract.js';
import type { StatisticsGen } from '../../components/statistics-gen/contract.js';
import type { Trainer } from '../../components/trainer/contract.js';
import type { Transform } from '../../components/transform/contract.js';
import type * as calls from '../../workflows/calls.js';
import type { CallOf } from '../../workflows/component.js';

/*
 * Holds the named call interfaces to the contracts: this file compiles only while they say the same.
 */

// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the one way to compare types exactly
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
type Names<C extends Contract> = keyof C['inputs'] | keyof Static<C['parameters']>;
type Value<T, K> = K extends keyof T ? Exclude<T[K], undefined> : never;

/** Channels that the interface calls optional although the contract does not, or the other way round. */
type WrongArity<Call, C extends Contract> = {
  [K in keyof C['inputs'] & keyof Call]: C['inputs'][K] extends InputChannel<string, 'optional'>
    ? undefined extends Call[K]
      ? never
      : K
    : undefined extends Call[K]
      ? K
      : never;
}[keyof C['inputs'] & keyof Call];

/** Names whose type differs. */
type WrongType<Call, C extends Contract> = {
  [K in keyof Call]-?: Equal<Value<Call, K>, Value<CallOf<C>, K>> extends true ? never : K;
}[keyof Call];

/** What is wrong with an interface, by name; `never` when nothing is. `Internal` names are for the driver alone. */
type Wrong<Call, C extends Contract, Internal = never> =
  Exclude<Names<C>, keyof Call | Internal> | Exclude<keyof Call, Names<C>> | WrongArity<Call, C> | WrongType<Call, C>;

type Resolved = 'resolvedInput' | 'resolvedSpan' | 'resolvedVersion' | 'inputFingerprint';

type NothingWrong<W extends never> = W;

export type Checked = [
  NothingWrong<Wrong<calls.CsvExampleGenCall, typeof CsvExampleGen, Resolved>>,
  NothingWrong<Wrong<calls.ImportExampleGenCall, typeof ImportExampleGen, Resolved>>,
  NothingWrong<Wrong<calls.QueryExampleGenCall, typeof QueryExampleGen, Resolved>>,
  NothingWrong<Wrong<calls.StatisticsGenCall, typeof StatisticsGen>>,
  NothingWrong<Wrong<calls.SchemaGenCall, typeof SchemaGen>>,
  NothingWrong<Wrong<calls.ImportSchemaCall, typeof ImportSchema>>,
  NothingWrong<Wrong<calls.CurateSchemaCall, typeof CurateSchema>>,
  NothingWrong<Wrong<calls.MergeSchemasCall, typeof MergeSchemas>>,
  NothingWrong<Wrong<calls.ExampleValidatorCall, typeof ExampleValidator>>,
  NothingWrong<Wrong<calls.DistributionValidatorCall, typeof DistributionValidator>>,
  NothingWrong<Wrong<calls.ExampleDiffCall, typeof ExampleDiff>>,
  NothingWrong<Wrong<calls.TransformCall, typeof Transform>>,
  NothingWrong<Wrong<calls.TrainerCall, typeof Trainer>>,
  NothingWrong<Wrong<calls.LatestBlessedModelCall, typeof LatestBlessedModel>>,
  NothingWrong<Wrong<calls.EvaluatorCall, typeof Evaluator>>,
  NothingWrong<Wrong<calls.InfraValidatorCall, typeof InfraValidator>>,
  NothingWrong<Wrong<calls.PusherCall, typeof Pusher>>,
  NothingWrong<Wrong<calls.ImporterCall, typeof Importer>>,
];
