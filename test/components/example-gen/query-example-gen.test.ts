import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { queryExampleGen } from '../../../components/example-gen/query-executor.js';
import type { QuerySource } from '../../../components/example-gen/query-sources.js';
import { withSpanPlaceholders } from '../../../components/example-gen/query-spans.js';
import { rowsOf, runExampleGen, temporaryFolder } from './run-example-gen.js';

async function duckDbFile(): Promise<string> {
  const file = path.join(await temporaryFolder(), 'data.duckdb');
  const instance = await DuckDBInstance.create(file);
  const connection = await instance.connect();
  await connection.run(
    "CREATE TABLE trips AS SELECT range AS id, range / 3 AS fare, ['a', 'b'] AS tags FROM range(300)",
  );
  connection.closeSync();
  instance.closeSync();
  return `duckdb:${file}`;
}

const all = { split: { all: 1 } };

describe('QueryExampleGen', () => {
  it('asks a DuckDB file', async () => {
    const source = await duckDbFile();
    const outcome = await runExampleGen(queryExampleGen, {
      source,
      query: 'SELECT * FROM trips WHERE id < 2; -- two',
      ...all,
    });
    const rows = await rowsOf(outcome, 'all');
    assert.deepEqual(
      new Set(rows),
      new Set([
        { id: 0n, fare: 0, tags: ['a', 'b'] },
        { id: 1n, fare: Math.fround(1 / 3), tags: ['a', 'b'] },
      ]),
    );
  });

  it('takes one query per split', async () => {
    const query = [
      { name: 'train', query: 'FROM trips WHERE id < 200' },
      { name: 'eval', query: 'FROM trips WHERE id >= 200' },
    ];
    const outcome = await runExampleGen(queryExampleGen, { source: await duckDbFile(), query });
    assert.equal((await rowsOf(outcome, 'train')).length, 200);
    assert.equal((await rowsOf(outcome, 'eval')).length, 100);
  });

  it('asks a source that the worker hands in, batch by batch', async () => {
    const source: QuerySource = {
      query: async (sql) =>
        await Promise.resolve({
          columns: [
            { name: 'n', kind: 'INT', repeated: false },
            { name: 'sql', kind: 'STRING', repeated: false },
          ],
          batches: (async function* () {
            yield await Promise.resolve([
              [1, sql],
              [2n, null],
            ]);
            yield [[null, 'x']];
          })(),
        }),
    };
    const outcome = await runExampleGen(
      queryExampleGen,
      { source: 'warehouse', query: 'SELECT @span_begin_timestamp', span: 1, ...all },
      { services: { querySources: { warehouse: source } } as never },
    );
    assert.deepEqual(
      new Set(await rowsOf(outcome, 'all')),
      new Set([
        { n: 1n, sql: 'SELECT 86400' },
        { n: 2n, sql: null },
        { n: null, sql: 'x' },
      ]),
    );
  });

  it("fills TFX's span placeholders", () => {
    const query = withSpanPlaceholders('@span_begin_timestamp @span_end_timestamp @span_yyyymmdd_utc', 20_000);
    assert.equal(query, "1728000000 1728086400 '20241004'");
  });

  for (const [what, parameters, code] of [
    ['a source that is not there', { source: 'nope' }, 'QUERY_SOURCE_UNKNOWN'],
    ['a DuckDB file that is not there', { source: 'duckdb:/nowhere.duckdb' }, 'INPUT_NOT_FOUND'],
    ['a wrong query', { query: 'SELECT nope FROM trips' }, 'QUERY_FAILED'],
    ['two statements', { query: 'SELECT 1; DROP TABLE trips' }, 'QUERY_FAILED'],
    ['a statement that writes', { query: 'DROP TABLE trips' }, 'QUERY_FAILED'],
    ['files outside', { query: "SELECT * FROM read_text('/etc/hostname')" }, 'QUERY_FAILED'],
    ['a query without rows', { query: 'FROM trips WHERE false' }, 'IMPORT_NO_ROWS'],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const given = { source: await duckDbFile(), query: 'FROM trips', ...parameters };
      await assert.rejects(runExampleGen(queryExampleGen, given), { code });
    });
  }
});
