import type { Artifact } from '../artifacts/artifact.js';
import type { Implementation } from '../components/implement.js';
import { parseParameters, type ParameterSchema } from '../components/parameters.js';
import { packageVersion } from '../lineage/artifact-rows.js';
import type { BeginFacts } from '../lineage/begin-execution.js';
import type { ExecutionIdentity } from '../lineage/identity.js';
import type { OutputRecord } from '../lineage/records.js';
import { checkInputs } from './check-inputs.js';
import { currentIdentity } from './current-execution.js';
import { discard, driverOutputs } from './driver-outputs.js';
import { drive, type Driven } from './drive.js';
import { executorDigest } from './executor-digest.js';
import { findCached, type CacheLookup } from './find-cached.js';
import { fingerprint, type Fingerprint } from './fingerprint.js';
import { outputPlaces } from './folders.js';
import { finishedRunsOf } from './finished-runs.js';
import { guarded } from './guarded.js';
import { missingAnswer } from './missing-data.js';
import type { BeginAnswer, BeginRequest, CoreActivities, Ticket } from './protocol.js';
import { planParts, type PlannedParts } from './plan-parts.js';
import { takeOver } from './take-over.js';
import type { ActivityRuntime } from './runtime.js';

/** `tfx.begin`: answers from the cache, does a driver-only component, or opens an execution. */
export function createBegin(runtime: ActivityRuntime): CoreActivities['tfx.begin'] {
  return guarded('tfx.begin', async (request: BeginRequest) => {
    const begunAt = new Date();
    const identity = currentIdentity(request.node);
    const persisted = await runtime.lineage.persistedAnswer(identity);
    if (persisted !== undefined) return persisted as BeginAnswer;
    if (request.reuse !== undefined) return await takeOver(runtime, identity, request, request.reuse);
    const plan = await planOrMissing(runtime, request);
    if ('skipped' in plan) return plan.skipped;
    return (await runtime.lineage.begin(beginFacts(identity, request, { ...plan, begunAt }))) as BeginAnswer;
  });
}

/** The plan; or, when the data is not there and the run shall end then, an answer that records nothing. */
async function planOrMissing(
  runtime: ActivityRuntime,
  request: BeginRequest,
): Promise<Plan | { readonly skipped: BeginAnswer }> {
  try {
    return await planExecution(runtime, request);
  } catch (error) {
    return { skipped: missingAnswer(request, error) };
  }
}

/** All that begin finds out before it writes. */
interface Plan {
  readonly executionId: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly driven: Driven;
  readonly fingerprint: Fingerprint;
  readonly cache: CacheLookup;
  /** Driver-only components: what they gave. */
  readonly outputs: Readonly<Record<string, OutputRecord>> | undefined;
  readonly places: Readonly<Record<string, string>>;
  readonly finishedRuns: readonly string[] | undefined;
  readonly parts: PlannedParts;
}

async function planExecution(runtime: ActivityRuntime, request: BeginRequest): Promise<Plan> {
  const implementation = await runtime.components.find(request.component);
  const { contract } = implementation;
  checkInputs(contract, request.inputs);
  const checked = parseParameters(
    contract.parameters as ParameterSchema,
    request.parameters,
    `component ${request.node}`,
  );
  const executionId = await runtime.lineage.reserveExecutionId();
  const driverOnly = contract.runs === 'driver';
  const { driven, parameters, outputs } = await runtime.store.withLocal(async (local) => {
    const driven = await drive(runtime, implementation, request, { executionId, parameters: checked, local });
    const parameters = { ...checked, ...driven.result.parameters };
    const outputs = driverOnly ? await driverOutputs(runtime, contract, { driven, parameters, local }) : undefined;
    return { driven, parameters, outputs };
  });
  const made = await fingerprintOf(runtime, implementation, request, { parameters, driven, outputs });
  const useCache = request.cache && contract.cache === 'content';
  const cache = useCache ? await findCached(runtime, request.component, made.digest, request.verify) : {};
  if (cache.hit !== undefined) await discardAll(runtime, outputs ?? {}, driven);
  const finishedRuns =
    request.findRuns === true && cache.hit !== undefined
      ? await finishedRunsOf(runtime, request, cache.hit)
      : undefined;
  const facts = { pipeline: request.run.pipeline, node: request.node, executionId };
  const places = driverOnly ? {} : outputPlaces(runtime.store, Object.keys(contract.outputs), facts);
  const parts = await planParts(runtime, implementation, request, parameters);
  return { executionId, parameters, driven, fingerprint: made, cache, outputs, places, finishedRuns, parts };
}

