import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { importSchema } from '../../../components/import-schema/driver.js';
import { defineSchema, float, string } from '../../../formats/define-schema.js';
import { parseSchema, writeSchema } from '../../../formats/schema.js';
import { outputPlace, temporaryFolder } from '../../support/executor-context.js';

const root = temporaryFolder('import-schema');
after(() => rm(root, { recursive: true, force: true }));

const schema = defineSchema({ fare: float({ min: 0 }), colour: string({ domain: ['red', 'green'] }) });
const TEXT = '# by hand\nfeature { name: "fare" type: FLOAT }\n';
let count = 0;

async function bring(parameters: { module?: string; file?: string }, exports: Record<string, unknown> = { schema }) {
  const place = outputPlace(path.join(root, `schema-${count++}`));
  const driven = await importSchema.driver?.({
    inputs: {},
    parameters,
    outputs: { schema: place },
    pipeline: 'wine',
    node: 'ImportSchema',
    nominalTime: '',
    lineage: {
      blessedModels: () => Promise.resolve([]),
      artifact: () => Promise.resolve(undefined),
      artifacts: () => Promise.resolve([]),
    },
    loadModule: () => Promise.resolve(exports),
    signal: new AbortController().signal,
  });
  return { driven, text: await readFile(path.join(place.path, 'schema.pbtxt'), 'utf8') };
}

describe('ImportSchema', () => {
  it("writes a module's schema in text format", async () => {
    const { driven, text } = await bring({ module: 'wine' });
    assert.deepEqual(parseSchema(text), schema);
    assert.equal(driven?.properties?.schema?.['features'], 2);
    assert.match(driven.summary ?? '', /2 features from module wine/);
  });

  it('copies a text file byte for byte, by path and by address', async () => {
    const file = path.join(root, 'curated.pbtxt');
    await writeFile(file, TEXT);
    for (const given of [file, pathToFileURL(file).href]) assert.equal((await bring({ file: given })).text, TEXT);
  });

  it('writes a binary file as text', async () => {
    const file = path.join(root, 'curated.pb');
    await writeSchema(file, schema);
    assert.deepEqual(parseSchema((await bring({ file })).text), schema);
  });

  it('has a fingerprint that changes with the schema only', async () => {
    const [one, same] = [await bring({ module: 'wine' }), await bring({ module: 'other' })];
    const changed = await bring({ module: 'wine' }, { schema: defineSchema({ fare: float({ min: 1 }) }) });
    assert.deepEqual(one.driven?.fingerprint, same.driven?.fingerprint);
    assert.notDeepEqual(one.driven?.fingerprint, changed.driven?.fingerprint);
  });

  it('refuses a file with a comparator that can never fire', async () => {
    const file = path.join(root, 'never.pbtxt');
    await writeFile(file, 'feature { name: "fare" type: FLOAT skew_comparator { infinity_norm { threshold: 0.1 } } }');
    await assert.rejects(bring({ file }), { code: 'COMPARATOR_NOT_APPLICABLE' });
  });

  it('refuses both sources, none, a module without a schema, and files that are none', async () => {
    const file = path.join(root, 'broken.pbtxt');
    await writeFile(file, 'feature { nome: "fare" }');
    await assert.rejects(bring({}), { code: 'SCHEMA_SOURCE_AMBIGUOUS' });
    await assert.rejects(bring({ module: 'wine', file }), { code: 'SCHEMA_SOURCE_AMBIGUOUS' });
    await assert.rejects(bring({ module: 'wine' }, {}), { code: 'SCHEMA_NOT_FOUND' });
    await assert.rejects(bring({ file: path.join(root, 'nothing.pbtxt') }), { code: 'SCHEMA_NOT_FOUND' });
    await assert.rejects(bring({ file }), { code: 'TEXT_PROTO_INVALID' });
  });
});
