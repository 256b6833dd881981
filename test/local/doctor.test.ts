import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { after, describe, it } from 'node:test';
import { runDoctor } from '../../local/index.js';
import { newState } from './commands.js';

const state = newState();

after(() => {
  rmSync(state, { recursive: true, force: true });
});

describe('runDoctor', () => {
  it('looks at every part, with a fix for whatever is not in order', async () => {
    const { checks } = await runDoctor({ state });
    const ids = checks.map(({ id }) => id);
    for (const id of [
      'node',
      'python',
      'temporal',
      'postgres',
      'libtensorflow',
      'artifacts',
      'disk',
      'temporal-versions',
    ]) {
      assert.ok(ids.includes(id), id);
    }
    for (const check of checks) assert.ok(check.state === 'ok' || (check.fix ?? '') !== '', check.id);
  });

  it('runs the checks that it is given, and a check that breaks is a failed check', async () => {
    const extra = [
      {
        id: 'migrations',
        title: 'Migrations',
        run: () => Promise.resolve({ state: 'ok', found: 'version 10' } as const),
      },
      { id: 'broken', title: 'Broken', run: () => Promise.reject(new Error('no such table')) },
    ];
    const { ok, checks } = await runDoctor({ state, extra });
    assert.equal(ok, false);
    assert.equal(checks.find(({ id }) => id === 'migrations')?.found, 'version 10');
    const broken = checks.find(({ id }) => id === 'broken');
    assert.equal(broken?.state, 'failed');
    assert.match(broken.found, /no such table/);
  });

  it('says that an artifact root that cannot be written has to be made writable', async () => {
    const { checks } = await runDoctor({ state, artifactRoot: '/proc/artifacts' });
    const artifacts = checks.find(({ id }) => id === 'artifacts');
    assert.equal(artifacts?.state, 'failed');
    assert.match(artifacts.fix ?? '', /writable/);
  });
});
