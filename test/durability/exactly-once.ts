import assert from 'node:assert/strict';
import { openLineage, sweepOrphans } from '../../lineage/index.js';
import { halfArtifacts, rows, storeOf } from './problems.js';
import type { Scenario } from './scenario.js';

/** ml-metadata's numbers. */
const COMPLETE = 3;
const CACHED = 5;
const LIVE = 2;

export interface RecordedNode {
  readonly node: string;
  readonly executionId: number;
  readonly state: number;
}

/**
 * What must be true however a run was disturbed: one COMPLETE (or CACHED) execution for each node and run, one end of
 * the run, every visible artifact whole where it lies, and all that is not visible sweepable without harm to what is.
 */
export async function assertExactlyOnce(scenario: Scenario, runId: string, nodes: readonly string[]): Promise<void> {
  const recorded = await recordedNodes(scenario.databaseUrl, runId);
  assert.deepEqual(recorded.map(({ node }) => node).sort(), [...nodes].sort(), 'one execution per node');
  for (const { node, state } of recorded) {
    assert.ok(state === COMPLETE || state === CACHED, `${node} is in state ${state}`);
  }
  const runs = await rows<{ outcome: string; is_finished: boolean }>(
    scenario.databaseUrl,
    'select outcome, finished_at is not null as is_finished from tfx.run where run_id = $1',
    [runId],
  );
  assert.deepEqual(runs, [{ outcome: 'COMPLETED', is_finished: true }]);
  await assertNothingHalf(scenario);
}

/** Every artifact that lineage shows is complete where it lies, before and after the sweep of what it does not show. */
export async function assertNothingHalf(scenario: Scenario): Promise<void> {
  assert.deepEqual(await halfArtifacts(scenario), []);
  const store = storeOf(scenario);
  const lineage = openLineage(scenario.databaseUrl);
  try {
    await sweepOrphans(lineage.database, store, { graceMs: 0, remove: true });
  } finally {
    await lineage.close();
  }
  const left: string[] = [];
  for await (const { uri } of store.attempts()) left.push(uri);
  const visible = await rows<{ uri: string }>(
    scenario.databaseUrl,
    'select uri from public.artifact where state = $1',
    [LIVE],
  );
  assert.deepEqual(left.sort(), visible.map(({ uri }) => uri).sort(), 'after a sweep only visible artifacts are left');
  assert.deepEqual(await halfArtifacts(scenario), []);
}

/** The executions of a run, as ml-metadata has them. */
export async function recordedNodes(databaseUrl: string, runId: string): Promise<RecordedNode[]> {
  return await rows<RecordedNode>(
    databaseUrl,
    `select x.node, x.execution_id as "executionId", e.last_known_state as state
     from tfx.execution x join public.execution e on e.id = x.execution_id where x.run_id = $1 order by 2`,
    [runId],
  );
}

/** A metric that an executor reported. */
export async function metric(
  databaseUrl: string,
  runId: string,
  node: string,
  name: string,
): Promise<number | undefined> {
  const [row] = await rows<{ value: number }>(
    databaseUrl,
    `select m.value from tfx.metric m join tfx.execution x using (execution_id)
     where x.run_id = $1 and x.node = $2 and m.name = $3`,
    [runId, node, name],
  );
  return row?.value;
}
