import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { createPipelineTestEnvironment, timeSkippingServer, type PipelineTestEnvironment } from '../../testing.js';
import type { approving, counting } from '../support/counting/pipelines.js';
import { useSharedTools, testServers } from '../support/servers.js';

let temporal: TestWorkflowEnvironment;
let environment: PipelineTestEnvironment;

before(async () => {
  useSharedTools();
  temporal = await TestWorkflowEnvironment.createTimeSkipping({ server: await timeSkippingServer() });
  environment = await createPipelineTestEnvironment({
    pipelines: [new URL('../support/counting/pipelines.js', import.meta.url)],
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
    temporal,
    postgres: (await testServers()).databaseUrl,
  });
});

after(async () => {
  await environment.close();
  await temporal.teardown();
});

test('a pipeline runs under test as it does for real, and its lineage can be asked', async () => {
  const handle = await environment.start<typeof counting>('counting', { parameters: { steps: 1, stepMs: 0 } });
  const { outcome, outputs } = await handle.result();
  assert.equal(outcome, 'COMPLETED');
  assert.equal(outputs.sum?.type, 'Sum');
  const executions = await environment.executions(handle);
  assert.deepEqual(
    executions.map(({ node, state }) => [node, state]),
    [
      ['Count', 'COMPLETE'],
      ['Sum', 'COMPLETE'],
    ],
  );
});

test('with the time-skipping server the days of an approval pass at once', async () => {
  const parameters = { timeout: 3 * 24 * 3600 * 1000 };
  const { outcome, reasons } = await environment.run<typeof approving>('approving', { parameters });
  assert.equal(outcome, 'NOT_APPROVED');
  assert.match(reasons[0] ?? '', /no answer within/);
});
