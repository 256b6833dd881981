import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { allExamples, describeData, inferSchema, type StatisticsOptions } from '../../../data.js';
import { namedType } from '../../../components/statistics-gen/struct-type.js';

/** Three examples: two structs, one struct, none; `w` is the weight. */
const ROWS = `SELECT * FROM (VALUES
  ([{'a': 1::BIGINT, 'tags': ['x', 'y'], 'deep': [{'z': 0.5::FLOAT}, {'z': NULL}]}, {'a': NULL, 'tags': [], 'deep': NULL}], {'b "q"': 'one'}, 2.0),
  ([{'a': 5::BIGINT, 'tags': ['x'], 'deep': [{'z': 1.5::FLOAT}]}], NULL, 3.0),
  (NULL, {'b "q"': 'two'}, 0.5)
) AS rows(p, single, w)`;

describe('statistics of structs in Parquet', () => {
  let folder = '';
  const file = (): string => path.join(folder, 'structs.parquet');
  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'tfx-structs-'));
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (${ROWS}) TO '${file()}' (FORMAT parquet)`);
    connection.closeSync();
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const statistics = (options: StatisticsOptions = {}) =>
    describeData([file()], { statistics: options, threads: 1 }).then(allExamples);

  it('fields have paths, and are counted among the structs that could hold them', async () => {
    const { features = [] } = await statistics();
    const counted = features.map(({ path: of, type = 'INT', numStats, stringStats, structStats }) => {
      const common = (numStats ?? stringStats ?? structStats)?.commonStats ?? {};
      const { numNonMissing = 0, numMissing = 0, minNumValues = 0, maxNumValues = 0, totNumValues = 0 } = common;
      return [of?.step?.join('/'), type, numNonMissing, numMissing, minNumValues, maxNumValues, totNumValues];
    });
    assert.deepEqual(counted, [
      ['p', 'STRUCT', 2, 1, 1, 2, 3],
      ['p/a', 'INT', 2, 1, 1, 1, 2],
      ['p/tags', 'STRING', 3, 0, 0, 2, 3],
      ['p/deep', 'STRUCT', 2, 1, 1, 2, 3],
      ['p/deep/z', 'FLOAT', 2, 1, 1, 1, 2],
      ['single', 'STRUCT', 2, 1, 1, 1, 2],
      ['single/b "q"', 'STRING', 2, 0, 1, 1, 2],
      ['w', 'FLOAT', 3, 0, 1, 1, 3],
    ]);
    assert.equal(features[1]?.numStats?.mean, 3);
    assert.deepEqual(features[2]?.stringStats?.topValues, [
      { value: 'x', frequency: 2 },
      { value: 'y', frequency: 1 },
    ]);
  });

  it('examples weigh what their structs weigh', async () => {
    const { features = [] } = await statistics({ weightFeature: 'w' });
    const weighted = (index: number) => features[index]?.numStats?.commonStats?.weightedCommonStats;
    assert.deepEqual(weighted(1), { numNonMissing: 5, numMissing: 2, totNumValues: 5, avgNumValues: 1 });
    assert.equal(features[1]?.numStats?.weightedNumericStats?.mean, 17 / 5);
  });

  it('the inferred schema has a struct domain, its features by name', async () => {
    const { feature = [] } = inferSchema(await statistics());
    assert.deepEqual(
      feature[0]?.structDomain?.feature?.map(({ name, type }) => [name, type]),
      [
        ['a', 'INT'],
        ['deep', 'STRUCT'],
        ['tags', 'BYTES'],
      ],
    );
  });

  it('what is asked for of labels leaves structs out', async () => {
    const { crossFeatures = [] } = await statistics({ labelFeature: 'w', labelBoundaries: [1], crossFeatures: true });
    assert.deepEqual(crossFeatures, []);
  });

  it('names of types are read with their quotes', () => {
    const { depth, fields } = namedType('STRUCT("a, (b" BIGINT[], c STRUCT(d DECIMAL(18,3), "e""f" VARCHAR))[]');
    assert.equal(depth, 1);
    assert.deepEqual(
      fields?.map(({ name, type }) => [
        name,
        type.depth,
        type.fields?.map((field) => `${field.name}: ${field.type.scalar}`),
      ]),
      [
        ['a, (b', 1, undefined],
        ['c', 0, ['d: DECIMAL(18,3)', 'e"f: VARCHAR']],
      ],
    );
  });
});
