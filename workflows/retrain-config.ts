import type { MissingPolicy } from '../activities/protocol.js';
import type { ParameterSchema } from '../components/parameters.js';

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
  /** Called by POST when it stops; its host must be on the worker's allow-list. */
  readonly webhook?: string;
  readonly onMissing?: MissingPolicy;
  /** Continue as new when the history has so many events. (Default: 2000) */
  readonly historyLimit?: number;
}

export interface DriftConfig {
  /** A CSV pattern with `{SPAN}` or a date. */
  readonly input: string;
  /** The module that exports the schema, with `driftComparator`s. */
  readonly module: string;
  readonly everySeconds: number;
}

const seconds: ParameterSchema = { type: 'integer', minimum: 1 };
const text: ParameterSchema = { type: 'string', minLength: 1 };

export const RETRAIN_SCHEMA: ParameterSchema = {
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
      properties: { input: text, module: text, everySeconds: seconds },
    },
    everySeconds: seconds,
    spans: { enum: ['newest', 'each'] },
    maxRunsPerDay: { type: 'integer', minimum: 1 },
    stopAfterFailures: { type: 'integer', minimum: 1 },
    webhook: { type: 'string', pattern: '^https?://' },
    onMissing: {},
    historyLimit: { type: 'integer', minimum: 50 },
  },
};
