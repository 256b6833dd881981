import { Context } from '@temporalio/activity';
import type { DriverContext, DriverResult, Implementation, LoadModule, OutputPlace } from '../components/implement.js';
import type { Channels } from '../artifacts/artifact.js';
import type { LocalPayloads } from '../artifacts/store.js';
import { moduleParameters, type Contract } from '../components/contract.js';
import { outputPlace } from '../components/output-place.js';
import { newNonce, outputPlaces } from './folders.js';
import type { BeginRequest } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

export interface Driven {
  readonly result: DriverResult;
  /** Digests of the modules that parameters name and that the driver loaded. */
  readonly modules: Readonly<Record<string, string>>;
  /** Driver-only components: URIs of the folders that the driver could write into, by channel. */
  readonly places: Readonly<Record<string, string>>;
}

/** Runs a component's driver, if it has one: what only the outside knows. */
export async function drive(
  runtime: ActivityRuntime,
  implementation: Implementation,
  request: BeginRequest,
  facts: {
    readonly executionId: number;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** Where a driver-only component's folders are, as long as they are needed. */
    readonly local: LocalPayloads;
  },
): Promise<Driven> {
  const { contract } = implementation;
  const modules: Record<string, string> = {};
  for (const name of moduleNames(contract, facts.parameters)) modules[name] = await runtime.modules.digest(name);
  if (implementation.driver === undefined) return { result: {}, modules, places: {} };
  const places = contract.runs === 'driver' ? attemptPlaces(runtime, contract, request, facts.executionId) : {};
  const loadModule: LoadModule = async (name) => {
    modules[name] = await runtime.modules.digest(name);
    return await runtime.modules.load(name);
  };
  const context = await driverContext(runtime, request, { ...facts, contract, loadModule, places });
  return { result: await implementation.driver(context), modules, places };
}

function moduleNames(contract: Contract, parameters: Readonly<Record<string, unknown>>): string[] {
  return moduleParameters(contract)
    .map((name) => parameters[name])
    .filter((name): name is string => typeof name === 'string');
}

function attemptPlaces(
  runtime: ActivityRuntime,
  contract: Contract,
  request: BeginRequest,
  executionId: number,
): Record<string, string> {
  const facts = { pipeline: request.run.pipeline, node: request.node, executionId };
  const nonce = newNonce();
  const places = outputPlaces(runtime.store, Object.keys(contract.outputs), facts);
  return Object.fromEntries(Object.entries(places).map(([channel, place]) => [channel, `${place}/${nonce}`]));
}

interface ContextFacts {
  readonly contract: Contract;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly loadModule: LoadModule;
  readonly places: Readonly<Record<string, string>>;
  readonly local: LocalPayloads;
}

async function driverContext(
  runtime: ActivityRuntime,
  request: BeginRequest,
  facts: ContextFacts,
): Promise<DriverContext<Contract>> {
  const outputs: Record<string, OutputPlace> = {};
  for (const [channel, uri] of Object.entries(facts.places))
    outputs[channel] = outputPlace(await facts.local.stage(uri));
  return {
    inputs: allChannels(facts.contract, request.inputs),
    parameters: facts.parameters,
    outputs,
    pipeline: request.run.pipeline,
    node: request.node,
    nominalTime: request.run.nominalTime,
    ...(request.run.span === undefined ? {} : { span: request.run.span }),
    ...(runtime.inputRoots === undefined ? {} : { inputRoots: runtime.inputRoots }),
    lineage: runtime.lineage.reader,
    loadModule: facts.loadModule,
    signal: Context.current().cancellationSignal,
  };
}

/** Channels that were given nothing are empty lists, so that drivers and publishers can look at each. */
export function allChannels(contract: Contract, inputs: Channels): Channels {
  return Object.fromEntries(Object.keys(contract.inputs).map((channel) => [channel, inputs[channel] ?? []]));
}
