import type { Queryable } from '../database.js';
import { executionStateName, type ExecutionStateName } from '../states.js';

export interface FieldChange {
  /** e.g. `parameter.epochs`, `input.examples`, `module.wine`, `code.executor`. */
  readonly field: string;
  /** Undefined: was not there. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Why an execution was, or was not, answered from the cache. */
export interface CacheExplanation {
  readonly executionId: number;
  readonly state: ExecutionStateName;
  readonly hit: boolean;
  /** The newest earlier execution of the same node of the same pipeline. */
  readonly comparedWith:
    { readonly executionId: number; readonly runId: string; readonly state: ExecutionStateName } | undefined;
  /** Fields of the fingerprint that differ from that execution's, sorted by name. */
  readonly changes: readonly FieldChange[];
  /** In one sentence. */
  readonly sentence: string;
}

interface FingerprintRow {
  readonly execution_id: number;
  readonly run_id: string;
  readonly pipeline: string;
  readonly node: string;
  readonly fields: Record<string, string>;
  readonly cached_from: number | null;
  readonly cache_note: string | null;
  readonly state: number | null;
}

const SELECT = `select x.execution_id, x.run_id, x.pipeline, x.node, x.fingerprint_fields as fields, x.cached_from,
  x.cache_note, e.last_known_state as state from tfx.execution x join execution e on e.id = x.execution_id`;

/** Compares an execution's fingerprint field by field with the one before it. Undefined for an unknown id. */
export async function explainCache(database: Queryable, executionId: number): Promise<CacheExplanation | undefined> {
  const [row] = await database.query<FingerprintRow>(`${SELECT} where x.execution_id = $1`, [executionId]);
  if (row === undefined) return undefined;
  const [earlier] = await database.query<FingerprintRow>(
    `${SELECT} where x.pipeline = $1 and x.node = $2 and x.execution_id < $3 order by x.execution_id desc limit 1`,
    [row.pipeline, row.node, executionId],
  );
  const isTakenOver = row.cached_from !== null && row.cache_note !== null;
  const changes = earlier === undefined || isTakenOver ? [] : changedFields(earlier.fields, row.fields);
  return {
    executionId,
    state: executionStateName(row.state),
    hit: row.cached_from !== null,
    comparedWith:
      earlier === undefined
        ? undefined
        : { executionId: earlier.execution_id, runId: earlier.run_id, state: executionStateName(earlier.state) },
    changes,
    sentence: sentenceOf(row, earlier, changes),
  };
}

/** The fields that differ, sorted by name. */
export function changedFields(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((field) => before[field] !== after[field])
    .map((field) => ({ field, before: before[field], after: after[field] }));
}

function sentenceOf(row: FingerprintRow, earlier: FingerprintRow | undefined, changes: readonly FieldChange[]): string {
  // A partial rerun takes over what a run did, whatever its fingerprint would be now.
  if (row.cached_from !== null && row.cache_note !== null) return row.cache_note;
  if (row.cached_from !== null)
    return `Reused the outputs of execution ${row.cached_from}: nothing that counts has changed.`;
  if (row.cache_note !== null) return row.cache_note;
  if (earlier === undefined) return `${row.node} has not run before in pipeline ${row.pipeline}.`;
  if (changes.length > 0) {
    return `Ran, because since execution ${earlier.execution_id} this has changed: ${changes.map((change) => change.field).join(', ')}.`;
  }
  const state = executionStateName(earlier.state);
  if (state !== 'COMPLETE' && state !== 'CACHED') return `Ran, because execution ${earlier.execution_id} is ${state}.`;
  return 'Ran, because this component is never cached, or because its earlier outputs were not complete at that time.';
}
