import { isPipelineError, PipelineError } from '../../errors/pipeline-error.js';
import { parseSpanPattern } from '../example-gen/spans.js';
import { checkParameters, type ParameterSchema } from '../parameters.js';

/** What `retrain` does, and when. Times are seconds, so that they read the same in every client. */
export interface RetrainConfig {
  /** The pipeline to run; it finds its span by `span: { nominal: … }`, `nominalSpan()` or `examplesOfSpans(…)`. */
  readonly pipeline: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Of the pipeline's runs. (Default: this workflow's) */
  readonly taskQueue?: string;
  /** Look for new data: a pattern with `{SPAN}` or a date, or plain files. (Default: only `newData` says so) */
  readonly poll?: { readonly input: string; readonly everySeconds: number };
  /**
   * Look whether the latest span has drifted from the one that was last trained on, beyond the comparators of a schema.
   */
  readonly drift?: DriftConfig;
  /** Run also without new data, so long after the last run. (Default: never) */
  readonly everySeconds?: number;
  /** `newest`: one run for all that has arrived; `each`: a run for each span, oldest first. (Default: `newest`) */
  readonly spans?: 'newest' | 'each';
  /** By UTC day. (Default: 24) */
  readonly maxRunsPerDay?: number;
  /** Stop, until `unpause`, after so many failed runs in a row. (Default: 3) */
  readonly stopAfterFailures?: number;
  /**
   * A failed run is made again so long after, then after twice as long, and so on up to an hour; 0: only when something
   * new comes. (Default: 300)
   */
  readonly retrySeconds?: number;
  /**
   * Called by POST when it stops; its host must be on the worker's allow-list. `env:TFX_TEMPORAL_WEBHOOK` (or a longer
   * name) means the worker's environment variable: an address that holds a secret stays out of history.
   */
  readonly webhook?: string;
  /** What a run does when its span is not there; times in milliseconds. (Default: `fail`) */
  readonly onMissing?: 'fail' | 'skip' | { readonly waitMs: number; readonly everyMs: number };
  /** Continue as new when the history has so many events. (Default: 2000) */
  readonly historyLimit?: number;
}

export interface DriftConfig {
  /** A pattern with `{SPAN}` or a date. */
  readonly input: string;
  /** The module that exports the schema, with `driftComparator`s. */
  readonly module: string;
  readonly everySeconds: number;
  /** What reads the files. (Default: told by the names: `import` for TFRecord, Parquet, Arrow and NDJSON, else `csv`) */
  readonly exampleGen?: 'csv' | 'import';
  /** More parameters of the ExampleGen, e.g. `{ delimiter: ';' }`. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** The fields that shall change; null takes one away. */
export type RetrainChange = { readonly [K in keyof RetrainConfig]?: RetrainConfig[K] | null };

const seconds: ParameterSchema = { type: 'integer', minimum: 1 };
const text: ParameterSchema = { type: 'string', minLength: 1 };
const wait: ParameterSchema = {
  type: 'object',
  required: ['waitMs', 'everyMs'],
  properties: { waitMs: { type: 'number', minimum: 0 }, everyMs: { type: 'number', minimum: 1 } },
};

const RETRAIN_SCHEMA: ParameterSchema = {
  type: 'object',
  required: ['pipeline'],
  properties: {
    pipeline: text,
    parameters: { type: 'object' },
    taskQueue: text,
    poll: { type: 'object', required: ['input', 'everySeconds'], properties: { input: text, everySeconds: seconds } },
    drift: {
      type: 'object',
      required: ['input', 'module', 'everySeconds'],
      properties: {
        input: text,
        module: text,
        everySeconds: seconds,
        exampleGen: { enum: ['csv', 'import'] },
        options: { type: 'object' },
      },
    },
    everySeconds: seconds,
    spans: { enum: ['newest', 'each'] },
    maxRunsPerDay: { type: 'integer', minimum: 1 },
    stopAfterFailures: { type: 'integer', minimum: 1 },
    retrySeconds: { type: 'integer', minimum: 0 },
    webhook: { type: 'string', pattern: '^(https?://|env:TFX_TEMPORAL_WEBHOOK\\w*$)' },
    onMissing: { anyOf: [{ const: 'fail' }, { const: 'skip' }, wait] },
    historyLimit: { type: 'integer', minimum: 50 },
  },
};

/** @throws PipelineError PARAMETERS_INVALID with all problems */
export function parseRetrainConfig(given: unknown): RetrainConfig {
  const problems = problemsOf(given);
  if (problems.length > 0) throw invalid(problems);
  return given as RetrainConfig;
}

/**
 * A configuration with some fields changed. What was wrong with it before, by the rules of a later release, does not
 * count.
 * @throws PipelineError PARAMETERS_INVALID with all problems that the change brings
 */
export function changeRetrainConfig(config: RetrainConfig, change: unknown): RetrainConfig {
  if (typeof change !== 'object' || change === null || Array.isArray(change)) {
    throw invalid([`a change is an object of the fields to change, not ${JSON.stringify(change)}`]);
  }
  const changed = Object.fromEntries(
    Object.entries({ ...config, ...(change as RetrainChange) }).filter(([, value]) => value !== null),
  );
  const before = new Set(problemsOf(config));
  const problems = problemsOf(changed).filter((problem) => !before.has(problem));
  if (problems.length > 0) throw invalid(problems);
  return changed as unknown as RetrainConfig;
}

function problemsOf(given: unknown): string[] {
  const { problems, values } = checkParameters(RETRAIN_SCHEMA, given);
  const { poll, drift, webhook } = values as { poll?: WithInput; drift?: WithInput; webhook?: unknown };
  return [
    ...problems,
    ...patternProblems('poll.input', poll?.input, false),
    ...patternProblems('drift.input', drift?.input, true),
    ...(typeof webhook !== 'string' || URL.canParse(webhook) ? [] : [`webhook is no address: ${webhook}`]),
  ];
}

type WithInput = { readonly input?: unknown } | null;

function patternProblems(name: string, pattern: unknown, needsSpans: boolean): string[] {
  if (typeof pattern !== 'string') return [];
  try {
    const spans = parseSpanPattern(pattern);
    return spans === undefined && needsSpans ? [`${name} has no {SPAN} or date: ${pattern}`] : [];
  } catch (error) {
    if (!isPipelineError(error)) throw error;
    return [`${name}: ${error.what}`];
  }
}

function invalid(problems: readonly string[]): PipelineError {
  const shown = problems.slice(0, 12);
  return new PipelineError('PARAMETERS_INVALID', {
    what: `The parameters of retrain are not valid: ${shown.join('; ')}`,
    details: { of: 'retrain', problems: shown },
  });
}
