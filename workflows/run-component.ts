import { type ActivityOptions, CancellationScope, patched } from '@temporalio/workflow';
import { msToNumber } from '@temporalio/common/lib/time.js';
import type {
  BeginAnswer,
  BeginRequest,
  ExecutorAnswer,
  FailureFacts,
  FinishRequest,
  OutputReferences,
  PublishAnswer,
  PublishRequest,
  Ticket,
} from '../activities/protocol.js';
import { guardReference } from '../components/payload-limits.js';
import type { CallPlan } from './component-call.js';
import { finishSummary, publishSummary } from './event-summaries.js';
import { describeFailure } from './failure.js';
import { missingPolicy } from './missing-policy.js';
import { isOutcomeReached, OutcomeReached } from './outcome.js';
import { runParts } from './run-parts.js';
import type { Repeat } from './run-options.js';
import { isSource, type RunState } from './run-state.js';
import { activity, executorOptions, HEARTBEAT_TIMEOUT } from './schedule-activity.js';

/*
 * One component run as frozen commands. Activity types and ids, and their order, are part of every recorded history:
 *   hit, or driver only   <node>.begin
 *   miss                  <node>.begin  <node>  <node>.publish
 *   in parts              <node>.begin  <node>.part[0] … <node>.part[k-1]  <node>  <node>.publish
 *   failure               <node>.begin  <node>  <node>.fail   (or a part, then .fail)
 *   failed publication    <node>.begin  <node>  <node>.publish  <node>.fail
 * Any change goes through `patched`.
 */

/** Lineage's own activities outlive an outage of the database: of minutes before the work, of hours after it. */
const BEGIN: ActivityOptions = {
  startToCloseTimeout: '2 hours',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '500 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '15 seconds',
    maximumAttempts: 50,
  },
};
const RECORD: ActivityOptions = {
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '500 milliseconds',
    backoffCoefficient: 2,
    maximumInterval: '30 seconds',
    maximumAttempts: 1000,
  },
};

/** Runs one component: begin, executor, publish. Returns references to its outputs by channel. */
export async function runComponent(run: RunState, plan: CallPlan): Promise<OutputReferences> {
  const { node, contract } = plan;
  if (run.mustWait(node)) await run.mayStart(node);
  run.requireChange(contract);
  run.started(node, contract.type);
  try {
    const begun = await begin(run, plan);
    if (begun.skipped !== undefined) throw skipped(begun.skipped);
    run.found(contract, begun);
    run.begun(node, begun.ticket.executionId);
    if (begun.outputs !== undefined) {
      const outputs = guarded(node, begun.outputs);
      run.done(node, begun.cached ? 'cached' : 'complete', begun.summary, outputs);
      return outputs;
    }
    const done = await executeAndPublish(run, plan, begun);
    run.done(node, 'complete', done.summary, done.outputs);
    return done.outputs;
  } catch (error) {
    if (isOutcomeReached(error)) run.done(node, 'complete', error.outcome.reasons[0] ?? '', {});
    else run.failed(node, describeFailure(error));
    throw error;
  }
}

const skipped = (reason: string): OutcomeReached => new OutcomeReached({ outcome: 'SKIPPED', reasons: [reason] });

/** Records how the run ended; the last command of every pipeline. */
export async function finishRun(request: FinishRequest): Promise<void> {
  await CancellationScope.nonCancellable(() =>
    activity<undefined>('tfx.finish', request, { ...RECORD, activityId: 'finish', summary: finishSummary(request) }),
  );
}

async function begin(run: RunState, { node, contract, inputs, parameters, options }: CallPlan): Promise<BeginAnswer> {
  const { repeat } = run.options;
  const repeated = repeat?.nodes[node];
  const onMissing = isSource(contract) ? missingPolicy(run.options, options.onMissing) : undefined;
  const request: BeginRequest = {
    run: run.facts,
    node,
    component: contract.type,
    inputs,
    parameters,
    cache: repeated === 'again' ? false : (options.cache ?? run.options.noCache !== true),
    ...(repeat !== undefined && repeated === 'reuse' ? { reuse: reuseOf(repeat) } : {}),
    ...(onMissing === undefined ? {} : { onMissing }),
    ...(isSource(contract) && run.options.skipUnchanged === true ? { findRuns: true } : {}),
    ...(run.options.verify === undefined ? {} : { verify: run.options.verify }),
    // Runs that began before there were parts know nothing of them.
    ...(contract.inParts && patched('tfx-parts') ? { parts: options.parts ?? 'auto' } : {}),
  };
  return await activity<BeginAnswer>('tfx.begin', request, {
    ...BEGIN,
    ...(typeof onMissing === 'object' ? waiting(onMissing.waitMs) : {}),
    activityId: `${node}.begin`,
    summary: node,
  });
}

function reuseOf({ workflowId, runId, parametersChanged }: Repeat): NonNullable<BeginRequest['reuse']> {
  return { workflowId, runId, ...(parametersChanged === true ? { sameParameters: true } : {}) };
}

/** The server itself tries a begin that waits for data again, so that waiting costs no history. */
function waiting(waitMs: number): ActivityOptions {
  return {
    scheduleToCloseTimeout: waitMs + msToNumber('3 hours'),
    retry: { ...BEGIN.retry, maximumAttempts: Number.POSITIVE_INFINITY },
  };
}

interface Done {
  readonly outputs: OutputReferences;
  readonly summary: string;
}

async function executeAndPublish(run: RunState, plan: CallPlan, begun: BeginAnswer): Promise<Done> {
  const { node } = plan;
  const { ticket } = begun;
  try {
    const request: Ticket = { ...ticket, ...(await partsOf(run, plan, begun)) };
    const answer = await activity<ExecutorAnswer>(plan.contract.type, request, executorOptions(plan, begun));
    const published = await record<PublishAnswer>(`${node}.publish`, { ticket, answer }, publishSummary(node, answer));
    return { outputs: guarded(node, published.outputs), summary: answer.summary };
  } catch (error) {
    await recordFailure(node, ticket, describeFailure(error));
    throw error;
  }
}

/** What the executor reduces, when begin planned parts. */
async function partsOf(run: RunState, plan: CallPlan, begun: BeginAnswer): Promise<Pick<Ticket, 'states'>> {
  const { parts: count } = begun;
  if (count === undefined) return {};
  const onDone = (done: number): void => run.parts(plan.node, { done, count });
  onDone(0);
  return { states: await runParts(plan, begun, count, onDone) };
}

/** On an execution that is already COMPLETE this changes nothing. */
async function recordFailure(node: string, ticket: Ticket, failure: FailureFacts): Promise<void> {
  await record<PublishAnswer>(`${node}.fail`, { ticket, failure }, `${node}: ${failure.code}`);
}

function record<R>(activityId: string, request: PublishRequest, summary: string): Promise<R> {
  return CancellationScope.nonCancellable(() =>
    activity<R>('tfx.publish', request, { ...RECORD, activityId, summary }),
  );
}

function guarded(node: string, outputs: OutputReferences): OutputReferences {
  for (const [channel, artifact] of Object.entries(outputs)) guardReference(`Output '${channel}' of ${node}`, artifact);
  return outputs;
}
