import { currentUpdateInfo, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { RetrainChange, RetrainConfig } from '../components/retrain/config.js';
import { runsToday, waitsFor } from './retrain-schedule.js';
import type { Life, RetrainState, RetrainStatus } from './retrain-state.js';
import { type Paused, PAUSE_UPDATE, type PauseRequest, STATUS_QUERY, UNPAUSE_UPDATE } from './status.js';

/** What `newData` takes: the span that arrived, if the data has spans. */
export interface NewData {
  readonly span?: number;
}

/** What `newData` answers. */
export interface Queued {
  /** How many spans wait for a run. */
  readonly queued: number;
}

const status = defineQuery<RetrainStatus>(STATUS_QUERY);
const newData = defineUpdate<Queued, [NewData | null | undefined]>('newData');
const newDataSignal = defineSignal<[NewData | null | undefined]>('newData');
const runNow = defineUpdate<undefined>('runNow');
const pause = defineUpdate<Paused | null, [PauseRequest | null | undefined]>(PAUSE_UPDATE);
const unpause = defineUpdate<undefined>(UNPAUSE_UPDATE);
const reconfigure = defineUpdate<RetrainConfig, [RetrainChange]>('reconfigure');
const stop = defineUpdate<undefined>('stop');

/**
 * What `retrain` answers to. Every handler ends at once, so that none is open when it continues as new.
 * @param changed - the configuration with a change; throws with all problems
 */
export function setRetrainHandlers(life: Life, changed: (change: unknown) => RetrainConfig): void {
  const { state } = life;
  setHandler(status, () => statusOf(life), { description: 'What it waits for, its queue and its latest runs' });
  setHandler(newData, (data) => once(state, () => take(state, data), { queued: state.queue.length }), {
    description: 'Data arrived: {"span": 20413}, or nothing',
    validator: (data) => checkData(state, data),
  });
  setHandler(
    newDataSignal,
    (data) => void (problemOf(state, data) === undefined && counted(state, () => take(state, data))),
    {
      description: 'Like the update newData',
    },
  );
  setHandler(runNow, () => once(state, () => askForRun(state), undefined), {
    description: 'Runs, whatever is new',
  });
  setHandler(pause, (request) => once(state, () => (state.paused = pausedBy(request ?? {})), state.paused), {
    description: 'Starts no more runs: {"by": "ann", "why": "…"}',
  });
  setHandler(unpause, () => once(state, () => clearPause(state), undefined), {
    description: 'Goes on; failures are forgotten',
  });
  setHandler(reconfigure, (change) => once(state, () => applyChange(life, changed(change)), life.config), {
    description: 'Changes the configuration: the fields that are given; null takes one away',
    validator: (change) => void changed(change),
  });
  setHandler(stop, () => once(state, () => void (state.stop = true), undefined), {
    description: 'Ends it, after a run under way',
  });
}

/** The latest updates that are remembered, for clients that send one again because they heard no answer. */
const REMEMBERED_UPDATES = 100;

/** Does what an update asks for, but not a second time: the server tells equal ids within one life only. */
function once<R>(state: RetrainState, change: () => R, again: R): R {
  const id = currentUpdateInfo()?.id;
  if (id !== undefined && state.updates.includes(id)) return again;
  if (id !== undefined) state.updates = [...state.updates, id].slice(-REMEMBERED_UPDATES);
  return counted(state, change);
}

/** Counts the message, so that a sleeping workflow looks at what it changed. */
function counted<R>(state: RetrainState, change: () => R): R {
  state.received++;
  return change();
}

function take(state: RetrainState, data: NewData | null | undefined): Queued {
  const span = data?.span ?? null;
  if (!state.queue.includes(span)) state.queue.push(span);
  state.retryAt = 0;
  return { queued: state.queue.length };
}

function askForRun(state: RetrainState): undefined {
  state.wanted = 'asked for';
  state.retryAt = 0;
}

function pausedBy({ by, why }: PauseRequest): Paused {
  return {
    since: new Date().toISOString(),
    ...(by === undefined ? {} : { by }),
    ...(why === undefined ? {} : { why }),
  };
}

function clearPause(state: RetrainState): undefined {
  state.paused = null;
  state.failuresInRow = 0;
  state.retryAt = 0;
}

/** What is looked at, or how often, has changed: it is looked at once more now. */
function applyChange(life: Life, config: RetrainConfig): RetrainConfig {
  const { state, config: before } = life;
  const isOther = (a: unknown, b: unknown): boolean => JSON.stringify(a) !== JSON.stringify(b);
  life.config = config;
  state.retryAt = 0;
  if (!life.isCurrent) return config;
  if (isOther(before.poll, config.poll)) state.nextPoll = 0;
  if (before.poll?.input !== config.poll?.input) {
    state.seen = null;
    state.knownSpans = null;
  }
  if (isOther(before.drift, config.drift)) {
    state.nextDrift = 0;
    state.driftSpan = null;
  }
  if (before.drift?.input !== config.drift?.input) state.driftBase = null;
  return config;
}

/** What waits is carried from life to life. */
const MOST_QUEUED = 1000;

function checkData(state: RetrainState, data: unknown): void {
  const problem = problemOf(state, data);
  if (problem !== undefined) throw new Error(problem);
}

function problemOf(state: RetrainState, data: unknown): string | undefined {
  if (!isData(data)) return 'newData takes {"span": 20413} with a whole number from 0 on, or nothing.';
  return state.queue.length < MOST_QUEUED ? undefined : `${MOST_QUEUED} spans wait already, which is the most.`;
}

function isData(data: unknown): data is NewData | null | undefined {
  if (data === undefined || data === null) return true;
  if (typeof data !== 'object' || Array.isArray(data) || Object.keys(data).some((name) => name !== 'span'))
    return false;
  const { span } = data as NewData;
  return span === undefined || (Number.isSafeInteger(span) && span >= 0);
}

function statusOf({ config, state, running }: Life): RetrainStatus {
  const now = Date.now();
  return {
    config,
    waitsFor: running === undefined ? waitsFor(config, state, now) : `the run ${running}`,
    queue: state.queue,
    ...(state.paused === null ? {} : { paused: state.paused }),
    ...(running === undefined ? {} : { running }),
    received: state.received,
    runs: state.runs,
    runsToday: runsToday(state, now),
    failuresInRow: state.failuresInRow,
    lastRuns: state.lastRuns,
    ...(state.drift === null ? {} : { drift: state.drift }),
    ...(state.trouble === null ? {} : { trouble: state.trouble }),
  };
}
