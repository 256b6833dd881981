import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { csvExampleGen } from '../../../components/example-gen/csv-executor.js';
import { importExampleGen } from '../../../components/example-gen/import-executor.js';
import { convertData } from '../../../data.js';
import { runExampleGen, temporaryFolder } from './run-example-gen.js';

const ROWS = 30_000;
let folder = '';

before(async () => {
  folder = await temporaryFolder();
  const lines = Array.from({ length: ROWS }, (_, i) => `${i},${i % 7 === 0 ? '' : (i % 1000) / 8},name of ${i % 911}`);
  await writeFile(path.join(folder, 'data.csv'), `id,x,name\n${lines.join('\n')}\n`);
  for (const ending of ['parquet', 'ndjson', 'tfrecord.gz'])
    await convertData([path.join(folder, 'data.csv')], path.join(folder, `data.${ending}`), { threads: 1 });
});

/** The digests of what is made of a file. */
async function digests(file: string, format: string, threads: number): Promise<Record<string, string>> {
  const generator = (file.endsWith('.csv') ? csvExampleGen : importExampleGen) as typeof csvExampleGen;
  const { path: place } = await runExampleGen(generator, { input: path.join(folder, file), format }, { threads });
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(gz|parquet)$/.test(name),
  );
  const digest = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(path.join(place, name)))
      .digest('hex');
  return Object.fromEntries(files.sort().map((name) => [name, digest(name)]));
}

describe('the bytes of Examples', () => {
  for (const file of ['data.csv', 'data.parquet', 'data.ndjson', 'data.tfrecord.gz']) {
    for (const format of ['parquet', 'tfrecord']) {
      it(`made as ${format} of ${file} are the same again, with one thread and with two`, async () => {
        const first = await digests(file, format, 1);
        assert.equal(Object.keys(first).length, 2);
        for (const threads of [1, 2, 2]) assert.deepEqual(await digests(file, format, threads), first);
      });
    }
  }
});
