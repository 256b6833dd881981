import { activityInfo, CancelledFailure, Context } from '@temporalio/activity';
import type { InputArtifact, ProgressReport } from '../components/implement.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { toFailure } from '../errors/to-failure.js';
import type { LocalPayloads } from '../artifacts/store.js';
import { recordAttemptError } from './attempt-errors.js';
import { byteProgress } from './byte-progress.js';
import { rethrow, withHeartbeats } from './current-execution.js';
import type { ExecutorJob, ExecutorJobResult, JobStep } from './executor-runner.js';
import { checkpointPlace, fetchInput, newNonce, withTemporaryFolder } from './folders.js';
import type { Ticket } from './protocol.js';
import type { ExecutorRuntime } from './runtime.js';
import { sharedCheckpoints } from './shared-checkpoints.js';

/** One attempt of an executor, of a part, or of a reduction. */
export interface Attempt {
  /** A name that no other attempt has: what it writes lies in folders of that name. */
  readonly nonce: string;
  /** Payloads on local paths, for as long as the attempt lasts. */
  readonly local: LocalPayloads;
  /** Says in the heartbeats what is being done. */
  readonly progress: (report: ProgressReport) => void;
  /** Does the work in a thread, with inputs at hand. */
  readonly run: (work: Work) => Promise<ExecutorJobResult>;
}

interface Work {
  /** Output channel to URI: made, and handed to the work as folders. */
  readonly places: Readonly<Record<string, string>>;
  readonly step?: JobStep;
}

/** What the heartbeats of an attempt tell the server, and the next attempt. */
interface HeartbeatDetails {
  readonly progress?: ProgressReport;
  readonly checkpoint?: { readonly uri: string; readonly detail: unknown };
}

/**
 * Runs `produce` with heartbeats, cancellation and the right modules; its failure is kept whole beside the outputs.
 * @param strict every attempt needs the modules that begin saw, not only the first
 */
export async function inAttempt<A>(
  runtime: ExecutorRuntime,
  ticket: Ticket,
  strict: boolean,
  produce: (attempt: Attempt) => Promise<A>,
): Promise<A> {
  const nonce = newNonce();
  try {
    return await heartbeating(runtime, { ticket, strict, nonce }, produce);
  } catch (error) {
    return await rethrow(error).catch(async (cause: unknown) => {
      if (!(cause instanceof CancelledFailure)) await recordAttemptError(runtime.store, ticket, nonce, cause);
      throw toFailure(cause);
    });
  }
}

async function heartbeating<A>(
  runtime: ExecutorRuntime,
  { ticket, strict, nonce }: { readonly ticket: Ticket; readonly strict: boolean; readonly nonce: string },
  produce: (attempt: Attempt) => Promise<A>,
): Promise<A> {
  let details = previousDetails();
  const onChange = (change: HeartbeatDetails): void => {
    details = { ...details, ...change };
  };
  return await withHeartbeats(
    async () => {
      const modules = await modulesOfAttempt(runtime, ticket, strict);
      // A checkpoint of other code is not gone on from.
      if (!areSame(modules, ticket.modules)) details = {};
      const checkpointUri = `${checkpointPlace(runtime.store, factsOf(ticket))}/${nonce}`;
      return await runtime.store.withLocal((local) =>
        produce({
          nonce,
          local,
          progress: (progress) => onChange({ progress }),
          run: async (work) => {
            const facts = { work, local, checkpointUri, checkpoint: details.checkpoint };
            const result = await runJob(runtime, ticket, facts, onChange);
            requireSameModules(modules, result.modules);
            return result;
          },
        }),
      );
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

interface JobFacts {
  readonly work: Work;
  readonly local: LocalPayloads;
  readonly checkpointUri: string;
  readonly checkpoint: HeartbeatDetails['checkpoint'];
}

async function runJob(
  runtime: ExecutorRuntime,
  ticket: Ticket,
  { work, local, checkpointUri, checkpoint }: JobFacts,
  onChange: (change: HeartbeatDetails) => void,
): Promise<ExecutorJobResult> {
  const { resources, runner } = runtime;
  const { cancellationSignal: signal } = Context.current();
  const checkpoints = sharedCheckpoints(local, { uri: checkpointUri, signal }, (detail) =>
    onChange({ checkpoint: { uri: checkpointUri, detail } }),
  );
  const onProgress = (progress: ProgressReport): void => onChange({ progress });
  return await withTemporaryFolder(resources.temporaryRoot, async (temporaryPath) => {
    const { threads, memoryLimitMiB } = resources;
    const job: ExecutorJob = {
      component: ticket.component,
      ...factsOf(ticket),
      inputs: await fetchInputs(local, ticket, signal, onProgress),
      parameters: ticket.parameters,
      ...(work.step === undefined ? {} : { step: work.step }),
      outputs: await stageAll(local, work.places),
      checkpoint: { path: await local.stage(checkpointUri), ...(await resumeFrom(local, checkpoint)) },
      resources: { threads, memoryLimitMiB, temporaryPath },
    };
    return await runner.run(job, { onProgress, onCheckpoint: checkpoints.save, signal }).finally(checkpoints.settled);
  });
}

async function fetchInputs(
  local: LocalPayloads,
  ticket: Ticket,
  signal: AbortSignal,
  onProgress: (report: ProgressReport) => void,
): Promise<Record<string, readonly InputArtifact[]>> {
  const counter = byteProgress('fetch', onProgress);
  const inputs: Record<string, readonly InputArtifact[]> = {};
  for (const [channel, artifacts] of Object.entries(ticket.inputs)) {
    inputs[channel] = await Promise.all(
      artifacts.map((artifact) => fetchInput(local, artifact, { signal, onBytes: counter() })),
    );
  }
  return inputs;
}

async function stageAll(
  local: LocalPayloads,
  places: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const folders: Record<string, string> = {};
  for (const [output, uri] of Object.entries(places)) folders[output] = await local.stage(uri);
  return folders;
}

/** The checkpoint that the server accepted from an earlier attempt, when its folder is still there. */
async function resumeFrom(
  local: LocalPayloads,
  checkpoint: HeartbeatDetails['checkpoint'],
): Promise<Pick<ExecutorJob['checkpoint'], 'resume'>> {
  if (checkpoint === undefined) return {};
  try {
    return { resume: { path: await local.fetch(checkpoint.uri), detail: checkpoint.detail } };
  } catch {
    return {}; // Without it the work starts from the beginning: slower, but right.
  }
}

type Digests = Readonly<Record<string, string>>;

/**
 * The modules as this worker has them. A first attempt asks for those that begin saw: the worker that began may take
 * the next one. Later ones work with what there is, because that worker may be gone for good, e.g. after a deployment;
 * publish then records the fingerprint of what ran. What different code made of parts does not add up, so parts ask for
 * the same modules every time.
 */
async function modulesOfAttempt(runtime: ExecutorRuntime, ticket: Ticket, strict: boolean): Promise<Digests> {
  const found: Record<string, string> = {};
  for (const name of Object.keys(ticket.modules)) found[name] = await runtime.modules.digest(name);
  if (strict || activityInfo().attempt === 1) requireSameModules(ticket.modules, found);
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
