import type { Static } from '@sinclair/typebox';
import type { ArtifactOf } from '../artifacts/types.js';
import type { Contract, InputChannel, OutputsOf } from '../components/contract.js';
import { type CallOptions, type Component, type ComponentCall, PlannedCall, planCall } from './component-call.js';

/** One artifact or several, for channels that take lists. */
export type Many<A> = A | readonly A[];

type InputOf<I extends InputChannel> = I['arity'] extends 'many' | 'any'
  ? Many<ArtifactOf<I['type']>>
  : ArtifactOf<I['type']>;
type OptionalInputs<I> = { [K in keyof I]: I[K] extends InputChannel<string, 'optional' | 'any'> ? K : never }[keyof I];

/** The flat first argument of a component's call, as its contract says. Parameters are checked when the run begins. */
export type CallOf<C extends Contract> = {
  readonly [K in Exclude<keyof C['inputs'], OptionalInputs<C['inputs']>>]: InputOf<C['inputs'][K]>;
} & {
  readonly [K in OptionalInputs<C['inputs']>]?: InputOf<C['inputs'][K]> | undefined;
} & { readonly [K in keyof Static<C['parameters']>]?: Static<C['parameters']>[K] | undefined };

/**
 * The function that calls a component in a pipeline, for our components and for your own:
 * `export const imageStatistics = component(ImageStatistics)`.
 */
export function component<C extends Contract>(contract: C): Component<CallOf<C>, OutputsOf<C>> {
  return (call: CallOf<C>, options: CallOptions = {}): ComponentCall<OutputsOf<C>> =>
    new PlannedCall<OutputsOf<C>>(planCall(contract, call, options));
}
