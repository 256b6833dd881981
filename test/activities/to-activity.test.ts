import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CancelledFailure } from '@temporalio/common';
import type { ExecutorActivity, ExecutorAnswer, Ticket } from '../../activities/protocol.js';
import { uriToPath } from '../../artifacts/index.js';
import { executionsOfRun, sweepOrphans } from '../../lineage/index.js';
import { begin, environment, execute, newBench, newTestRun, publish, runComponent, type Bench } from './fixture.js';

describe('the activity around an executor', () => {
  let bench: Bench;
  let write: ExecutorActivity;
  before(async () => {
    bench = await newBench();
    const activity = bench.activities['WriteText'];
    assert.ok(activity);
    write = activity;
  });

  async function ticketFor(parameters: Readonly<Record<string, unknown>>): Promise<Ticket> {
    return (await begin(bench, newTestRun(), { component: 'WriteText', parameters })).ticket;
  }

  it('gives each attempt a folder of its own, and reports exactly that one', async () => {
    const run = newTestRun();
    const { ticket } = await begin(bench, run, { component: 'WriteText' });
    const [one, two] = [await execute(bench, run, ticket), await execute(bench, run, ticket)];
    assert.notEqual(one.outputs['examples']?.uri, two.outputs['examples']?.uri);
    assert.equal(one.outputs['examples']?.digest, two.outputs['examples']?.digest);
    const place = ticket.places['examples'] ?? '';
    assert.ok(one.outputs['examples']?.uri.startsWith(`${place}/`));
    const published = await publish(bench, run, ticket, two);
    assert.equal(published['examples']?.uri, two.outputs['examples']?.uri);
  });

  it('sends heartbeats with progress and the newest checkpoint', async () => {
    const ticket = await ticketFor({ steps: 3 });
    const env = environment(newTestRun(), 'WriteText');
    const beats: unknown[] = [];
    env.on('heartbeat', (details: unknown) => beats.push(details));
    await env.run(write, ticket);
    const last = beats.at(-1) as { progress: unknown; checkpoint: { uri: string; detail: unknown } };
    assert.deepEqual(last.progress, { done: 2, total: 3, unit: 'steps' });
    assert.equal(last.checkpoint.detail, 3);
    assert.ok(existsSync(uriToPath(last.checkpoint.uri)));
  });

  it('resumes from the checkpoint that an earlier attempt’s heartbeat left', async () => {
    const ticket = await ticketFor({ steps: 4 });
    const first = environment(newTestRun(), 'WriteText');
    let details: unknown;
    first.on('heartbeat', (beat: unknown) => {
      details = beat;
    });
    await first.run(write, ticket);
    const resumed: ExecutorAnswer = await environment(newTestRun(), 'WriteText', { heartbeatDetails: details }).run(
      write,
      ticket,
    );
    assert.equal(resumed.metrics['resumed'], 4);
    const lost = { checkpoint: { uri: bench.runtime.store.place('gone'), detail: 3 } };
    const fresh: ExecutorAnswer = await environment(newTestRun(), 'WriteText', { heartbeatDetails: lost }).run(
      write,
      ticket,
    );
    assert.equal(fresh.metrics['resumed'], 0);
  });

  it('stops when it is cancelled, and reports the cancellation as such', async () => {
    const ticket = await ticketFor({ steps: 10_000 });
    const env = environment(newTestRun(), 'WriteText');
    const running = env.run(write, ticket);
    await sleep(100);
    env.cancel('CANCELLED');
    await assert.rejects(running, (error) => error instanceof CancelledFailure);
  });

  it('refuses a module other than the one that begin saw, before and after the work', async () => {
    const run = newTestRun();
    const { outputs } = await runComponent(bench, run, { component: 'WriteText' });
    const { examples } = outputs;
    assert.ok(examples);
    const call = { component: 'CopyText', inputs: { examples: [examples] }, parameters: { module: 'shout' } };
    const { ticket } = await begin(bench, run, call);
    bench.module.digest = 'v2';
    await assert.rejects(execute(bench, run, ticket), { type: 'MODULE_MISMATCH', nonRetryable: false });
    bench.module.digest = 'v1';
    bench.module.executorDigest = 'v2';
    await assert.rejects(execute(bench, run, ticket), { type: 'MODULE_MISMATCH', nonRetryable: false });
    bench.module.executorDigest = 'v1';
    const answer = await execute(bench, run, ticket);
    assert.deepEqual(answer.modules, { shout: 'v1' });
  });

  it('works with the modules that there are when the worker that began is gone, and is cached as what ran', async () => {
    const { outputs } = await runComponent(bench, newTestRun(), { component: 'WriteText' });
    const { examples } = outputs;
    assert.ok(examples);
    const call = { component: 'CopyText', inputs: { examples: [examples] }, parameters: { module: 'shout' } };
    bench.module.digest = 'old';
    const run = newTestRun();
    const { ticket } = await begin(bench, run, call);
    bench.module.digest = 'new';
    bench.module.executorDigest = 'new';
    const second = environment(run, ticket.node, { attempt: 2 });
    const activity = bench.activities['CopyText'];
    assert.ok(activity);
    const answer: ExecutorAnswer = await second.run(activity, ticket);
    assert.deepEqual(answer.modules, { shout: 'new' });
    await publish(bench, run, ticket, answer);
    assert.equal((await begin(bench, newTestRun(), call)).cached, true, 'the same work with the new module');
    bench.module.digest = 'old';
    assert.equal((await begin(bench, newTestRun(), call)).cached, false, 'the old module was never run');
    bench.module.digest = 'v1';
    bench.module.executorDigest = 'v1';
  });

  it('refuses an output without files', async () => {
    const ticket = await ticketFor({ fail: 'nothing written' });
    const work = environment(newTestRun(), 'WriteText').run(write, ticket);
    await assert.rejects(work, { type: 'ARTIFACT_EMPTY', nonRetryable: true });
  });

  it('cuts a failure for history, and keeps its whole text in lineage', async () => {
    const run = newTestRun();
    const fail = `the shard is gone: ${'é'.repeat(5000)}`;
    const { ticket } = await begin(bench, run, { component: 'WriteText', parameters: { fail } });
    await assert.rejects(execute(bench, run, ticket), (error: Error) => {
      assert.ok(Buffer.byteLength(error.message) <= 1024);
      return true;
    });
    const failure = { code: 'ARTIFACT_MISSING', message: 'the shard is gone', canceled: false };
    await environment(run, 'WriteText.fail').run(bench.activities['tfx.publish'], { ticket, failure });
    const [execution] = await executionsOfRun(bench.runtime.lineage.database, { namespace: 'default', ...run });
    assert.equal(execution?.state, 'FAILED');
    assert.deepEqual(
      execution.errors.map((error) => [error.code, error.message.includes(fail)]),
      [
        ['ARTIFACT_MISSING', true],
        ['ARTIFACT_MISSING', false],
      ],
    );
  });

  it('leaves nothing in the temporary folder', async () => {
    const root = bench.root;
    const tight = { ...bench.runtime, resources: { ...bench.runtime.resources, temporaryRoot: root } };
    const { createExecutorActivities } = await import('../../activities/index.js');
    const activities = await createExecutorActivities(tight, tight.components);
    const ticket = await ticketFor({});
    await environment(newTestRun(), 'WriteText').run(activities['WriteText'] as ExecutorActivity, ticket);
    assert.deepEqual(
      readdirSync(root).filter((name) => name.startsWith('tfx-temporal-')),
      [],
    );
  });
});

