import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProjectRoot, makeStateFolders, provision, statePaths } from '../../local/index.js';
import { freePort } from '../../local/servers/ports.js';
import { startPostgres } from '../../local/servers/postgres.js';
import { useSharedTools } from '../support/servers.js';
import { assertExactlyOnce } from './exactly-once.js';
import { Scenario } from './scenario.js';

test('a run outlives restarts of Postgres, before and while results are recorded', { timeout: 240_000 }, async () => {
  useSharedTools();
  await provision({ parts: ['postgres'], state: path.join(findProjectRoot(), '.tfx-temporal') });
  const state = mkdtempSync(path.join(tmpdir(), 'tfx-durability-postgres-'));
  const paths = statePaths(state);
  makeStateFolders(paths);
  const options = { port: await freePort(56_000), env: process.env, fast: true };
  let postgres = await startPostgres(paths, options);
  const scenario = await Scenario.open(postgres.databaseUrl);
  try {
    await scenario.startWorker();
    const run = await scenario.start({ size: 10, steps: 20, stepMs: 100 });
    await scenario.started('Sum');
    await postgres.stop();
    // The executor ends while there is no database, so publish meets the outage.
    await scenario.started('Sum.publish');
    await sleep(1500);
    postgres = await startPostgres(paths, options);
    await run.result();
    await assertExactlyOnce(scenario, run.runId, ['Count', 'Sum']);
  } finally {
    await scenario.close();
    await postgres.stop();
    rmSync(state, { recursive: true, force: true });
  }
});
