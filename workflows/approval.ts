import { condition, isCancellation } from '@temporalio/workflow';
import type { Artifact } from '../artifacts/artifact.js';
import type { Approval } from '../artifacts/types.js';
import { Approval as contract } from '../components/approval/contract.js';
import type { Duration } from '../components/contract.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { planCall } from './component-call.js';
import { describeFailure } from './failure.js';
import { runComponent } from './run-component.js';
import { currentRun, type RunState } from './run-state.js';
import type { ApprovalDecision } from './status.js';

export interface ApprovalCall {
  /** What is asked, in one line, e.g. `Push the model to production?` */
  readonly title: string;
  /** What the decision is to be based on; recorded with it. */
  readonly evidence?: readonly Artifact[];
  /** How long to wait for an answer. (Default: for ever) */
  readonly timeout?: Duration;
  /** What no answer in time means. (Default: `reject`) */
  readonly onTimeout?: 'reject' | 'approve' | 'fail';
  /** The node's id; needed when a run asks twice. (Default: `Approval`) */
  readonly id?: string;
}

/**
 * Asks a person and waits. Answered by `tfx-temporal approve RUN`, by the client's `handle.approve(…)`, or as update
 * `approve` by Temporal's own command line and UI. Who decided, when and why is recorded in lineage.
 *
 * ```ts
 * const decision = await approval({ title: 'Push to production?', evidence: [evaluation], timeout: '3 days' });
 * if (decision.properties.verdict !== 'APPROVED') return outcome(decision);
 * ```
 * @throws PipelineError APPROVAL_TIMED_OUT with `onTimeout: 'fail'`
 */
export async function approval(call: ApprovalCall): Promise<Approval> {
  const run = currentRun();
  if (run === undefined) {
    throw new PipelineError('CALL_OUTSIDE_PIPELINE', { what: 'approval() was called outside of a running pipeline' });
  }
  const node = call.id ?? contract.type;
  run.register(node, contract.type);
  return await run.track(node, decide(run, node, call));
}

async function decide(run: RunState, node: string, call: ApprovalCall): Promise<Approval> {
  const evidence = call.evidence ?? [];
  const decision = run.isReused(node) ? taken(call) : await ask(run, node, call);
  const parameters = { title: call.title, ...decision };
  const plan = planCall(contract, { evidence, ...parameters }, { id: node });
  const { approval: artifact } = await runComponent(run, plan);
  return artifact as Approval;
}

/** Begin takes over the earlier run's decision; this one is not recorded. */
const taken = ({ title }: ApprovalCall): ApprovalDecision => ({
  verdict: 'NOT_APPROVED',
  by: 'reuse',
  why: title,
  at: now(),
});

async function ask(run: RunState, node: string, call: ApprovalCall): Promise<ApprovalDecision> {
  const { title, evidence = [], timeout } = call;
  const pending = run.asks(node, { title, evidence });
  try {
    if (timeout === undefined) await condition(() => pending.decision !== undefined);
    else await condition(() => pending.decision !== undefined, timeout as number, { summary: `${node} · deadline` });
    return pending.decision ?? afterTimeout(node, call);
  } catch (error) {
    if (isCancellation(error)) run.failed(node, describeFailure(error));
    throw error;
  } finally {
    run.asked(node);
  }
}

function afterTimeout(node: string, { onTimeout = 'reject', timeout, title }: ApprovalCall): ApprovalDecision {
  const why = `no answer within ${typeof timeout === 'number' ? `${timeout} ms` : (timeout ?? '')}`;
  if (onTimeout === 'fail') {
    throw new PipelineError('APPROVAL_TIMED_OUT', { what: `"${title}": ${why}`, details: { node } });
  }
  return { verdict: onTimeout === 'approve' ? 'APPROVED' : 'NOT_APPROVED', by: 'timeout', why, at: now() };
}

const now = (): string => new Date().toISOString();
