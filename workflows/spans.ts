import type { Examples } from '../artifacts/types.js';
import { spanOf } from '../components/example-gen/nominal-spans.js';
import type { SpanSelection } from './calls.js';
import type { ComponentCall } from './component-call.js';
import { nominalTimeOf, runOptions } from './run-options.js';

/** The time that this run stands for: a schedule's nominal time, also of a backfilled run; else when it started. */
export function nominalTime(): Date {
  return new Date(nominalTimeOf(runOptions()));
}

export interface SpanPeriod {
  /** Seconds from one span to the next. (Default: a day) */
  readonly period?: number;
  /** When span 0 begins, ISO. (Default: 1970-01-01) */
  readonly origin?: string;
}

/** The number of the span that this run is for; of daily data days since 1970-01-01, in the schedule's timezone. */
export function nominalSpan(period: SpanPeriod = {}): number {
  const options = runOptions();
  return options.span ?? spanOf(nominalTimeOf(options), period);
}

export interface SpanWindow extends SpanPeriod {
  /** How many spans the newest one lies before the nominal one. (Default: 0) */
  readonly delay?: number;
  /** The nodes' ids are `<node>[0]`, `<node>[-1]`, … (Default: `ExampleGen`) */
  readonly node?: string;
}

/**
 * A rolling window of spans as a list of Examples, newest first: for components that take several, such as Transform,
 * Trainer and Evaluator. Each span is an artifact of its own, so that a run a day later makes only the new one.
 *
 * `await examplesOfSpans(7, (span, id) => csvExampleGen({ input, span }, { id }))`
 */
export async function examplesOfSpans(
  count: number,
  exampleGen: (span: Extract<SpanSelection, { static: number }>, id: string) => ComponentCall<{ examples: Examples }>,
  { delay = 0, node = 'ExampleGen', ...period }: SpanWindow = {},
): Promise<readonly Examples[]> {
  const newest = nominalSpan(period) - delay;
  const spans = Array.from({ length: count }, (_, back) => newest - back);
  const made = await Promise.all(
    spans.map((span, back) => exampleGen({ static: span }, `${node}[${back === 0 ? 0 : -back}]`)),
  );
  return made.map(({ examples }) => examples);
}
