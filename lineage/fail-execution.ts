import { cleanText } from './clean-text.js';
import { contextTypes } from './contexts.js';
import type { Database, Queryable } from './database.js';
import { insertProperties } from './properties.js';
import { endExecution, lockExecution, openAfterReset, type PublishFacts } from './publish-execution.js';
import { ExecutionState } from './states.js';
import type { TypeRegistry } from './type-registry.js';

export interface FailureRecord {
  readonly code: string;
  readonly message: string;
  readonly canceled: boolean;
}

/** What one attempt said when it failed, in full. */
export interface AttemptError {
  readonly attempt: string;
  readonly code: string;
  readonly message: string;
}

export interface FailFacts extends Omit<PublishFacts, 'outputs' | 'metrics' | 'summary' | 'modules'> {
  readonly failure: FailureRecord;
  readonly attempts: readonly AttemptError[];
}

/** Closes a RUNNING execution as FAILED or CANCELED in one transaction; on any other state it changes nothing. */
export async function failExecution(database: Database, types: TypeRegistry, facts: FailFacts): Promise<void> {
  const typeId = await types.executionType(facts.component);
  const contexts = await contextTypes(types);
  await database.transaction(async (transaction) => {
    const known =
      (await lockExecution(transaction, facts.identity)) ??
      (await openAfterReset(transaction, { ...facts, summary: '', modules: {} }, typeId, contexts));
    if (known.state !== 'RUNNING') return;
    const state = facts.failure.canceled ? ExecutionState.CANCELED : ExecutionState.FAILED;
    await endExecution(transaction, known.id, state);
    await recordFailure(transaction, known.id, facts);
  });
}

async function recordFailure(
  transaction: Queryable,
  executionId: number,
  facts: Pick<FailFacts, 'failure' | 'attempts'>,
): Promise<void> {
  const { code, message } = facts.failure;
  const rows = [...facts.attempts, { attempt: 'last', code, message }];
  await transaction.query(
    `insert into tfx.error (execution_id, attempt, code, message)
     select $1, * from unnest($2::text[], $3::text[], $4::text[]) on conflict do nothing`,
    [
      executionId,
      rows.map((row) => row.attempt),
      rows.map((row) => row.code),
      rows.map((row) => cleanText(row.message)),
    ],
  );
  const text = message.split('\n', 1)[0] ?? '';
  await insertProperties(transaction, 'execution', executionId, { error_code: code, error_message: text });
}
