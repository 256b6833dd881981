import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ExecutorJob, ExecutorJobEvents } from '../../activities/executor-runner.js';
import type { ProgressReport } from '../../components/implement.js';
import { bundleUserCode } from '../../worker/bundle-user-code.js';
import { BundledModules } from '../../worker/module-registry.js';
import { ThreadRunner } from '../../worker/threads/thread-runner.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-threads-'));
let runner: ThreadRunner;

before(() => {
  const bundles = path.join(folder, 'bundles');
  const file = path.join(folder, 'module.ts');
  writeFileSync(file, `let loads = 0; export const answer = () => ++loads;`);
  const modules = new BundledModules({ m: file }, bundles);
  const components = fileURLToPath(new URL('../support/threads-components.js', import.meta.url));
  runner = new ThreadRunner({
    bundleModule: (name) => modules.bundle(name),
    componentBundles: async () => [await bundleUserCode(components, bundles)],
  });
});

after(async () => {
  await runner.close();
  rmSync(folder, { recursive: true });
});

function job(mode: string): ExecutorJob {
  const output = mkdtempSync(path.join(folder, 'output-'));
  return {
    component: 'Probe',
    pipeline: 'p',
    node: 'Probe',
    executionId: 1,
    inputs: {},
    parameters: { mode },
    outputs: { result: output },
    checkpoint: { path: mkdtempSync(path.join(folder, 'checkpoint-')) },
    resources: { threads: 1, memoryLimitMiB: 256, temporaryPath: folder },
  };
}

function events(
  signal = new AbortController().signal,
): ExecutorJobEvents & { reports: ProgressReport[]; saved: unknown[] } {
  const reports: ProgressReport[] = [];
  const saved: unknown[] = [];
  return {
    reports,
    saved,
    signal,
    onProgress: (report) => reports.push(report),
    onCheckpoint: (detail) => saved.push(detail),
  };
}

test('an executor runs in a thread of its own, with progress, checkpoints, modules and outputs', async () => {
  const heard = events();
  const asked = job('work');
  const result = await runner.run(asked, heard);
  assert.equal(result.summary, 'in a thread: true, module said 1');
  assert.deepEqual(heard.reports, [{ done: 1, total: 2 }]);
  assert.deepEqual(heard.saved, [{ step: 1 }]);
  assert.match(result.modules['m'] ?? '', /^[0-9a-f]{64}$/);
  assert.equal(readFileSync(path.join(asked.outputs['result'] ?? '', 'a/b.txt'), 'utf8'), 'written');
});

test('every execution loads its modules afresh', async () => {
  for (let i = 0; i < 2; i++) assert.match((await runner.run(job('work'), events())).summary, /module said 1/);
});

test('the event loop stays free while an executor computes', async () => {
  let ticks = 0;
  const timer = setInterval(() => ticks++, 20);
  await runner.run(job('spin'), events());
  clearInterval(timer);
  assert.ok(ticks >= 5, `${ticks} ticks`);
});

test('a coded error keeps its code on the way out of the thread, any other its name and stack', async () => {
  await assert.rejects(runner.run(job('coded'), events()), {
    name: 'PipelineError',
    code: 'MODULE_UNKNOWN',
    what: /probe/,
  });
  await assert.rejects(runner.run(job('throw'), events()), { name: 'RangeError', message: 'too far' });
  await assert.rejects(runner.run(job('module'), events()), { code: 'MODULE_UNKNOWN' });
});

test('a thread that ends by itself is a retryable error', async () => {
  await assert.rejects(runner.run(job('exit'), events()), { code: 'THREAD_ENDED' });
});

test('an aborted executor may stop by itself; one that does not is ended', async () => {
  for (const mode of ['listen', 'spin-forever']) {
    const abort = new AbortController();
    const run = runner.run(job(mode), events(abort.signal));
    setTimeout(() => abort.abort(), 300);
    await assert.rejects(run, { name: 'AbortError' });
  }
});

test('an output file cannot lie outside of its output', async () => {
  await assert.rejects(runner.run(job('escape'), events()), /leads out of the output/);
});
