import type { Duration as TemporalDuration } from '@temporalio/common';
import { msToNumber } from '@temporalio/common/lib/time.js';
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
  /**
   * Who may answer: the names that `by` may have. Recorded with the decision. They are as good as what lets people send
   * updates: a name is said, not proven. (Default: anybody)
   */
  readonly approvers?: readonly string[];
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
 * @throws PipelineError INPUT_INVALID; APPROVAL_TIMED_OUT with `onTimeout: 'fail'`
 */
export async function approval(call: ApprovalCall): Promise<Approval> {
  const run = currentRun();
  if (run === undefined) {
    throw new PipelineError('CALL_OUTSIDE_PIPELINE', { what: 'approval() was called outside of a running pipeline' });
  }
  const node = call.id ?? contract.type;
  if (call.approvers?.length === 0) {
    throw new PipelineError('INPUT_INVALID', { what: `Nobody may answer "${call.title}": \`approvers\` is empty` });
  }
  run.register(node, contract.type);
  return await run.track(node, decide(run, node, call));
}

async function decide(run: RunState, node: string, call: ApprovalCall): Promise<Approval> {
  const evidence = call.evidence ?? [];
  const decision = run.isReused(node) ? taken(call) : await ask(run, node, call);
  const approvers = call.approvers === undefined ? {} : { approvers: [...call.approvers] };
  const parameters = { title: call.title, ...decision, ...approvers };
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
  const { title, evidence = [], approvers, timeout } = call;
  const timeoutMs = timeout === undefined ? undefined : msToNumber(timeout as TemporalDuration);
  const pending = run.asks(node, { title, evidence, approvers, timeoutMs });
  try {
    if (timeoutMs === undefined) await condition(() => pending.decision !== undefined);
    else await condition(() => pending.decision !== undefined, timeoutMs, { summary: `${node} · deadline` });
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
