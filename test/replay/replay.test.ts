import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { traceSinks } from '../../worker/tracing/run-spans.js';
import { bundleWorkflows } from '../../worker/workflow-bundle.js';
import { historiesFolder } from '../support/record-history.js';
import { repositoryRoot } from '../support/shared.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-replay-'));
const compiled = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const histories = readdirSync(historiesFolder).filter((name) => name.endsWith('.json'));
let current: string;
let changed: string;

before(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const pipelines = [
    compiled('../support/counting/pipelines.js'),
    compiled('../support/spans/pipelines.js'),
    ...['penguin', 'wine', 'taxi', 'retraining'].map((name) =>
      path.join(repositoryRoot, 'examples', name, 'pipeline.ts'),
    ),
  ];
  current = (await bundleWorkflows(pipelines, repositoryRoot, folder)).codePath;
  changed = (await bundleWorkflows([compiled('../support/counting/changed-pipelines.js')], repositoryRoot, folder))
    .codePath;
});

after(() => rmSync(folder, { recursive: true }));

interface RecordedHistory {
  readonly events: readonly { readonly workflowExecutionStartedEventAttributes?: { readonly workflowId?: string } }[];
}

function replay(codePath: string, name: string): Promise<void> {
  const history = JSON.parse(readFileSync(path.join(historiesFolder, name), 'utf8')) as RecordedHistory;
  // Children are named after their parent.
  const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId;
  return Worker.runReplayHistory({ workflowBundle: { codePath }, sinks: traceSinks() }, history, workflowId);
}

for (const name of histories) {
  test(`the recorded history ${path.parse(name).name} replays with today's code`, async () => {
    await replay(current, name);
  });
}

test('an incompatible change of a pipeline is caught', async () => {
  await assert.rejects(replay(changed, 'counting-miss.json'), { name: 'DeterminismViolationError' });
});
