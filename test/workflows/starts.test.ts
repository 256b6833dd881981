import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { startPipeline } from '../../client/index.js';
import type { PipelineResult } from '../../workflows/index.js';
import { repositoryRoot } from '../support/shared.js';
import { temporalCommand } from '../support/temporal-command.js';
import { codedError, workflowWorker, type WorkflowWorker } from '../support/workflow-worker.js';

let fixture: WorkflowWorker;

before(async () => {
  fixture = await workflowWorker(['counting/pipelines.js']);
});

after(() => fixture.close());

test('a pipeline starts by plain client.workflow.start, with defaults filled in', async () => {
  const { temporal, taskQueue, activities } = fixture;
  const workflowId = randomUUID();
  const handle = await temporal.client.workflow.start('counting', { taskQueue, workflowId, args: [{ size: 3 }] });
  const result = (await handle.result()) as PipelineResult;
  assert.equal(result.outcome, 'COMPLETED');
  assert.deepEqual(activities.finished.at(-1)?.run.parameters, {
    size: 3,
    salt: '',
    steps: 10,
    stepMs: 20,
    deaf: false,
    fail: false,
  });
});

test("a pipeline starts by Temporal's own command line, and with no input at all as from its UI's button", async () => {
  const { temporal, taskQueue } = fixture;
  for (const input of [['--input', '{"size": 4, "stepMs": 0}'], []]) {
    const workflowId = randomUUID();
    await temporalCommand(
      ...['workflow', 'start', '--type', 'counting', '--task-queue', taskQueue, '--workflow-id', workflowId, ...input],
    );
    const result = (await temporal.client.workflow.getHandle(workflowId).result()) as PipelineResult;
    assert.equal(result.outcome, 'COMPLETED', workflowId);
  }
});

test('by any start, all problems of the parameters are said at once, before the first component', async () => {
  const { temporal, taskQueue, activities } = fixture;
  activities.log.length = 0;
  const workflowId = randomUUID();
  await temporalCommand(
    ...['workflow', 'start', '--type', 'counting', '--task-queue', taskQueue, '--workflow-id', workflowId],
    ...['--input', '{"size": "many", "sise": 1}'],
  );
  await assert.rejects(temporal.client.workflow.getHandle(workflowId).result(), ({ cause }: { cause: Error }) => {
    assert.match(cause.message, /size must be an integer, not "many"; sise is not known; did you mean size\?/);
    return true;
  });
  assert.deepEqual(activities.log, ['finish']);
});

test('a finished run keeps its name from being used again only when asked to', async () => {
  const { temporal, taskQueue } = fixture;
  const options = { taskQueue, name: randomUUID(), parameters: { size: 2, stepMs: 0 } };
  const first = await startPipeline(temporal.client, 'counting', options);
  await first.result();
  const again = await startPipeline(temporal.client, 'counting', options);
  assert.notEqual(again.runId, first.runId);
  await again.result();
  const once = startPipeline(temporal.client, 'counting', { ...options, onFinished: 'refuse' });
  assert.equal((await codedError(once)).code, 'RUN_EXISTS');
});

test('a failed run may be started again where finished ones may not', async () => {
  const { temporal, taskQueue } = fixture;
  const options = { taskQueue, name: randomUUID(), onFinished: 'refuse' as const };
  const first = await startPipeline(temporal.client, 'counting', { ...options, parameters: { fail: true } });
  await codedError(first.result());
  const again = await startPipeline(temporal.client, 'counting', { ...options, parameters: { stepMs: 0 } });
  assert.equal((await again.result()).outcome, 'COMPLETED');
});

test("the client's files import neither the worker's native bridge nor TensorFlow", () => {
  const compiled = path.join(repositoryRoot, 'dist');
  const seen = new Set<string>();
  const follow = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier = ''] of readFileSync(file, 'utf8').matchAll(/(?:from|import) ?\(?'([^']+)'/g)) {
      assert.doesNotMatch(specifier, /^@temporalio\/worker|^@temporalio\/core-bridge|tfjs|duckdb/, file);
      if (specifier.startsWith('.')) follow(path.resolve(path.dirname(file), specifier));
    }
  };
  for (const file of readdirSync(path.join(compiled, 'client'))) {
    if (file.endsWith('.js')) follow(path.join(compiled, 'client', file));
  }
  assert.ok(seen.size > 5);
});
