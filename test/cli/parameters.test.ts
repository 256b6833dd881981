import assert from 'node:assert/strict';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readParameters } from '../../cli/parameters.js';

const schema = { properties: { data: { type: 'string' }, epochs: { type: 'integer' }, split: { type: 'object' } } };

describe('parameters from the shell', () => {
  it('stay text where the schema says string and are JSON elsewhere', async () => {
    const read = await readParameters(schema, ['data=12', 'epochs=12', 'split={"train":2}'], undefined);
    assert.deepEqual(read, { data: '12', epochs: 12, split: { train: 2 } });
  });

  it('keep everything after the first equals sign', async () => {
    assert.deepEqual(await readParameters(schema, ['data=a=b'], undefined), { data: 'a=b' });
  });

  it('win over those of the file', async () => {
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'params-')), 'p.json');
    await writeFile(file, '{"epochs": 3, "data": "x"}');
    assert.deepEqual(await readParameters(schema, ['epochs=5'], file), { epochs: 5, data: 'x' });
  });

  it('are refused with a code when they are no assignment or the file is no object', async () => {
    await assert.rejects(readParameters(schema, ['epochs'], undefined), { code: 'PARAMETER_SYNTAX' });
    await assert.rejects(readParameters(schema, [], '/does/not/exist.json'), { code: 'PARAMETER_SYNTAX' });
    const file = path.join(await mkdtemp(path.join(os.tmpdir(), 'params-')), 'p.json');
    await writeFile(file, '[1]');
    await assert.rejects(readParameters(schema, [], file), { code: 'PARAMETER_SYNTAX' });
  });

  it('reach the pipeline as text when they are no JSON, so that its schema can refuse them by name', async () => {
    assert.deepEqual(await readParameters(schema, ['epochs=many'], undefined), { epochs: 'many' });
  });
});
