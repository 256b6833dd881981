import pc from 'picocolors';
import type { OutcomeName } from '../activities/protocol.js';
import type { Artifact } from '../artifacts/artifact.js';
import type { PipelineHandle } from '../client/index.js';
import type { ErrorCode, ErrorKind } from '../errors/catalog/index.js';
import type { PipelineResult, RunStatus } from '../workflows/index.js';
import { exitCodeOfOutcome, exitCodes } from './exit-codes.js';

/** What `run --json` prints. */
export interface RunReport {
  readonly workflowId: string;
  readonly runId: string;
  readonly outcome: OutcomeName | 'FAILED';
  /** In sentences; empty for PUSHED and COMPLETED. */
  readonly reasons: readonly string[];
  /** Every artifact that the run made or reused, by output channel; `Node.channel` where two nodes share a name. */
  readonly outputs: Readonly<Record<string, Artifact>>;
  readonly nodes: readonly NodeReport[];
  readonly error?: {
    readonly code: ErrorCode;
    readonly kind: ErrorKind;
    readonly what: string;
    readonly why: string;
    readonly fix: string;
  };
}

interface NodeReport {
  readonly node: string;
  readonly state: string;
  readonly summary: string;
  readonly seconds: number;
}

/**
 * The report of a run that has ended.
 * @param last what the run said at its end, where it is known: asking a run that has ended replays all of it
 */
export async function asReport(handle: PipelineHandle<unknown>, last?: RunStatus): Promise<RunReport> {
  const { workflowId, runId } = handle;
  const status = last ?? (await handle.status().catch(() => undefined));
  const facts = { workflowId, runId, outputs: outputsOf(status), nodes: nodesOf(status) };
  try {
    const result = (await handle.result()) as PipelineResult;
    return {
      ...facts,
      outcome: result.outcome,
      reasons: result.reasons,
      outputs: status === undefined ? result.outputs : facts.outputs,
    };
  } catch (error) {
    const { runError } = await import('../client/index.js');
    const { code, kind, what, why, fix } = runError(error, workflowId);
    return { ...facts, outcome: 'FAILED', reasons: [what], error: { code, kind, what, why, fix } };
  }
}

function outputsOf(status: RunStatus | undefined): Record<string, Artifact> {
  const produced = (status?.nodes ?? []).flatMap(({ node, artifacts }) =>
    Object.entries(artifacts).map(([channel, artifact]) => ({ node, channel, artifact })),
  );
  const uses = new Map<string, number>();
  for (const { channel } of produced) uses.set(channel, (uses.get(channel) ?? 0) + 1);
  return Object.fromEntries(
    produced.map(({ node, channel, artifact }) => [uses.get(channel) === 1 ? channel : `${node}.${channel}`, artifact]),
  );
}

function nodesOf(status: RunStatus | undefined): NodeReport[] {
  return (status?.nodes ?? []).map(({ node, state, summary, started, finished }) => ({
    node,
    state,
    summary,
    seconds: finished === undefined ? 0 : (Date.parse(finished) - Date.parse(started)) / 1000,
  }));
}

const SENTENCES: Readonly<Record<OutcomeName, string>> = {
  PUSHED: 'the model was pushed',
  COMPLETED: 'the run completed',
  SKIPPED: 'there was nothing to do',
  DATA_REJECTED: 'the data was rejected',
  NOT_BLESSED: 'the model was not blessed, so it was not pushed',
  NOT_EVALUATED: 'the model was not evaluated, so it was not pushed',
  NOT_SERVABLE: 'the model could not be served, so it was not pushed',
  NOT_APPROVED: 'a person or a deadline said no',
};

/** A report for people: the outcome, its reasons, and where the pushed model lies. */
export function describeReport(report: RunReport): string {
  if (report.outcome === 'FAILED') return `${pc.red('✖')} ${pc.bold('FAILED')}: ${report.reasons.join('; ')}`;
  const good = exitCodeOfOutcome(report.outcome) === exitCodes.ok;
  const mark = good ? pc.green('✔') : pc.yellow('■');
  const lines = [`${mark} ${pc.bold(report.outcome)}: ${SENTENCES[report.outcome]}`];
  for (const reason of report.reasons) lines.push(`  - ${reason}`);
  const pushed = Object.values(report.outputs).find(({ type }) => type === 'PushedModel');
  const destination = pushed?.properties['pushed_destination'];
  if (typeof destination === 'string' && destination !== '') lines.push(`  model: ${destination}`);
  return lines.join('\n');
}
