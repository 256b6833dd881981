import type { Static, TObject, TProperties } from '@sinclair/typebox';
import { Type } from '@sinclair/typebox';
import type { ArtifactOf } from '../artifacts/types.js';

/** A span of time as Temporal writes it, e.g. `2 hours`, or milliseconds. */
export type Duration = string | number;

export type Arity = 'one' | 'optional' | 'many' | 'any';

/** An input channel: which artifact type it takes, and how many. */
export interface InputChannel<T extends string = string, A extends Arity = Arity> {
  readonly type: T;
  readonly arity: A;
}

export const one = <T extends string>(type: T): InputChannel<T, 'one'> => ({ type, arity: 'one' });
export const optional = <T extends string>(type: T): InputChannel<T, 'optional'> => ({ type, arity: 'optional' });
/** One or several artifacts, e.g. the Examples of several spans: `examples` or `[examples, more]` in a call. */
export const many = <T extends string>(type: T): InputChannel<T, 'many'> => ({ type, arity: 'many' });

/** None, one or several artifacts; with type `Artifact` of every type. */
export const any = <T extends string>(type: T): InputChannel<T, 'any'> => ({ type, arity: 'any' });

export type Inputs = Readonly<Record<string, InputChannel>>;
/** Output channels: channel name to artifact type. */
export type Outputs = Readonly<Record<string, string>>;

/** Neutral hints of how to run a component; a call's options win over them. */
export interface ExecutionHints {
  /** How long one attempt may take. */
  readonly timeout: Duration;
  /** How often the executor is tried in all. */
  readonly attempts: number;
  /** Heavy components run in threads on the worker's `-heavy` task queue. */
  readonly weight: 'light' | 'heavy';
}

/** What a component is, as plain data that is safe in the workflow sandbox. */
export interface Contract<
  I extends Inputs = Inputs,
  O extends Outputs = Outputs,
  P extends TProperties = TProperties,
  M extends string = string,
> {
  /** The component's type name: also its Temporal activity type, e.g. `StatisticsGen`. */
  readonly type: string;
  /** Raised when the executor's behaviour changes: it is part of the fingerprint. */
  readonly version: number;
  /** `content`: equal fingerprints reuse outputs. `never`: always run (Pusher, resolvers). */
  readonly cache: 'content' | 'never';
  /** `driver`: no executor; `tfx.begin` does all (resolvers, importers). */
  readonly runs: 'executor' | 'driver';
  readonly inputs: I;
  readonly outputs: O;
  /** Outputs that a run may leave out, e.g. a resolver that finds nothing. */
  readonly optionalOutputs: readonly M[];
  /** Large inputs may be done in several activities: see `implementInParts`. */
  readonly inParts: boolean;
  readonly parameters: TObject<P>;
  readonly execution: ExecutionHints;
}

interface ContractFacts<I extends Inputs, O extends Outputs, P extends TProperties, M extends string> {
  readonly type: string;
  readonly version: number;
  readonly cache: 'content' | 'never';
  readonly runs?: 'executor' | 'driver';
  readonly inputs: I;
  readonly outputs: O;
  readonly optionalOutputs?: readonly M[];
  readonly inParts?: boolean;
  readonly parameters: TObject<P>;
  readonly execution?: Partial<ExecutionHints>;
}

/** The most parts of one execution: their states' references go into one activity's input. */
export const MOST_PARTS = 64;

/** The Temporal activity type of a component's parts. */
export const partActivityType = (component: string): string => `${component}.part`;

const DEFAULT_HINTS: ExecutionHints = { timeout: '1 hour', attempts: 5, weight: 'heavy' };

/** Defines a component: its channels, parameters and how it runs. The same call serves our components and a user's. */
export function defineComponent<
  const I extends Inputs,
  const O extends Outputs,
  P extends TProperties,
  const M extends keyof O & string = never,
>(facts: ContractFacts<I, O, P, M>): Contract<I, O, P, M> {
  return {
    ...facts,
    runs: facts.runs ?? 'executor',
    optionalOutputs: facts.optionalOutputs ?? [],
    inParts: facts.inParts ?? false,
    execution: { ...DEFAULT_HINTS, ...facts.execution },
  };
}

/** A parameter that names a registered module of user code; the module's digest enters the fingerprint. */
export const ModuleName = () =>
  Type.String({ minLength: 1, 'x-tfx': 'module', description: 'name of a module registered with the worker' });

/** The names of a contract's parameters that name modules. */
export function moduleParameters(contract: Contract): string[] {
  return Object.entries(contract.parameters.properties)
    .filter(([, schema]) => (schema as Record<string, unknown>)['x-tfx'] === 'module')
    .map(([name]) => name);
}

export type ParametersOf<C extends Contract> = Static<C['parameters']>;

/** What a component's call gives back: one reference per output channel, or undefined where a run may leave it out. */
export type OutputsOf<C extends Contract> = {
  readonly [K in keyof C['outputs']]:
    ArtifactOf<C['outputs'][K]> | (K extends C['optionalOutputs'][number] ? undefined : never);
};
