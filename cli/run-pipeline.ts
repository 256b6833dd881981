import pc from 'picocolors';
import type { PipelineHandle } from '../client/index.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { loadPipelines, type PipelineFacts } from '../worker/load-pipelines.js';
import type { RunStatus } from '../workflows/index.js';
import { closest } from '../errors/closest.js';
import { describeError, printJson, say } from './console.js';
import { exitCodeOfKind, exitCodeOfOutcome, exitCodes } from './exit-codes.js';
import { readParameters } from './parameters.js';
import { openProgress } from './progress.js';
import { asReport, describeReport, type RunReport } from './run-report.js';
import { withSession, type Session } from './session.js';
import { startedBy } from './started-by.js';

export interface RunOptions {
  readonly param: readonly string[];
  readonly params?: string;
  readonly name?: string;
  readonly cache: boolean;
  readonly verify?: boolean;
  readonly detach?: boolean;
  readonly json?: boolean;
  readonly embedded?: boolean;
}

/** `tfx-temporal run`: @returns the exit code. */
export async function runFromCommandLine(name: string, options: RunOptions): Promise<number> {
  return await withSession({ worker: true, embedded: options.embedded === true }, async (session) => {
    const pipeline = findPipeline(name, await loadPipelines(session.config.pipelines));
    const parameters = await readParameters(pipeline.parameters, options.param, options.params);
    const [{ client }, { startPipeline }] = await Promise.all([session.temporal(), import('../client/index.js')]);
    const handle = await startPipeline(client, name, {
      parameters,
      taskQueue: session.config.taskQueue,
      cache: options.cache,
      startedBy: startedBy(),
      ...(options.verify === true ? { verify: 'full' } : {}),
      ...(options.name === undefined ? {} : { name: options.name }),
    });
    return await followRun(handle, session, options);
  });
}

/** Says which run it is, and watches it to its end or leaves. @returns the exit code */
export async function followRun(
  handle: PipelineHandle<unknown>,
  session: Session,
  options: Pick<RunOptions, 'detach' | 'json'>,
): Promise<number> {
  announce(handle, session);
  if (options.detach === true) return leave(handle, options);
  return await watchToEnd(handle, session, options.json === true);
}

/** @throws PipelineError PIPELINE_UNKNOWN */
export function findPipeline(name: string, pipelines: readonly PipelineFacts[]): PipelineFacts {
  const found = pipelines.find((pipeline) => pipeline.name === name);
  if (found !== undefined) return found;
  const names = pipelines.map((pipeline) => pipeline.name);
  const near = closest(name, names);
  throw new PipelineError('PIPELINE_UNKNOWN', {
    what: `There is no pipeline "${name}" in tfx.config.ts; there is ${names.join(', ') || 'none'}.`,
    ...(near === undefined ? {} : { fix: `Did you mean ${near}?` }),
  });
}

/** The Temporal UI's page of a run. */
export function runUrl(uiUrl: string, handle: Pick<PipelineHandle, 'workflowId' | 'runId'>): string {
  return `${uiUrl}/namespaces/default/workflows/${encodeURIComponent(handle.workflowId)}/${handle.runId}`;
}

function announce(handle: PipelineHandle<unknown>, session: Session): void {
  const link = session.uiUrl === undefined ? '' : pc.dim(`  ${runUrl(session.uiUrl, handle)}`);
  say(`${pc.bold(handle.workflowId)}${link}`);
}

function leave(handle: PipelineHandle<unknown>, options: Pick<RunOptions, 'json'>): number {
  if (options.json === true) printJson({ workflowId: handle.workflowId, runId: handle.runId });
  say(`It goes on without this command, as long as a worker runs. Watch it: tfx-temporal watch ${handle.workflowId}`);
  return exitCodes.ok;
}

/** Shows a run's nodes until it ends, the person leaves with Ctrl-C, or the worker does not start. */
export async function watchToEnd(handle: PipelineHandle<unknown>, session: Session, asJson: boolean): Promise<number> {
  const { watchRun } = await import('../client/index.js');
  const leaving = new AbortController();
  const onSignal = (): void => leaving.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  const stop = AbortSignal.any([leaving.signal, session.workerFailed]);
  const progress = openProgress(handle.workflowId);
  let atEnd: RunStatus | undefined;
  try {
    for await (const look of watchRun(handle, { intervalMs: 200, signal: stop })) {
      progress.update(look.nodes);
      if (look.closed && look.workerAnswers) atEnd = look.status;
    }
  } finally {
    progress.close();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  }
  if (stop.aborted) {
    sayParked(handle, session);
    return session.workerFailed.aborted ? exitCodes.config : exitCodes.parked;
  }
  return report(await asReport(handle, atEnd), asJson);
}

function sayParked(handle: PipelineHandle<unknown>, session: Session): void {
  const { workflowId } = handle;
  say(
    session.target === 'embedded'
      ? `Parked: ${workflowId} goes on at the next \`tfx-temporal run\`, \`watch\` or \`dev\`. To end it: tfx-temporal cancel ${workflowId}`
      : `${workflowId} goes on at your workers. To end it: tfx-temporal cancel ${workflowId}`,
  );
}

function report(result: RunReport, asJson: boolean): number {
  if (asJson) printJson(result);
  if (result.error !== undefined) {
    say(describeError(new PipelineError(result.error.code, result.error)));
    return exitCodeOfKind(result.error.kind);
  }
  say(describeReport(result));
  return result.outcome === 'FAILED' ? exitCodes.failed : exitCodeOfOutcome(result.outcome);
}
