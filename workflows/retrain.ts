import {
  allHandlersFinished,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import type { ServiceActivities } from '../activities/protocol.js';
import { parseParameters } from '../components/parameters.js';
import { toFailure } from '../errors/to-failure.js';
import type { driftCheck } from './drift-check.js';
import { describeFailure } from './failure.js';
import { RETRAIN_SCHEMA, type RetrainConfig } from './retrain-config.js';
import { setRetrainHandlers } from './retrain-messages.js';
import { dayOf, dueLook, dueReason, type Look, sleepMs, takeSpan, waitsFor } from './retrain-schedule.js';
import { newRetrainState, type RetrainReason, type RetrainState } from './retrain-state.js';
import { childSearchAttributes } from './search-attributes.js';
import { RUN_OPTIONS_MEMO, type RunOptions } from './run-options.js';
import { type PipelineResult } from './status.js';

const { 'tfx.look': look, 'tfx.notify': notify } = proxyActivities<ServiceActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '15 seconds',
  retry: { maximumAttempts: 5, initialInterval: '1 second', maximumInterval: '1 minute' },
});

/** One life of the workflow, between two continuations as new. */
interface Life {
  config: RetrainConfig;
  readonly state: RetrainState;
  /** The workflow id of the run under way. */
  running: string | undefined;
}

/**
 * Keeps a model fresh for months: runs a pipeline when data arrives (told by `newData`, or found by polling), when the
 * latest data has drifted, or when time is up. Start it as `retrain/<name>`; see docs/schedules.md for its messages.
 */
export async function retrain(given: RetrainConfig, carried?: RetrainState): Promise<{ readonly runs: number }> {
  const life: Life = { config: checked(given), state: carried ?? newRetrainState(Date.now()), running: undefined };
  setRetrainHandlers(life, checked);
  for (;;) {
    showDetails(life);
    if (life.state.stop) break;
    if (isHistoryLong(life.config)) await goOnAsNew(life);
    const now = Date.now();
    const reason = dueReason(life.config, life.state, now);
    const due = dueLook(life.config, life.state, now);
    if (reason !== undefined) await runPipeline(life, reason);
    else if (due !== undefined) await lookAt(life, due);
    else await sleepUntilNeeded(life);
  }
  await condition(allHandlersFinished);
  return { runs: life.state.runs };
}

/**
 * It lives longer than any release: where workers are versioned it moves on, while pipelines' runs stay pinned. Where they
 * are not, the server refuses a worker that names any behaviour.
 */
