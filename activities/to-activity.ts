import { activityInfo, CancelledFailure, Context } from '@temporalio/activity';
import type { Contract } from '../components/contract.js';
import type { Implementation, InputArtifact, ProgressReport } from '../components/implement.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { toFailure } from '../errors/to-failure.js';
import { guardPayload } from '../components/payload-limits.js';
import type { Commit } from './commit.js';
import { runCommit } from './commit.js';
import { rethrow, withHeartbeats } from './current-execution.js';
import { recordAttemptError } from './attempt-errors.js';
import type { ExecutorJob, ExecutorJobResult } from './executor-runner.js';
import { checkpointPlace, fetchInput, newNonce, withTemporaryFolder } from './folders.js';
import type { ExecutorActivity, ExecutorAnswer, ProducedOutput, Ticket } from './protocol.js';
import type { ExecutorRuntime } from './runtime.js';

/** A component's own activity, before it is bound to a worker. */
export interface ComponentActivity {
  readonly implementation: Implementation;
  /** Makes the staged outputs visible elsewhere, under a fence. */
  readonly commit?: Commit;
}

/** Makes the Temporal activity of a component: its type is the component's, its result is references alone. */
export function toActivity<C extends Contract>(
  implementation: Implementation<C>,
  options: { readonly commit?: Commit } = {},
): ComponentActivity {
  return { implementation: implementation, ...options };
}

/** What the heartbeats of an attempt tell the server, and the next attempt. */
interface HeartbeatDetails {
  readonly progress?: ProgressReport;
  readonly checkpoint?: { readonly uri: string; readonly detail: unknown };
}

/** Binds a component's activity to a worker. */
export function bindActivity(runtime: ExecutorRuntime, component: ComponentActivity): ExecutorActivity {
  return async (ticket) => {
    const nonce = newNonce();
    try {
      return await attempt(runtime, component, ticket, nonce);
    } catch (error) {
      return await rethrow(error).catch(async (cause: unknown) => {
        if (!(cause instanceof CancelledFailure)) await recordAttemptError(ticket, nonce, cause);
        throw toFailure(cause);
      });
    }
  };
}

async function attempt(
  runtime: ExecutorRuntime,
  component: ComponentActivity,
  ticket: Ticket,
  nonce: string,
): Promise<ExecutorAnswer> {
  let details = previousDetails();
  return await withHeartbeats(
    async () => {
      const modules = await modulesOfAttempt(runtime, ticket);
      // A checkpoint of other code is not gone on from.
      if (!areSame(modules, ticket.modules)) details = {};
      const places = attemptPlaces(ticket, nonce);
      const checkpointUri = `${checkpointPlace(runtime.store, factsOf(ticket))}/${nonce}`;
      const result = await runJob(
        runtime,
        ticket,
        { places, checkpointUri, checkpoint: details.checkpoint },
        (change) => {
          details = { ...details, ...change };
        },
      );
      requireSameModules(modules, result.modules);
      const outputs = await sealOutputs(runtime, component.implementation.contract, places, result);
      const committed = await runCommit(runtime, component.commit, { ticket, result, outputs });
      return guardPayload(`The result of ${ticket.node}`, answerOf(committed.result, committed.outputs));
    },
    () => details,
  );
}

function previousDetails(): HeartbeatDetails {
  const details: unknown = activityInfo().heartbeatDetails;
  return typeof details === 'object' && details !== null ? details : {};
}

function factsOf(ticket: Ticket): { pipeline: string; node: string; executionId: number } {
  return { pipeline: ticket.run.pipeline, node: ticket.node, executionId: ticket.executionId };
}

function attemptPlaces(ticket: Ticket, nonce: string): Record<string, string> {
  return Object.fromEntries(Object.entries(ticket.places).map(([output, place]) => [output, `${place}/${nonce}`]));
}

interface AttemptFacts {
  readonly places: Readonly<Record<string, string>>;
  readonly checkpointUri: string;
  readonly checkpoint: HeartbeatDetails['checkpoint'];
}

