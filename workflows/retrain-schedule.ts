import type { RetrainConfig } from '../components/retrain/config.js';
import type { RetrainReason, RetrainState } from './retrain-state.js';

const DAY_MS = 86_400_000;

/** The parts of `retrain` that decide from its configuration, its state and the time alone. */

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

export function runsToday(state: RetrainState, now: number): number {
  return state.day === dayOf(now) ? state.runsToday : 0;
}

function isLimitReached(config: RetrainConfig, state: RetrainState, now: number): boolean {
  return runsToday(state, now) >= (config.maxRunsPerDay ?? 24);
}

const tomorrow = (now: number): number => (Math.floor(now / DAY_MS) + 1) * DAY_MS;

const isWorkWaiting = ({ wanted, queue }: RetrainState): boolean => wanted !== null || queue.length > 0;

/** Why a run is due now, if one is. */
export function dueReason(config: RetrainConfig, state: RetrainState, now: number): RetrainReason | undefined {
  if (state.paused !== null || isLimitReached(config, state, now) || now < state.retryAt) return undefined;
  if (state.wanted !== null) return state.wanted;
  if (state.queue.length > 0) return 'new data';
  const { everySeconds } = config;
  return everySeconds !== undefined && now >= state.lastRunAt + everySeconds * 1000 ? 'time' : undefined;
}

export type Look = 'poll' | 'drift';

/** What is to be looked at now. While paused nothing is. */
export function dueLook(config: RetrainConfig, state: RetrainState, now: number): Look | undefined {
  if (state.paused !== null) return undefined;
  if (config.poll !== undefined && now >= state.nextPoll) return 'poll';
  return config.drift !== undefined && now >= state.nextDrift ? 'drift' : undefined;
}

/** When the next run is due without anything new, in epoch ms; undefined: never. */
function nextRunAt(config: RetrainConfig, state: RetrainState, now: number): number | undefined {
  const byTime = config.everySeconds === undefined ? undefined : state.lastRunAt + config.everySeconds * 1000;
  const due = isWorkWaiting(state) ? now : byTime;
  if (due === undefined) return undefined;
  return Math.max(due, state.retryAt, isLimitReached(config, state, now) ? tomorrow(now) : 0);
}

/** How long until something is due by time alone, in ms; undefined: only a message can wake it. */
export function sleepMs(config: RetrainConfig, state: RetrainState, now: number): number | undefined {
  if (state.paused !== null) return undefined;
  const times = [
    nextRunAt(config, state, now),
    config.poll === undefined ? undefined : state.nextPoll,
    config.drift === undefined ? undefined : state.nextDrift,
  ].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(1000, Math.min(...times) - now);
}

/** What it waits for, in a sentence. */
export function waitsFor(config: RetrainConfig, state: RetrainState, now: number): string {
  if (state.stop) return 'nothing: it was stopped';
  if (state.paused !== null) {
    const { by, why } = state.paused;
    return `unpause${by === undefined ? '' : `; paused by ${by}`}${why === undefined ? '' : `: ${why}`}`;
  }
  const isWaiting = isWorkWaiting(state);
  if (isWaiting && isLimitReached(config, state, now)) {
    return `tomorrow: ${runsToday(state, now)} runs were made today, which is the most`;
  }
  const next = nextRunAt(config, state, now);
  const nextRun =
    next === undefined ? [] : [isWaiting ? retryIn(next, state) : `the next run by time ${when(next, now)}`];
  return [
    ...(isWaiting ? nextRun : []),
    'new data',
    ...(config.poll === undefined ? [] : [`the next look at ${config.poll.input} ${when(state.nextPoll, now)}`]),
    ...(config.drift === undefined ? [] : [`the next look for drift ${when(state.nextDrift, now)}`]),
    ...(isWaiting ? [] : nextRun),
  ].join(', or ');
}

const retryIn = (time: number, { failuresInRow }: RetrainState): string =>
  failuresInRow === 0
    ? 'a run that is due now'
    : `the run that failed to be made again at ${iso(time)} (${failuresInRow} failed in a row)`;

const when = (ms: number, now: number): string => (ms <= now ? 'now' : `at ${iso(ms)}`);
const iso = (ms: number): string => new Date(ms).toISOString();

/** How long after the nth failure in a row a run is made again, in ms; undefined: not by itself. */
export function retryMs({ retrySeconds = 300 }: RetrainConfig, failures: number): number | undefined {
  if (retrySeconds === 0) return undefined;
  return Math.min(retrySeconds * 2 ** (failures - 1), Math.max(retrySeconds, LONGEST_RETRY_SECONDS)) * 1000;
}

const LONGEST_RETRY_SECONDS = 3600;

/** Takes what the next run is for out of the queue. */
export function takeSpan(config: RetrainConfig, state: RetrainState): number | undefined {
  const spans = state.queue.filter((span) => span !== null).sort((a, b) => a - b);
  if (config.spans === 'each' && spans.length > 0) {
    const [first] = spans;
    state.queue = state.queue.filter((span) => span !== first && span !== null);
    return first;
  }
  state.queue = [];
  return spans.at(-1) ?? state.seen?.span ?? undefined;
}
