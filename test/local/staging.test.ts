import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { stage } from '../../local/provision/staging.js';

const folder = mkdtempSync(join(tmpdir(), 'tfx-staging-'));
const destination = join(folder, 'program');

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

const KILLED = `
import { stage } from ${JSON.stringify(new URL('../../local/provision/staging.js', import.meta.url).href)};
import { writeFileSync } from 'node:fs';
await stage(process.argv[1], async (temporary) => {
  writeFileSync(temporary, 'half');
  process.kill(process.pid, 'SIGKILL');
});
`;

describe('stage', () => {
  it('leaves nothing in place when it is killed in the middle, and the next one cleans up', async () => {
    const result = spawnSync(process.execPath, ['--input-type=module', '-e', KILLED, destination]);
    assert.equal(result.signal, 'SIGKILL');
    assert.equal(existsSync(destination), false);
    assert.equal(readdirSync(folder).length, 1);
    await stage(destination, (temporary) => writeFile(temporary, 'whole'));
    assert.deepEqual(readdirSync(folder), ['program']);
    assert.equal(readFileSync(destination, 'utf8'), 'whole');
  });

  it('keeps the old one when making the new one fails', async () => {
    const broken = stage(destination, () => Promise.reject(new Error('disk full')));
    await assert.rejects(broken, /disk full/);
    assert.equal(readFileSync(destination, 'utf8'), 'whole');
    assert.deepEqual(readdirSync(folder), ['program']);
  });
});