async function fingerprintOf(
  runtime: ActivityRuntime,
  implementation: Implementation,
  request: BeginRequest,
  { parameters, driven, outputs }: Pick<Plan, 'parameters' | 'driven' | 'outputs'>,
): Promise<Fingerprint> {
  const code = await executorDigest(runtime.components, implementation);
  const { contract } = implementation;
  return fingerprint({
    contract,
    code: { ...code, 'tfx-temporal': packageVersion() },
    parameters,
    inputs: request.inputs,
    modules: driven.modules,
    driver: driven.result.fingerprint ?? {},
    written: Object.fromEntries(Object.entries(outputs ?? {}).map(([name, output]) => [name, digestOf(output)])),
  });
}

function digestOf(output: OutputRecord): string {
  return 'reused' in output ? output.reused.digest : output.digest;
}

async function discardAll(
  runtime: ActivityRuntime,
  outputs: Readonly<Record<string, OutputRecord>>,
  driven: Driven,
): Promise<void> {
  for (const channel of Object.keys(outputs)) await discard(runtime, channel, driven);
}

function beginFacts(
  identity: ExecutionIdentity,
  request: BeginRequest,
  plan: Plan & { readonly begunAt: Date },
): BeginFacts {
  const { hit, note } = plan.cache;
  const state = hit !== undefined ? 'CACHED' : plan.outputs !== undefined ? 'COMPLETE' : 'RUNNING';
  const ticket = ticketOf(request, plan);
  const summary = summaryOf(plan);
  return {
    identity,
    run: request.run,
    component: request.component,
    inputs: request.inputs,
    parameters: plan.parameters,
    fingerprint: plan.fingerprint.digest,
    fields: plan.fingerprint.fields,
    executionId: plan.executionId,
    state,
    outputs: hit === undefined ? (plan.outputs ?? {}) : reusedOutputs(hit.outputs),
    ...(hit === undefined ? {} : { cachedFrom: hit.executionId }),
    ...(note === undefined ? (request.cache ? {} : { cacheNote: 'The cache was not asked.' }) : { cacheNote: note }),
    summary,
    begunAt: plan.begunAt,
    modules: plan.driven.modules,
    answer: (outputs): BeginAnswer => ({
      ticket,
      ...(state === 'RUNNING' ? {} : { outputs }),
      cached: hit !== undefined,
      summary,
      ...(state === 'RUNNING' && plan.parts.count > 1 ? { parts: plan.parts.count } : {}),
      ...(plan.finishedRuns === undefined ? {} : { finishedRuns: plan.finishedRuns }),
    }),
  };
}

function reusedOutputs(
  outputs: Readonly<Record<string, { readonly artifact: Artifact }>>,
): Record<string, OutputRecord> {
  return Object.fromEntries(
    Object.entries(outputs).map(([channel, { artifact }]) => [channel, { reused: artifact, resolved: false }]),
  );
}

function summaryOf({ cache, driven }: Plan): string {
  if (cache.hit !== undefined) return cache.hit.summary;
  return driven.result.summary ?? cache.note ?? '';
}

function ticketOf(request: BeginRequest, plan: Plan): Ticket {
  return {
    run: request.run,
    node: request.node,
    component: request.component,
    executionId: plan.executionId,
    inputs: request.inputs,
    parameters: plan.parameters,
    places: plan.places,
    modules: plan.driven.modules,
    fingerprint: plan.fingerprint.digest,
    ...(plan.parts.note === undefined ? {} : { partsNote: plan.parts.note }),
  };
}
