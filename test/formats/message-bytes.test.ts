import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readMetadata } from '../../formats/metadata-file.js';
import { readStatistics, writeStatistics } from '../../formats/statistics.js';

describe('statistics as a TFRecord, as TensorFlow Data Validation writes them', () => {
  const statistics = { datasets: [{ numExamples: 3, features: [{ path: { step: ['x'] } }] }] };
  let folder = '';
  const file = (name: string): string => path.join(folder, name);
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-records-'));
    await writeStatistics(file('one.tfrecord'), statistics);
  });
  after(() => rm(folder, { recursive: true }));

  it('are read, plain and gzip, by any name', async () => {
    const bytes = await readFile(file('one.tfrecord'));
    await writeFile(file('stats.pb'), gzipSync(bytes));
    for (const name of ['one.tfrecord', 'stats.pb']) {
      assert.deepEqual(await readStatistics(file(name)), statistics);
      assert.equal((await readMetadata(file(name))).kind, 'statistics');
    }
  });

  it('several records are refused, and so are damaged and cut ones', async () => {
    const bytes = await readFile(file('one.tfrecord'));
    const refused = async (contents: Buffer, code: string): Promise<void> => {
      await writeFile(file('bad'), contents);
      await assert.rejects(readStatistics(file('bad')), { code });
    };
    await refused(Buffer.concat([bytes, bytes]), 'STATISTICS_FILE_UNREADABLE');
    await refused(bytes.subarray(0, bytes.length - 1), 'TFRECORD_TRUNCATED');
    const damaged = Buffer.from(bytes);
    damaged[14]! ^= 1;
    await refused(damaged, 'TFRECORD_CORRUPT');
  });
});
