import { msToNumber } from '@temporalio/common/lib/time.js';
import type { RetrainChange, RetrainConfig } from '../components/retrain/config.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { readMissing } from './schedule-options.js';

/** The flags of `retrain start` and `retrain reconfigure`; false where a `--no-` flag takes something away. */
export interface RetrainFlags {
  readonly param: readonly string[];
  readonly params?: string;
  readonly poll?: string | false;
  readonly pollEvery?: string;
  readonly drift?: string | false;
  readonly driftModule?: string;
  readonly driftEvery?: string;
  readonly driftExampleGen?: 'csv' | 'import';
  readonly every?: string | false;
  readonly spans?: 'newest' | 'each';
  readonly maxRunsPerDay?: string;
  readonly stopAfterFailures?: string;
  readonly retry?: string;
  readonly webhook?: string | false;
  readonly onMissing?: string;
}

/**
 * What flags change of a configuration, without the pipeline's parameters. The parts of `poll` and `drift` that are not
 * given stay as they are.
 * @throws PipelineError PARAMETERS_INVALID
 */
export function readRetrainFlags(flags: RetrainFlags, current: Partial<RetrainConfig> = {}): RetrainChange {
  const { every, webhook, spans, maxRunsPerDay, stopAfterFailures, retry, onMissing } = flags;
  const change: Record<keyof RetrainChange, unknown> | object = {
    poll: readPoll(flags, current.poll),
    drift: readDrift(flags, current.drift),
    everySeconds: every === false ? null : readSeconds('--every', every),
    spans,
    maxRunsPerDay: readWhole('--max-runs-per-day', maxRunsPerDay),
    stopAfterFailures: readWhole('--stop-after-failures', stopAfterFailures),
    retrySeconds: readSeconds('--retry', retry),
    webhook: webhook === false ? null : webhook,
    onMissing: onMissing === undefined ? undefined : missingPolicy(onMissing),
  };
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

function readPoll({ poll, pollEvery }: RetrainFlags, current: RetrainConfig['poll']): RetrainChange['poll'] {
  if (poll === false) return null;
  if (poll === undefined && pollEvery === undefined) return undefined;
  return {
    input: given('--poll', poll ?? current?.input, '--poll-every'),
    everySeconds: readSeconds('--poll-every', pollEvery) ?? current?.everySeconds ?? 60,
  };
}

function readDrift(flags: RetrainFlags, current: RetrainConfig['drift']): RetrainChange['drift'] {
  const { drift, driftModule, driftEvery, driftExampleGen: exampleGen = current?.exampleGen } = flags;
  if (drift === false) return null;
  if ([drift, driftModule, driftEvery, flags.driftExampleGen].every((flag) => flag === undefined)) return undefined;
  return {
    ...current,
    input: given('--drift', drift ?? current?.input, 'the others about drift'),
    module: given('--drift-module', driftModule ?? current?.module, '--drift'),
    everySeconds: readSeconds('--drift-every', driftEvery) ?? current?.everySeconds ?? 3600,
    ...(exampleGen === undefined ? {} : { exampleGen }),
  };
}

function given(flag: string, value: string | undefined, by: string): string {
  if (value !== undefined) return value;
  throw new PipelineError('PARAMETERS_INVALID', { what: `${flag} is needed with ${by}.`, fix: `Give ${flag}, too.` });
}

/** `30s`, `"5 minutes"`, `1d` as whole seconds. */
function readSeconds(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (text === '0') return 0;
  const ms = /^[\d.]+$/.test(text) ? Number.NaN : milliseconds(text);
  if (Number.isFinite(ms) && ms >= 1000) return Math.round(ms / 1000);
  throw new PipelineError('PARAMETERS_INVALID', {
    what: `${flag}: "${text}" is no time of a second or more.`,
    fix: 'Write a number with its unit: 30s, "5 minutes", 6h or 1d.',
  });
}

function milliseconds(text: string): number {
  try {
    return msToNumber(text);
  } catch {
    return Number.NaN;
  }
}

function readWhole(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new PipelineError('PARAMETERS_INVALID', {
    what: `${flag}: "${text}" is no whole number.`,
    fix: `Write e.g. ${flag} 3.`,
  });
}

function missingPolicy(text: string): RetrainConfig['onMissing'] {
  const policy = readMissing(text);
  if (typeof policy !== 'object') return policy;
  const ms = (duration: unknown): number => (readSeconds('--on-missing', String(duration)) ?? 0) * 1000;
  return { waitMs: ms(policy.wait), everyMs: ms(policy.every ?? '30 seconds') };
}
