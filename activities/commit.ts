import { Context } from '@temporalio/activity';
import type { Properties } from '../artifacts/artifact.js';
import { requireUnderRoots } from '../artifacts/roots.js';
import type { LocalPayloads } from '../artifacts/store.js';
import { PipelineError } from '../errors/pipeline-error.js';
import type { FenceHolder } from '../lineage/fence.js';
import { currentIdentity } from './current-execution.js';
import type { ExecutorJobResult } from './executor-runner.js';
import type { ProducedOutput, Ticket } from './protocol.js';
import type { ExecutorRuntime } from './runtime.js';

/** An output that is sealed but not published: nobody sees it yet. */
export interface StagedOutput extends ProducedOutput {
  /** The payload folder, local. */
  readonly path: string;
}

export interface CommitContext {
  readonly ticket: Ticket;
  readonly result: ExecutorJobResult;
  readonly staged: Readonly<Record<string, StagedOutput>>;
  readonly signal: AbortSignal;
  /** A destination's absolute path or `s3://` URI. @throws PipelineError URI_OUTSIDE_ROOTS unless it lies under a configured root. */
  readonly requireDestination: (uri: string) => Promise<string>;
  /**
   * Runs `commit` alone for this destination and after every earlier execution's: keep it to one short atomic step, such
   * as a rename; copy before. A retry runs it again with what it returned before as `previous.result`.
   * @throws PipelineError FENCE_SUPERSEDED when a newer execution has been there, EXECUTION_CLOSED for a late attempt
   */
  readonly fence: <R>(destination: string, commit: (previous: FenceHolder<R> | undefined) => Promise<R>) => Promise<R>;
}

export interface Committed {
  /** To add to the outputs, by channel. */
  readonly properties: Readonly<Record<string, Properties>>;
  /** In place of the executor's summary, which was written before. */
  readonly summary?: string;
}

/** Makes staged outputs visible outside the artifact store, after the executor and before publish. */
export type Commit = (context: CommitContext) => Promise<Committed>;

interface CommitFacts {
  readonly ticket: Ticket;
  readonly result: ExecutorJobResult;
  readonly outputs: Readonly<Record<string, ProducedOutput>>;
  readonly local: LocalPayloads;
}

export async function runCommit(
  runtime: ExecutorRuntime,
  commit: Commit | undefined,
  { ticket, result, outputs, local }: CommitFacts,
): Promise<Pick<CommitFacts, 'result' | 'outputs'>> {
  if (commit === undefined) return { result, outputs };
  const { lineage } = runtime;
  if (lineage === undefined) {
    throw new PipelineError('LINEAGE_UNAVAILABLE', {
      what: `${ticket.node} needs the lineage database, which this worker does not have.`,
      fix: `Run ${ticket.component} on the default task queue.`,
    });
  }
  const { properties, summary = result.summary } = await commit({
    ticket,
    result,
    staged: await stagedOutputs(local, outputs),
    signal: Context.current().cancellationSignal,
    requireDestination: (uri) => requireUnderRoots(uri, runtime.destinations ?? ['/', uri]),
    fence: (destination, step) =>
      lineage.fence({ destination, executionId: ticket.executionId, identity: currentIdentity(ticket.node) }, step),
  });
  const committed = Object.entries(outputs).map(([name, output]): [string, ProducedOutput] => [
    name,
    { ...output, properties: { ...output.properties, ...properties[name] } },
  ]);
  return { result: { ...result, summary }, outputs: Object.fromEntries(committed) };
}

async function stagedOutputs(
  local: LocalPayloads,
  outputs: Readonly<Record<string, ProducedOutput>>,
): Promise<Record<string, StagedOutput>> {
  const staged: Record<string, StagedOutput> = {};
  for (const [name, output] of Object.entries(outputs)) {
    staged[name] = { ...output, path: await local.fetch(output.uri, { digest: output.digest }) };
  }
  return staged;
}
