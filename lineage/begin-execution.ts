import type { Artifact } from '../artifacts/artifact.js';
import { insertOutputs, outputTypes } from './artifact-rows.js';
import { contextTypes } from './contexts.js';
import type { Database, Queryable } from './database.js';
import { claimExecution, describeExecution, saveAnswer, type OpenFacts } from './execution-rows.js';
import { externalId, type ExecutionIdentity } from './identity.js';
import type { ExecutionFacts, OutputRecord } from './records.js';
import { EventType } from './states.js';
import type { TypeRegistry } from './type-registry.js';
import { insertWires, wiresOf, type Wire } from './wiring.js';

/** An execution to open: RUNNING, or all at once for a cache hit and a driver-only component. */
export interface BeginFacts extends ExecutionFacts {
  readonly executionId: number;
  readonly state: 'RUNNING' | 'COMPLETE' | 'CACHED';
  readonly outputs: Readonly<Record<string, OutputRecord>>;
  readonly cachedFrom?: number;
  readonly cacheNote?: string;
  readonly summary: string;
  readonly begunAt: Date;
  readonly modules: Readonly<Record<string, string>>;
  /** The answer to persist, given the outputs' references. Plain JSON. */
  readonly answer: (outputs: Readonly<Record<string, Artifact>>) => unknown;
}

/** The answer that an earlier attempt of begin persisted for this identity. */
export async function persistedAnswer(database: Queryable, identity: ExecutionIdentity): Promise<unknown> {
  const [row] = await database.query<{ answer: unknown }>(
    `select x.answer from execution e join tfx.execution x on x.execution_id = e.id where e.external_id = $1`,
    [externalId(identity)],
  );
  return row?.answer ?? undefined;
}

/**
 * Opens an execution in one transaction. When the identity has one already, nothing changes.
 * @returns the persisted answer: this call's, or the earlier one's
 */
export async function beginExecution(database: Database, types: TypeRegistry, facts: BeginFacts): Promise<unknown> {
  const open: OpenFacts = {
    ...facts,
    typeId: await types.executionType(facts.component),
    contextTypes: await contextTypes(types),
  };
  const typeIds = await outputTypes(types, facts.outputs);
  return await database.transaction(async (transaction) => {
    if (!(await claimExecution(transaction, open))) return await persistedAnswer(transaction, facts.identity);
    const contexts = await describeExecution(transaction, open);
    const { component, run } = facts;
    const outputs = await insertOutputs(transaction, facts.outputs, {
      typeIds,
      contexts,
      pipeline: run.pipeline,
      component,
    });
    await wireOutputs(transaction, facts.executionId, facts.outputs, outputs);
    const answer = facts.answer(outputs);
    await saveAnswer(transaction, facts.executionId, answer);
    return answer;
  });
}

async function wireOutputs(
  transaction: Queryable,
  executionId: number,
  records: Readonly<Record<string, OutputRecord>>,
  outputs: Readonly<Record<string, Artifact>>,
): Promise<void> {
  const isResolved = ({ channel }: Wire): boolean => {
    const record = records[channel];
    return record !== undefined && 'reused' in record && record.resolved;
  };
  const wires = wiresOf(Object.fromEntries(Object.entries(outputs).map(([channel, output]) => [channel, [output]])));
  const resolved = wires.filter(isResolved);
  const made = wires.filter((wire) => !isResolved(wire));
  await insertWires(transaction, executionId, 'output', resolved, EventType.INTERNAL_OUTPUT);
  await insertWires(transaction, executionId, 'output', made, EventType.OUTPUT);
}
