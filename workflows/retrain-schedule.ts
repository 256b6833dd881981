import type { RetrainConfig } from './retrain-config.js';
import type { RetrainReason, RetrainState } from './retrain-state.js';

const DAY_MS = 86_400_000;

/** The parts of `retrain` that decide from its configuration, its state and the time alone. */

export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

export function runsToday(state: RetrainState, now: number): number {
  return state.day === dayOf(now) ? state.runsToday : 0;
}

export function isLimitReached(config: RetrainConfig, state: RetrainState, now: number): boolean {
  return runsToday(state, now) >= (config.maxRunsPerDay ?? 24);
}

/** Why a run is due now, if one is. */
export function dueReason(config: RetrainConfig, state: RetrainState, now: number): RetrainReason | undefined {
  if (state.paused !== null || isLimitReached(config, state, now)) return undefined;
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

/** How long until something is due by time alone, in ms; undefined: only a message can wake it. */
export function sleepMs(config: RetrainConfig, state: RetrainState, now: number): number | undefined {
  if (state.paused !== null) return undefined;
  const times: number[] = [];
  if (config.poll !== undefined) times.push(state.nextPoll);
  if (config.drift !== undefined) times.push(state.nextDrift);
  const waits = state.wanted !== null || state.queue.length > 0;
  if (isLimitReached(config, state, now)) {
    if (waits || config.everySeconds !== undefined) times.push((Math.floor(now / DAY_MS) + 1) * DAY_MS);
  } else if (config.everySeconds !== undefined) times.push(state.lastRunAt + config.everySeconds * 1000);
  return times.length === 0 ? undefined : Math.max(1000, Math.min(...times) - now);
}

/** What it waits for, in a sentence. */
export function waitsFor(config: RetrainConfig, state: RetrainState, now: number): string {
  if (state.paused !== null) {
    const { by, why } = state.paused;
    return `to be unpaused${by === undefined ? '' : `; paused by ${by}`}${why === undefined ? '' : `: ${why}`}`;
  }
  const waits = state.wanted !== null || state.queue.length > 0;
  if (waits && isLimitReached(config, state, now)) {
    return `tomorrow: ${runsToday(state, now)} runs were made today, which is the most`;
  }
  const time = (ms: number): string => new Date(ms).toISOString();
  return [
    'new data',
    ...(config.poll === undefined ? [] : [`the next look at ${config.poll.input} at ${time(state.nextPoll)}`]),
    ...(config.drift === undefined ? [] : [`the next look for drift at ${time(state.nextDrift)}`]),
    ...(config.everySeconds === undefined ? [] : [time(state.lastRunAt + config.everySeconds * 1000)]),
  ].join(', or ');
}

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
