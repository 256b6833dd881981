import { PipelineError } from '../../errors/pipeline-error.js';
import { wallClock } from './local-time.js';
import type { SpanRange } from './spans.js';

/** Spans that a run's nominal time selects: see the contract. */
export interface NominalRange {
  readonly nominal: number;
  readonly atLeast?: number;
  readonly delay?: number;
  readonly period?: number;
  readonly origin?: string;
}

/** The run's time, and the span that it was started for by number, which then wins. */
export interface NominalFacts {
  /** ISO, with the offset of the schedule's timezone. */
  readonly nominalTime: string;
  readonly span?: number;
}

const DAY_SECONDS = 86_400;

/**
 * The spans that a range means in this run: a schedule's nominal time, also of a backfilled run, chooses them, so that
 * the same run reads the same data whenever it runs.
 * @throws SPAN_PATTERN_INVALID
 */
export function rangeOfRun(range: SpanRange | NominalRange | undefined, facts: NominalFacts): SpanRange | undefined {
  if (range === undefined || !('nominal' in range)) return range;
  const last = (facts.span ?? spanOf(facts.nominalTime, range)) - (range.delay ?? 0);
  const first = last - range.nominal + 1;
  return { first, last, atLeast: Math.min(range.atLeast ?? range.nominal, range.nominal) };
}

/**
 * The number of the period that a time lies in; days since 1970-01-01 unless told otherwise. Whole days are those of the
 * time's own offset, so that `2026-11-22T00:00:00+01:00` is of the 22nd; shorter periods pass alike everywhere.
 * @param time ISO; without an offset it is UTC
 */
export function spanOf(
  time: string,
  { period = DAY_SECONDS, origin = '1970-01-01' }: Partial<NominalRange> = {},
): number {
  const begin = Date.parse(origin);
  if (Number.isNaN(begin)) {
    throw new PipelineError('SPAN_PATTERN_INVALID', {
      what: `The origin of spans is ${JSON.stringify(origin)}, which is no date.`,
      fix: 'Write it as ISO 8601, e.g. 2026-01-01 or 2026-01-01T00:00:00Z.',
    });
  }
  const now = period % DAY_SECONDS === 0 ? wallClock(time) : Date.parse(time);
  return Math.floor((now - begin) / 1000 / period);
}
