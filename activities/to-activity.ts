import { Context } from '@temporalio/activity';
import { payloadDigest } from '../artifacts/manifest.js';
import type { LocalPayloads } from '../artifacts/store.js';
import type { Contract } from '../components/contract.js';
import type { Implementation, ProgressReport } from '../components/implement.js';
import { guardPayload } from '../components/payload-limits.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { inAttempt } from './attempt.js';
import { byteProgress } from './byte-progress.js';
import type { Commit } from './commit.js';
import { runCommit } from './commit.js';
import type { ExecutorJobResult, JobStep } from './executor-runner.js';
import type { ExecutorActivity, ExecutorAnswer, PartState, ProducedOutput, Ticket } from './protocol.js';
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

/** Binds a component's activity to a worker. */
export function bindActivity(runtime: ExecutorRuntime, component: ComponentActivity): ExecutorActivity {
  return (ticket) =>
    inAttempt(runtime, ticket, ticket.states !== undefined, async ({ nonce, local, progress, run }) => {
      const places = attemptPlaces(ticket, nonce);
      const result = await run({ places, ...(await reduction(runtime, local, ticket)) });
      const { contract } = component.implementation;
      const outputs = await sealOutputs(runtime, local, { contract, places, result, progress });
      const committed = await runCommit(runtime, component.commit, { ticket, result, outputs, local });
      return guardPayload(`The result of ${ticket.node}`, answerOf(ticket, committed.result, committed.outputs));
    });
}

function attemptPlaces(ticket: Ticket, nonce: string): Record<string, string> {
  return Object.fromEntries(Object.entries(ticket.places).map(([output, place]) => [output, `${place}/${nonce}`]));
}

async function reduction(
  runtime: ExecutorRuntime,
  local: LocalPayloads,
  { states }: Ticket,
): Promise<{ readonly step?: JobStep }> {
  if (states === undefined) return {};
  const folders = await Promise.all(states.map((state) => fetchState(runtime, local, state)));
  return { step: { kind: 'reduce', states: folders } };
}

async function fetchState(
  { store }: ExecutorRuntime,
  local: LocalPayloads,
  { uri, digest }: PartState,
): Promise<string> {
  const folder = await local.fetch(uri, { digest });
  if (payloadDigest(await store.inspect(folder)) === digest) return folder;
  throw new PipelineError('ARTIFACT_CORRUPTED', { what: `The state of a part, ${uri}, is not what the part left.` });
}

interface Produced {
  readonly contract: Contract;
  readonly places: Readonly<Record<string, string>>;
  readonly result: ExecutorJobResult;
  readonly progress: (report: ProgressReport) => void;
}

async function sealOutputs(
  runtime: ExecutorRuntime,
  local: LocalPayloads,
  { contract, places, result, progress }: Produced,
): Promise<Record<string, ProducedOutput>> {
  const { cancellationSignal: signal } = Context.current();
  const counter = byteProgress('store', progress);
  const outputs: Record<string, ProducedOutput> = {};
  for (const [output, uri] of Object.entries(places)) {
    const { manifestUri, digest, files } = await local.seal(uri, { signal, onBytes: counter() });
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

function answerOf(
  ticket: Ticket,
  result: ExecutorJobResult,
  outputs: Readonly<Record<string, ProducedOutput>>,
): ExecutorAnswer {
  const summary = [result.summary, ticket.partsNote].filter(Boolean).join('; ');
  // The parts before a reduction ran with these modules, too.
  const modules = ticket.states === undefined ? result.modules : { ...ticket.modules, ...result.modules };
  return { outputs, summary, metrics: finiteOnly(result.metrics), modules };
}

/** JSON has no NaN: it would arrive as null. */
function finiteOnly(metrics: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).filter(([, value]) => Number.isFinite(value)));
}
