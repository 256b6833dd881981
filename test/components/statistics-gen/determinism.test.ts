import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { computeStatistics, type StatisticsOptions } from '../../../components/statistics-gen/compute-statistics.js';
import { withDuckDb, sqlString } from '../../../formats/duckdb.js';
import { writeStatistics } from '../../../formats/statistics.js';

/** Several row groups, so that two threads have something to share. */
const ROWS = 300_000;

describe('statistics of the same file', () => {
  let folder = '';
  let file = '';
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-determinism-'));
    file = path.join(folder, 'data.parquet');
    await withDuckDb({ threads: 1, memoryLimitMiB: 256, temporaryPath: folder, allowedPaths: [] }, (connection) =>
      connection.run(`COPY (
        SELECT (hash(range) % 1000003 / 7.0)::FLOAT AS x, (1e-3 + hash(range + 1) % 977)::FLOAT AS y,
          CASE WHEN range % 11 > 0 THEN 'word ' || hash(range + 2) % 5000 END AS word, 'class ' || range % 3 AS label,
          [range % 5, range % 3]::BIGINT[] AS list, range % 17 AS small
        FROM range(${ROWS})) TO ${sqlString(file)} (FORMAT parquet, ROW_GROUP_SIZE 20000)`),
    );
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function bytes(options: StatisticsOptions, threads: number): Promise<Buffer> {
    const temporaryPath = path.join(folder, `threads-${threads}`);
    await mkdir(temporaryPath, { recursive: true });
    const resources = { threads, memoryLimitMiB: 256, temporaryPath };
    const target = path.join(folder, `${threads}.pb`);
    await writeStatistics(target, await computeStatistics({ parquet: [file] }, options, resources));
    return readFile(target);
  }

  const variants: Readonly<Record<string, StatisticsOptions>> = {
    'with the usual options': {},
    'with weights': { weightFeature: 'y' },
    'by slice and from a sample': { sliceFeatures: ['label'], sampleRate: 0.3 },
    'with lift, mutual information and cross features': {
      labelFeature: 'label',
      mutualInformation: true,
      crossFeatures: true,
    },
  };
  for (const [name, options] of Object.entries(variants)) {
    it(`are the same bytes with one, two and three threads, ${name}`, async () => {
      const one = await bytes(options, 1);
      for (const threads of [2, 3, 2]) assert.ok(one.equals(await bytes(options, threads)), `${threads} threads`);
    });
  }
});
