import { CancellationScope, executeChild, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { OutcomeName, ServiceActivities } from '../activities/protocol.js';
import { describeFailure } from './failure.js';
import { attempt, childCause, nameOf } from './retrain-attempts.js';
import { dayOf, retryMs, takeSpan } from './retrain-schedule.js';
import type { Life, RetrainReason, RetrainRun } from './retrain-state.js';
import { RUN_OPTIONS_MEMO, type RunOptions } from './run-options.js';
import { childSearchAttributes } from './search-attributes.js';
import type { PipelineResult } from './status.js';

const { 'tfx.notify': notify } = proxyActivities<ServiceActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 8, initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** Makes one run of the pipeline, and notes how it ended. */
export async function runOnce(life: Life, reason: RetrainReason, show: () => void): Promise<void> {
  const { config, state } = life;
  const now = Date.now();
  const span = takeSpan(config, state) ?? (life.isCurrent && reason === 'asked for' ? lastSpanOf(life) : undefined);
  state.wanted = null;
  state.runsToday = (state.day === dayOf(now) ? state.runsToday : 0) + 1;
  state.day = dayOf(now);
  const number = ++state.runs;
  const workflowId = `${config.pipeline}/${nameOf()}-${number}${span === undefined ? '' : `-span-${span}`}`;
  life.running = workflowId;
  show();
  const ended = await execute(life, workflowId, span, now);
  life.running = undefined;
  state.lastRunAt = Date.now();
  const run = { number, workflowId, reason, ...(span === undefined ? {} : { span }), ...ended };
  const times = { started: new Date(now).toISOString(), finished: new Date(state.lastRunAt).toISOString() };
  state.lastRuns = [{ ...run, ...times }, ...state.lastRuns].slice(0, 10);
  if (ended.outcome === 'FAILED') await noteFailure(life, run);
  else if (ended.outcome !== 'CANCELED') noteSuccess(life, run);
}

const lastSpanOf = ({ state }: Life): number | undefined => state.lastRuns.find(({ span }) => span !== undefined)?.span;

type Ended = Pick<RetrainRun, 'outcome' | 'why'>;

/** @param now - the run's nominal time, by which its day is told, too */
async function execute(life: Life, workflowId: string, span: number | undefined, now: number): Promise<Ended> {
  const { config } = life;
  const options: RunOptions = {
    nominalTime: new Date(now).toISOString(),
    ...(span === undefined ? {} : { span }),
    ...(config.onMissing === undefined ? {} : { onMissing: config.onMissing }),
  };
  try {
    const result = await executeChild<(input: object) => Promise<PipelineResult<unknown>>>(config.pipeline, {
      workflowId,
      args: [config.parameters ?? {}],
      memo: { [RUN_OPTIONS_MEMO]: options },
      staticSummary: `${config.pipeline} · ${workflowInfo().workflowId}`,
      ...childSearchAttributes(config.pipeline),
      ...(config.taskQueue === undefined ? {} : { taskQueue: config.taskQueue }),
    });
    return { outcome: result.outcome, why: result.reasons.join('; ').slice(0, 300) };
  } catch (error) {
    if (!isCancellation(error))
      return { outcome: 'FAILED', why: describeFailure(childCause(error)).message.slice(0, 300) };
    // A person may end one run; that ends this workflow only if it was what they ended.
    if (!life.isCurrent || CancellationScope.current().consideredCancelled) throw error;
    return { outcome: 'CANCELED', why: 'The run was cancelled.' };
  }
}

/** Outcomes after which the model in use has seen the span. */
const TRAINED: ReadonlySet<OutcomeName | 'FAILED' | 'CANCELED'> = new Set(['PUSHED', 'COMPLETED']);

function noteSuccess({ state }: Life, { outcome, span }: Pick<RetrainRun, 'outcome' | 'span'>): void {
  state.failuresInRow = 0;
  state.retryAt = 0;
  if (span === undefined || outcome === 'SKIPPED') return;
  if (state.knownSpans !== null && !state.knownSpans.includes(span)) state.knownSpans.push(span);
  if (TRAINED.has(outcome)) state.trainedSpan = span;
}

/** What a failed run was for waits again, for the next one. */
async function noteFailure(
  life: Life,
  { reason, span, why }: Omit<RetrainRun, 'number' | 'started' | 'finished'>,
): Promise<void> {
  const { config, state } = life;
  state.failuresInRow++;
  if (life.isCurrent) {
    const wait = retryMs(config, state.failuresInRow);
    if (wait !== undefined) {
      if (reason === 'new data')
        state.queue = [span ?? null, ...state.queue.filter((other) => other !== (span ?? null))];
      else state.wanted ??= reason;
      if (span !== undefined && !state.queue.includes(span)) state.queue.unshift(span);
      state.retryAt = Date.now() + wait;
    }
  }
  if (state.failuresInRow >= (config.stopAfterFailures ?? 3)) await stopForFailures(life, why);
}

async function stopForFailures({ config, state }: Life, why: string): Promise<void> {
  const sentence = `${state.failuresInRow} runs failed in a row; the last: ${why}`;
  state.paused = { since: new Date().toISOString(), by: 'retrain', why: sentence };
  const { webhook, pipeline } = config;
  if (webhook === undefined) return;
  const body = { event: 'retrain.stopped', workflowId: workflowInfo().workflowId, pipeline, why: sentence };
  await attempt(state, 'The webhook could not be called', () => notify({ url: webhook, body }));
}
