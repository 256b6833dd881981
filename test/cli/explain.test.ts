import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { describe, it } from 'node:test';
import { catalog } from '../../errors/catalog/index.js';
import { repositoryRoot } from '../support/shared.js';

const tfxTemporal = (...args: string[]) =>
  spawnSync(process.execPath, [path.join(repositoryRoot, 'bin/tfx-temporal.mjs'), ...args], { encoding: 'utf8' });

describe('tfx-temporal explain', () => {
  it('lists every code without an argument', () => {
    const { stdout, status } = tfxTemporal('explain', '--json');
    assert.equal(status, 0);
    const listed = (JSON.parse(stdout) as { code: string }[]).map(({ code }) => code);
    assert.deepEqual(listed, Object.keys(catalog));
  });

  it('gives why and fix of one code', () => {
    const { stdout, status } = tfxTemporal('explain', 'CALL_NOT_AWAITED');
    assert.equal(status, 0);
    assert.match(stdout, /Why: .*\n {2}Fix: Put `await`/);
  });

  it('suggests the nearest code for a misspelt one, with exit code 2', () => {
    const { stderr, status } = tfxTemporal('explain', 'CALL_NOT_AWAITD');
    assert.equal(status, 2);
    assert.match(stderr, /Did you mean CALL_NOT_AWAITED/);
  });
});
