import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { startS3, type TestS3 } from '../support/s3-server.js';
import { assertExactlyOnce, metric } from './exactly-once.js';
import { rows, storeOf } from './problems.js';
import { hasEnded, Scenario } from './scenario.js';

/** Uploads at which the worker dies: of a payload, and of the manifest that ends it. */
const UPLOADS: Readonly<Record<string, RegExp>> = {
  'a payload': /\/Sum\/sum\/\d+\/[0-9a-f]+\/total\.txt/,
  'a manifest': /\/Sum\/sum\/\d+\/[0-9a-f]+\.manifest\.json/,
};

describe('artifacts on s3', { concurrency: 2 }, () => {
  let s3: TestS3;
  /** Kills that wait for their upload. */
  const waiting = new Map<RegExp, () => void>();
  before(async () => {
    s3 = await startS3('artifacts');
    s3.fault = ({ method, url = '' }) => {
      const [upload, kill] = [...waiting].find(([pattern]) => method === 'PUT' && pattern.test(url)) ?? [];
      if (upload === undefined || kill === undefined) return undefined;
      waiting.delete(upload);
      kill();
      return { kind: 'before', run: () => new Promise(() => undefined) };
    };
  });
  after(() => s3.close());

  for (const [what, upload] of Object.entries(UPLOADS)) {
    test(`a worker that is killed while it uploads ${what} leaves nothing half`, { timeout: 180_000 }, async () => {
      const name = what.replace(' ', '-');
      const scenario = await Scenario.open(undefined, `s3://artifacts/${name}`);
      try {
        const worker = await scenario.startWorker();
        waiting.set(new RegExp(`/${name}/.*${upload.source}`), () => worker.kill('SIGKILL'));
        const run = await scenario.start({ size: 10, steps: 60, stepMs: 100 });
        if (!hasEnded(worker)) await once(worker, 'exit');
        const garbage: string[] = [];
        for await (const { uri } of storeOf(scenario).attempts()) if (uri.includes('/Sum/')) garbage.push(uri);
        assert.ok(garbage.length > 0);
        await scenario.startWorker();
        const { outputs } = await run.result();
        assert.equal(outputs['sum']?.properties['total'], 55);
        // On another machine, as it were: the checkpoint came from S3.
        assert.ok(((await metric(scenario.databaseUrl, run.runId, 'Sum', 'firstStep')) ?? 0) > 0);
        await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
        const files = await rows(
          scenario.databaseUrl,
          'select from tfx.file where etag is null or mtime_ns is not null',
        );
        assert.equal(files.length, 0);
        const again = await (await scenario.start({ size: 10, steps: 60, stepMs: 100 })).result();
        assert.deepEqual(
          again.nodes.map(({ state }) => state),
          ['cached', 'cached'],
        );
      } finally {
        await scenario.close();
      }
    });
  }
});