describe('sweeping orphans', () => {
  it('removes what no artifact names, and leaves published and running work alone', async () => {
    const bench = await newBench();
    const { store, lineage } = bench.runtime;
    const run = newTestRun();
    const { ticket } = await begin(bench, run, { component: 'WriteText' });
    const zombie = await execute(bench, run, ticket);
    const kept = await publish(bench, run, ticket, await execute(bench, run, ticket));
    const open = await begin(bench, run, { component: 'WriteText', node: 'open', cache: false });
    const running = await execute(bench, run, open.ticket);
    const exists = (uri: string | undefined): boolean => existsSync(uriToPath(uri ?? '/none'));

    const young = await sweepOrphans(lineage.database, store, { remove: true });
    assert.deepEqual([young.orphans.length, young.removed], [0, 0]);
    const listed = await sweepOrphans(lineage.database, store, { remove: false, graceMs: 0 });
    assert.deepEqual(
      listed.orphans.map((orphan) => orphan.uri),
      [zombie.outputs['examples']?.uri],
    );
    assert.ok(exists(zombie.outputs['examples']?.uri));
    const swept = await sweepOrphans(lineage.database, store, { remove: true, graceMs: 0 });
    assert.deepEqual([swept.removed, swept.bytes > 0], [1, true]);
    assert.ok(!exists(zombie.outputs['examples']?.uri) && !exists(zombie.outputs['examples']?.manifestUri));
    assert.ok(exists(kept['examples']?.uri) && exists(running.outputs['examples']?.uri));

    const failure = { code: 'PIPELINE_CANCELED', message: '', canceled: true };
    await environment(run, 'open.fail').run(bench.activities['tfx.publish'], { ticket: open.ticket, failure });
    await sweepOrphans(lineage.database, store, { remove: true, graceMs: 0 });
    assert.ok(!exists(running.outputs['examples']?.uri));
    assert.ok(exists(kept['examples']?.uri));
  });
});
