import { contextTypes, ensureContext } from './contexts.js';
import type { Database } from './database.js';
import type { FailureRecord } from './fail-execution.js';
import type { RunRecord } from './records.js';
import { closeRun, insertRun, type RunIdentity } from './run-rows.js';
import type { TypeRegistry } from './type-registry.js';

export interface FinishFacts {
  readonly identity: RunIdentity;
  readonly run: RunRecord;
  readonly outcome?: string;
  readonly reasons: readonly string[];
  readonly failure?: FailureRecord;
}

/**
 * Records how a run ended, and closes executions that nobody will end any more, in one transaction. The first call
 * counts: a later one changes nothing.
 */
export async function finishRun(database: Database, types: TypeRegistry, facts: FinishFacts): Promise<void> {
  const { pipelineRun } = await contextTypes(types);
  await database.transaction(async (transaction) => {
    const contextId = await ensureContext(transaction, pipelineRun, facts.identity.runId);
    await insertRun(transaction, facts.identity, facts.run, { contextId, begunAt: new Date() });
    await closeRun(transaction, facts.identity, facts);
  });
}
