import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setCurrentDetails,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow';
import { changeRetrainConfig, parseRetrainConfig, type RetrainConfig } from '../components/retrain/config.js';
import { toFailure } from '../errors/to-failure.js';
import { lookAt } from './retrain-looks.js';
import { setRetrainHandlers } from './retrain-messages.js';
import { runOnce } from './retrain-run.js';
import { dueLook, dueReason, sleepMs, waitsFor } from './retrain-schedule.js';
import { type Life, newRetrainState, type RetrainState } from './retrain-state.js';

/**
 * Keeps a model fresh for months: runs a pipeline when data arrives (told by `newData`, or found by polling), when the
 * latest data has drifted, or when time is up. Start it as `retrain/<name>`; see docs/retraining.md for its messages.
 * @param carried - by continue-as-new, maybe of an earlier release
 */
export async function retrain(
  given: RetrainConfig,
  carried?: Partial<RetrainState>,
): Promise<{ readonly runs: number }> {
  const life: Life = {
    // What an earlier release accepted goes on.
    config: carried === undefined ? coded(() => parseRetrainConfig(given)) : given,
    state: { ...newRetrainState(Date.now()), ...carried },
    running: undefined,
    isCurrent: patched('retrain-retries'),
  };
  setRetrainHandlers(life, (change) => coded(() => changeRetrainConfig(life.config, change)));
  for (;;) {
    showDetails(life);
    if (life.state.stop) break;
    if (isHistoryLong(life.config)) await goOnAsNew(life);
    const now = Date.now();
    const reason = dueReason(life.config, life.state, now);
    const due = dueLook(life.config, life.state, now);
    if (reason !== undefined) await runOnce(life, reason, () => showDetails(life));
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

/** @throws ApplicationFailure with the code and the words of a PipelineError */
function coded<T>(work: () => T): T {
  try {
    return work();
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

function showDetails({ config, state, running }: Life): void {
  const rows = state.lastRuns.map(
    ({ workflowId, reason, outcome, finished }) => `| ${workflowId} | ${reason} | ${outcome} | ${finished} |`,
  );
  const now = running === undefined ? `waits for ${waitsFor(config, state, Date.now())}` : `runs ${running}`;
  setCurrentDetails([now, '', '| Run | Why | Outcome | Finished |', '| --- | --- | --- | --- |', ...rows].join('\n'));
}
