import { defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import type { RetrainConfig } from './retrain-config.js';
import { runsToday, waitsFor } from './retrain-schedule.js';
import type { RetrainState, RetrainStatus } from './retrain-state.js';
import { type Paused, PAUSE_UPDATE, type PauseRequest, STATUS_QUERY, UNPAUSE_UPDATE } from './status.js';

/** What `newData` takes: the span that arrived, if the data has spans. */
export interface NewData {
  readonly span?: number;
}

interface Life {
  config: RetrainConfig;
  readonly state: RetrainState;
  readonly running: string | undefined;
}

const status = defineQuery<RetrainStatus>(STATUS_QUERY);
const newData = defineUpdate<{ readonly queued: number }, [NewData | undefined]>('newData');
const newDataSignal = defineSignal<[NewData | undefined]>('newData');
const runNow = defineUpdate<undefined>('runNow');
const pause = defineUpdate<Paused, [PauseRequest | undefined]>(PAUSE_UPDATE);
const unpause = defineUpdate<undefined>(UNPAUSE_UPDATE);
const reconfigure = defineUpdate<RetrainConfig, [Partial<RetrainConfig>]>('reconfigure');
const stop = defineUpdate<undefined>('stop');

/** What `retrain` answers to. Every handler ends at once, so that none is open when it continues as new. */
export function setRetrainHandlers(life: Life, checked: (config: unknown) => RetrainConfig): void {
  const { state } = life;
  const take = (data: NewData | undefined): { readonly queued: number } => {
    const span = data?.span ?? null;
    if (!state.queue.includes(span)) state.queue.push(span);
    state.received++;
    return { queued: state.queue.length };
  };
  setHandler(status, () => statusOf(life), { description: 'What it waits for, its queue and its latest runs' });
  setHandler(newData, take, { description: 'Data arrived: {"span": 20413}, or nothing', validator: checkData });
  setHandler(newDataSignal, (data) => void (isData(data) && take(data)), { description: 'Like the update newData' });
  setHandler(runNow, () => wake(state, () => void (state.wanted = 'asked for')), {
    description: 'Runs, whatever is new',
  });
  setHandler(pause, (request) => wake(state, () => (state.paused = pausedBy(request ?? {}))), {
    description: 'Starts no more runs: {"by": "ann", "why": "…"}',
  });
  setHandler(unpause, () => wake(state, () => clearPause(state)), { description: 'Goes on; failures are forgotten' });
  setHandler(reconfigure, (change) => wake(state, () => (life.config = checked({ ...life.config, ...change }))), {
    description: 'Changes the configuration: the fields that are given',
    validator: (change) => void checked({ ...life.config, ...change }),
  });
  setHandler(stop, () => wake(state, () => void (state.stop = true)), {
    description: 'Ends it, after a run under way',
  });
}

/** Counts the message, so that a sleeping workflow looks at what it changed. */
function wake<R>(state: RetrainState, change: () => R): R {
  state.received++;
  return change();
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
}

function checkData(data: NewData | undefined): void {
  if (!isData(data)) throw new Error('newData takes {"span": 20413} with a whole number, or nothing.');
}

function isData(data: unknown): data is NewData | undefined {
  if (data === undefined || data === null) return true;
  if (typeof data !== 'object') return false;
  const { span } = data as NewData;
  return span === undefined || Number.isInteger(span);
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
    ...(state.trouble === null ? {} : { trouble: state.trouble }),
  };
}
