import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPipeline, type PipelineHandle } from '../../client/index.js';
import { readFeatureSkew } from '../../formats/feature-skew.js';
import { readSchema } from '../../formats/schema.js';
import { executionsOfRun } from '../../lineage/queries/executions.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';
import { temporalCommand } from '../support/temporal-command.js';

let fixture: PluginWorker;

before(async () => {
  fixture = await pluginWorker(['data-quality/pipelines.js']);
  const table = (city: (i: number) => string): string =>
    ['id,city,fare', ...Array.from({ length: 60 }, (_, i) => `${i},${city(i)},${i / 4}`)].join('\n');
  await writeFile(
    path.join(fixture.folder, 'before.csv'),
    table((i) => (i % 2 ? 'Rome' : 'Oslo')),
  );
  await writeFile(
    path.join(fixture.folder, 'after.csv'),
    table((i) => (i < 5 ? 'Atlantis' : i % 2 ? 'Rome' : 'Oslo')),
  );
});

after(() => fixture.close());

async function asking(): Promise<PipelineHandle> {
  const { temporal, taskQueue, folder } = fixture;
  const parameters = { before: path.join(folder, 'before.csv'), after: path.join(folder, 'after.csv') };
  const handle = await startPipeline(temporal.client, 'dataQuality', { taskQueue, parameters });
  while ((await handle.status()).approvals === undefined) await sleep(100);
  return handle;
}

const answer = async ({ workflowId }: PipelineHandle, input: string): Promise<unknown> =>
  await temporalCommand(
    ...['workflow', 'update', 'execute', '--workflow-id', workflowId, '--name', 'approve', '--input', input],
  );

test("anomalies that a person approves by Temporal's own command line go on into a new schema, with lineage", async () => {
  const handle = await asking();
  const [question] = (await handle.status()).approvals ?? [];
  assert.equal(question?.title, 'Go on with data that have 1 error and 0 warnings?');
  assert.equal(question.evidence[0]?.type, 'ExampleAnomalies');
  await answer(handle, '{"by": "ann", "why": "Atlantis is real"}');
  const result = await handle.result();
  assert.equal(result.outcome, 'COMPLETED');
  const { workflowId, runId } = handle;
  const executions = await executionsOfRun(fixture.lineage.database, { namespace: 'default', workflowId, runId });
  const execution = (node: string) => executions.find((one) => one.node === node);
  assert.equal(execution('DataApproval')?.inputs['evidence']?.[0]?.type, 'ExampleAnomalies');

  const curation = execution('CurateSchema');
  const [curated] = curation?.outputs['schema'] ?? [];
  assert.equal(curated?.type, 'Schema');
  assert.equal(curation?.inputs['schema']?.[0]?.id, execution('SchemaGen')?.outputs['schema']?.[0]?.id);
  assert.equal(curation?.inputs['anomalies']?.[0]?.id, execution('ExampleValidator')?.outputs['anomalies']?.[0]?.id);
  for (const node of ['CurateSchema', 'MergeSchemas']) {
    const folder = fileURLToPath(execution(node)?.outputs['schema']?.[0]?.uri ?? '');
    const { stringDomain } = await readSchema(path.join(folder, 'schema.pbtxt'));
    assert.deepEqual(stringDomain?.[0]?.value, ['Oslo', 'Rome', 'Atlantis']);
  }

  const [distributions] = execution('DistributionValidator')?.outputs['anomalies'] ?? [];
  assert.deepEqual([distributions?.type, distributions?.properties['blessed']], ['ExampleAnomalies', '{"all_all":0}']);
  const [diff] = execution('ExampleDiff')?.outputs['exampleDiffResult'] ?? [];
  assert.deepEqual(
    [diff?.type, diff?.properties['differences'], diff?.properties['matchingPairs']],
    ['ExamplesDiff', 5, 60],
  );
  const { pairs } = await readFeatureSkew(path.join(fileURLToPath(diff?.uri ?? ''), 'SplitPair-all_all'));
  assert.equal(pairs.length, 5);
});

test('anomalies that a person refuses end the run as rejected data, with who and why', async () => {
  const handle = await asking();
  await answer(handle, '{"by": "bob", "approved": false, "why": "Atlantis is not real"}');
  const { outcome, reasons } = await handle.result();
  assert.equal(outcome, 'DATA_REJECTED');
  assert.match(reasons[0] ?? '', /refused by bob: Atlantis is not real$/);
  assert.match(
    reasons[1] ?? '',
    /^Feature "city" in split "all": Examples contain values missing from the schema: Atlantis/,
  );
});