setWorkflowOptions(() => {
  const versioned = (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') !== '';
  return versioned ? { versioningBehavior: 'AUTO_UPGRADE' } : {};
}, retrain);

/** @throws ApplicationFailure PARAMETERS_INVALID with all problems */
function checked(given: unknown): RetrainConfig {
  try {
    return parseParameters(RETRAIN_SCHEMA, given, 'retrain') as unknown as RetrainConfig;
  } catch (error) {
    throw toFailure(error);
  }
}

function isHistoryLong({ historyLimit = 2000 }: RetrainConfig): boolean {
  const { historyLength, continueAsNewSuggested } = workflowInfo();
  return continueAsNewSuggested || historyLength >= historyLimit;
}

/** Every message that was accepted has changed the state by now, and the server gives later ones to the next life. */
async function goOnAsNew({ config, state }: Life): Promise<never> {
  await condition(allHandlersFinished);
  return await continueAsNew<typeof retrain>(config, state);
}

async function sleepUntilNeeded(life: Life): Promise<void> {
  const isNeeded = (): boolean => {
    const now = Date.now();
    if (life.state.stop) return true;
    return dueReason(life.config, life.state, now) !== undefined || dueLook(life.config, life.state, now) !== undefined;
  };
  const version = messages(life);
  // A message may also change how long to sleep.
  const isWoken = (): boolean => isNeeded() || messages(life) !== version;
  const ms = sleepMs(life.config, life.state, Date.now());
  if (ms === undefined) await condition(isWoken);
  else await condition(isWoken, ms, { summary: waitsFor(life.config, life.state, Date.now()).slice(0, 100) });
}

const messages = ({ state }: Life): number => state.received;

async function runPipeline(life: Life, reason: RetrainReason): Promise<void> {
  const { config, state } = life;
  const now = Date.now();
  const span = takeSpan(config, state);
  state.wanted = null;
  state.runsToday = (state.day === dayOf(now) ? state.runsToday : 0) + 1;
  state.day = dayOf(now);
  const number = ++state.runs;
  const workflowId = `${config.pipeline}/${nameOf()}-${number}${span === undefined ? '' : `-span-${span}`}`;
  life.running = workflowId;
  showDetails(life);
  const ended = await execute(config, workflowId, span);
  life.running = undefined;
  state.lastRunAt = Date.now();
  const run = { number, workflowId, reason, ...(span === undefined ? {} : { span }), ...ended };
  const times = { started: new Date(now).toISOString(), finished: new Date(state.lastRunAt).toISOString() };
  state.lastRuns = [{ ...run, ...times }, ...state.lastRuns].slice(0, 10);
  if (ended.outcome === 'FAILED') await countFailure(life, ended.why);
  else {
    state.failuresInRow = 0;
    state.trainedSpan = span ?? state.trainedSpan;
  }
}

type Ended = Pick<RetrainState['lastRuns'][number], 'outcome' | 'why'>;

async function execute(config: RetrainConfig, workflowId: string, span: number | undefined): Promise<Ended> {
  const options: RunOptions = {
    nominalTime: new Date().toISOString(),
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
    if (isCancellation(error)) throw error;
    return { outcome: 'FAILED', why: describeFailure(causeOf(error)).message.slice(0, 300) };
  }
}

async function countFailure({ config, state }: Life, why: string): Promise<void> {
  state.failuresInRow++;
  if (state.failuresInRow < (config.stopAfterFailures ?? 3)) return;
  const sentence = `${state.failuresInRow} runs failed in a row; the last: ${why}`;
  state.paused = { since: new Date().toISOString(), by: 'retrain', why: sentence };
  if (config.webhook === undefined) return;
  const body = {
    event: 'retrain.stopped',
    workflowId: workflowInfo().workflowId,
    pipeline: config.pipeline,
    why: sentence,
  };
  await attempt(state, 'The webhook could not be called', () => notify({ url: config.webhook ?? '', body }));
}

async function lookAt(life: Life, due: Look): Promise<void> {
  const { config, state } = life;
  if (due === 'poll') {
    state.nextPoll = Date.now() + (config.poll?.everySeconds ?? 60) * 1000;
    await attempt(state, 'Polling failed', () => poll(life));
  } else {
    state.nextDrift = Date.now() + (config.drift?.everySeconds ?? 3600) * 1000;
    await attempt(state, 'Looking for drift failed', () => lookForDrift(life));
  }
}

async function poll({ config, state }: Life): Promise<void> {
  const found = await look({ input: config.poll?.input ?? '' });
  if (found.fingerprint === undefined) return;
  const span = found.span ?? null;
  const isNew = state.seen === null || state.seen.fingerprint !== found.fingerprint || state.seen.span !== span;
  state.seen = { span, fingerprint: found.fingerprint };
  if (isNew) state.queue.push(span);
}

/** Compares the newest span with the one that was last trained on; without either there is nothing to compare. */
async function lookForDrift({ config, state }: Life): Promise<void> {
  const { drift } = config;
  if (drift === undefined || state.trainedSpan === null) return;
  const found = await look({ input: drift.input });
  if (found.span === undefined || found.span === state.trainedSpan || found.span === state.driftSpan) return;
  state.driftSpan = found.span;
  const { outputs } = await executeChild<typeof driftCheck>('driftCheck', {
    workflowId: `driftCheck/${nameOf()}-${found.span}`,
    args: [{ input: drift.input, module: drift.module, span: found.span, previousSpan: state.trainedSpan }],
  });
  const { drift: drifted } = outputs;
  if (drifted === undefined) return;
  state.trouble = `Drift in span ${found.span}: ${drifted.properties.reasons}`.slice(0, 300);
  state.queue.push(found.span);
  state.wanted = 'drift';
}

/** What fails beside the runs is said in the status, and tried again when it is next due. */
async function attempt(state: RetrainState, what: string, work: () => Promise<unknown>): Promise<void> {
  try {
    state.trouble = null;
    await work();
  } catch (error) {
    if (isCancellation(error)) throw error;
    state.trouble = `${what}: ${describeFailure(causeOf(error)).message}`.slice(0, 300);
  }
}

/** The child's own failure, without the wrapper around it. */
function causeOf(error: unknown): unknown {
  return error instanceof Error && error.name === 'ChildWorkflowFailure' ? (error.cause ?? error) : error;
}

/** `retrain/nightly` names its runs `nightly-1`, `nightly-2`, … */
const nameOf = (): string => workflowInfo().workflowId.replace(/^retrain\//, '');

function showDetails({ config, state, running }: Life): void {
  const rows = state.lastRuns.map(
    ({ workflowId, reason, outcome, finished }) => `| ${workflowId} | ${reason} | ${outcome} | ${finished} |`,
  );
  const now = running === undefined ? `waits for ${waitsFor(config, state, Date.now())}` : `runs ${running}`;
  setCurrentDetails([now, '', '| Run | Why | Outcome | Finished |', '| --- | --- | --- | --- |', ...rows].join('\n'));
}