async function runJob(
  runtime: ExecutorRuntime,
  ticket: Ticket,
  facts: AttemptFacts,
  onChange: (change: HeartbeatDetails) => void,
): Promise<ExecutorJobResult> {
  const { store, resources, runner } = runtime;
  return await withTemporaryFolder(resources.temporaryRoot, async (temporaryPath) => {
    const { threads, memoryLimitMiB } = resources;
    const job: ExecutorJob = {
      component: ticket.component,
      ...factsOf(ticket),
      inputs: await fetchInputs(runtime, ticket),
      parameters: ticket.parameters,
      outputs: await stageAll(runtime, facts.places),
      checkpoint: { path: await store.stage(facts.checkpointUri), ...(await resumeFrom(runtime, facts.checkpoint)) },
      resources: { threads, memoryLimitMiB, temporaryPath },
    };
    return await runner.run(job, {
      onProgress: (progress) => onChange({ progress }),
      onCheckpoint: (detail) => onChange({ checkpoint: { uri: facts.checkpointUri, detail } }),
      signal: Context.current().cancellationSignal,
    });
  });
}

async function fetchInputs(
  runtime: ExecutorRuntime,
  ticket: Ticket,
): Promise<Record<string, readonly InputArtifact[]>> {
  const inputs: Record<string, readonly InputArtifact[]> = {};
  for (const [channel, artifacts] of Object.entries(ticket.inputs)) {
    inputs[channel] = await Promise.all(artifacts.map((artifact) => fetchInput(runtime.store, artifact)));
  }
  return inputs;
}

async function stageAll(
  runtime: ExecutorRuntime,
  places: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const folders: Record<string, string> = {};
  for (const [output, uri] of Object.entries(places)) folders[output] = await runtime.store.stage(uri);
  return folders;
}

/** The checkpoint that the server accepted from an earlier attempt, when its folder is still there. */
async function resumeFrom(
  runtime: ExecutorRuntime,
  checkpoint: HeartbeatDetails['checkpoint'],
): Promise<Pick<ExecutorJob['checkpoint'], 'resume'>> {
  if (checkpoint === undefined) return {};
  try {
    return { resume: { path: await runtime.store.fetch(checkpoint.uri), detail: checkpoint.detail } };
  } catch {
    return {}; // Without it the work starts from the beginning: slower, but right.
  }
}

async function sealOutputs(
  runtime: ExecutorRuntime,
  contract: Contract,
  places: Readonly<Record<string, string>>,
  result: ExecutorJobResult,
): Promise<Record<string, ProducedOutput>> {
  const { cancellationSignal } = Context.current();
  const outputs: Record<string, ProducedOutput> = {};
  for (const [output, uri] of Object.entries(places)) {
    const { manifestUri, digest, files } = await runtime.store.seal(uri, { signal: cancellationSignal });
    const properties = result.properties[output];
    // Nothing but properties says something, too: Pusher's "not pushed".
    if (files.length > 0 || properties !== undefined) {
      outputs[output] = { uri, manifestUri, digest, properties: properties ?? {} };
    } else if (contract.optionalOutputs.includes(output)) {
      await runtime.store.remove(uri);
    } else {
      throw new PipelineError('ARTIFACT_EMPTY', { what: `${contract.type} wrote nothing into ${output}.` });
    }
  }
  return outputs;
}

function answerOf(result: ExecutorJobResult, outputs: Readonly<Record<string, ProducedOutput>>): ExecutorAnswer {
  return { outputs, summary: result.summary, metrics: finiteOnly(result.metrics), modules: result.modules };
}

/** JSON has no NaN: it would arrive as null. */
function finiteOnly(metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}

type Digests = Readonly<Record<string, string>>;

/**
 * The modules as this worker has them. A first attempt asks for those that begin saw: the worker that began may take
 * the next one. Later ones work with what there is, because that worker may be gone for good, e.g. after a deployment;
 * publish then records the fingerprint of what ran.
 */
async function modulesOfAttempt(runtime: ExecutorRuntime, ticket: Ticket): Promise<Digests> {
  const found: Record<string, string> = {};
  for (const name of Object.keys(ticket.modules)) found[name] = await runtime.modules.digest(name);
  if (activityInfo().attempt === 1) requireSameModules(ticket.modules, found);
  return found;
}

const areSame = (a: Digests, b: Digests): boolean => Object.entries(a).every(([name, digest]) => b[name] === digest);

function requireSameModules(wanted: Digests, found: Digests): void {
  for (const [name, digest] of Object.entries(found)) {
    const expected = wanted[name];
    if (expected === undefined || expected === digest) continue;
    throw new PipelineError('MODULE_MISMATCH', {
      what: `Module ${name} is ${digest.slice(0, 12)} on this worker; it was ${expected.slice(0, 12)} before.`,
      details: { module: name, expected, found: digest },
    });
  }
}
