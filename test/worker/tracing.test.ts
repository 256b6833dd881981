import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SpanStatusCode, trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { Client } from '@temporalio/client';
import { startPipeline, type PipelineHandle } from '../../client/index.js';
import { pluginWorker, type PluginWorker } from '../support/plugin-worker.js';

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let fixture: PluginWorker;

before(async () => {
  provider.register();
  fixture = await pluginWorker(['counting/pipelines.js'], {
    components: [new URL('../support/counting/implementations.js', import.meta.url)],
  });
});

after(async () => {
  await fixture.close();
  await provider.shutdown();
});

const start = (pipeline: string, parameters: object): Promise<PipelineHandle> =>
  startPipeline(fixture.temporal.client, pipeline, { taskQueue: fixture.taskQueue, parameters });

async function spansOf(traceId: string, run: string): Promise<Map<string, ReadableSpan>> {
  const found = (): ReadableSpan[] =>
    exporter.getFinishedSpans().filter((span) => span.spanContext().traceId === traceId);
  // The run's own span comes from the worker, a moment after its result.
  while (!found().some(({ name }) => name === run)) await new Promise((resolve) => setTimeout(resolve, 50));
  return new Map(found().map((span) => [span.name, span]));
}

const parentOf = (span: ReadableSpan | undefined): string | undefined => span?.parentSpanContext?.spanId;
const idOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().spanId;

test('one trace leads from whoever starts a run through the run to every activity', async () => {
  const run = await trace.getTracer('test').startActiveSpan('deploy', async (span) => {
    const handle = await start('counting', { steps: 2, salt: 'traced' });
    span.end();
    return { handle, traceId: span.spanContext().traceId, spanId: span.spanContext().spanId };
  });
  await run.handle.result();
  const spans = await spansOf(run.traceId, 'RunWorkflow:counting');
  assert.deepEqual(
    [...spans.keys()].sort(),
    ['Count', 'Count.begin', 'Count.publish', 'RunWorkflow:counting', 'StartWorkflow:counting', 'Sum', 'Sum.begin']
      .concat(['Sum.publish', 'deploy', 'finish'])
      .sort(),
  );
  const whole = spans.get('RunWorkflow:counting');
  assert.equal(parentOf(spans.get('StartWorkflow:counting')), run.spanId);
  assert.equal(parentOf(whole), idOf(spans.get('StartWorkflow:counting')));
  for (const name of ['Count.begin', 'Sum', 'Sum.publish', 'finish'])
    assert.equal(parentOf(spans.get(name)), idOf(whole), name);
  const { attributes = {} } = spans.get('Sum') ?? {};
  assert.deepEqual(
    [attributes['tfx.pipeline'], attributes['tfx.node'], attributes['tfx.component'], attributes['temporalRunID']],
    ['counting', 'Sum', 'Sum', run.handle.runId],
  );
  assert.equal(typeof attributes['tfx.execution_id'], 'number');
  assert.equal(whole?.attributes['tfx.outcome'], 'COMPLETED');
  assert.equal(spans.get('Sum.begin')?.attributes['tfx.cached'], false);
});

test('what fails is marked, with the error, from the attempt to the run', async () => {
  const handle = await start('counting', { fail: true });
  await assert.rejects(handle.result());
  const started = exporter.getFinishedSpans().find((span) => span.attributes['temporalRunID'] === handle.runId);
  const spans = await spansOf(started?.spanContext().traceId ?? '', 'RunWorkflow:counting');
  assert.equal(spans.get('Count')?.status.code, SpanStatusCode.ERROR);
  assert.equal(spans.get('Count')?.events[0]?.name, 'exception');
  assert.equal(spans.get('Count.fail')?.status.code, SpanStatusCode.UNSET);
  assert.equal(spans.get('RunWorkflow:counting')?.status.code, SpanStatusCode.ERROR);
  assert.match(spans.get('RunWorkflow:counting')?.status.message ?? '', /asked to fail/);
});

test('a run that nobody traced is a trace by its run id, and its sub-pipelines belong to it', async () => {
  const { client } = fixture.temporal;
  const { connection, options } = client;
  const untraced = new Client({ connection, namespace: options.namespace });
  const handle = await startPipeline(untraced, 'parent', { taskQueue: fixture.taskQueue, parameters: {} });
  await handle.result();
  const traceId = handle.runId.replaceAll('-', '');
  const spans = await spansOf(traceId, 'RunWorkflow:parent');
  assert.equal(parentOf(spans.get('RunWorkflow:parent')), undefined);
  assert.equal(parentOf(spans.get('RunWorkflow:counting')), idOf(spans.get('RunWorkflow:parent')));
});
