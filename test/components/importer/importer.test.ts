import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { importer } from '../../../components/importer/driver.js';
import { outputPlace, temporaryFolder } from '../../support/executor-context.js';

const root = temporaryFolder('importer');
after(() => rm(root, { recursive: true, force: true }));

async function bring(uri: string) {
  return await importer.driver?.({
    inputs: {},
    parameters: { uri, artifactType: 'Schema', properties: { origin: 'hand' }, reimport: false },
    outputs: { result: outputPlace(path.join(root, 'unused')) },
    pipeline: 'wine',
    node: 'Importer',
    nominalTime: '',
    lineage: {
      blessedModels: () => Promise.resolve([]),
      artifact: () => Promise.resolve(undefined),
      artifacts: () => Promise.resolve([]),
    },
    loadModule: () => Promise.resolve({}),
    signal: new AbortController().signal,
  });
}

describe('Importer', () => {
  it('names a folder as an artifact of its type, by path and by URI alike', async () => {
    const folder = outputPlace(path.join(root, 'a schema')).path;
    const uri = pathToFileURL(folder).href;
    const expected = { uri, type: 'Schema', properties: { origin: 'hand', is_external: 1 } };
    for (const given of [folder, uri, `${folder}/`]) {
      assert.deepEqual((await bring(given))?.external, { result: expected }, given);
    }
  });

  it('refuses places that are not there or are not local', async () => {
    await assert.rejects(bring(path.join(root, 'nothing')), { code: 'IMPORT_SOURCE_MISSING' });
    await assert.rejects(bring('relative/place'), { code: 'URI_UNSUPPORTED' });
    await assert.rejects(bring('https://example.com/schema'), { code: 'URI_UNSUPPORTED' });
  });
});
