import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { TableColumn } from '../../../components/example-gen/row-functions.js';
import { rowsPerGroup, rowsWithin } from '../../../components/example-gen/row-groups.js';
import { withDuckDb } from '../../../formats/duckdb.js';
import { temporaryFolder } from './run-example-gen.js';

const column = (index: number, given: Partial<TableColumn> = {}): TableColumn => ({
  index,
  name: `column ${index}`,
  kind: 'STRING',
  repeated: false,
  binary: false,
  isBlank: false,
  ...given,
});

async function rowsOf(select: string, columns: readonly TableColumn[]): Promise<number> {
  const temporaryPath = await temporaryFolder();
  return await withDuckDb({ threads: 1, memoryLimitMiB: 256, temporaryPath, allowedPaths: [] }, async (connection) => {
    await connection.run(`CREATE TEMP TABLE t AS ${select}`);
    return await rowsPerGroup(connection, 't', columns);
  });
}

test('short rows lie in groups of the usual size', async () => {
  assert.equal(await rowsOf(`SELECT 'short' AS c0`, [column(0)]), 122_880);
  assert.equal(await rowsOf('SELECT 1::BIGINT AS c0', [column(0, { kind: 'INT' })]), 122_880);
  assert.equal(await rowsOf(`SELECT 'x' AS c0 WHERE false`, [column(0)]), 122_880);
});

test('a column of long values makes groups of some four megabytes, whatever its type', async () => {
  const bytes = 2_000;
  const expected = rowsWithin(4 * 1024 * 1024, bytes + 8, 122_880);
  assert.equal(expected, 2_048);
  const text = `repeat('x', ${bytes})`;
  assert.equal(await rowsOf(`SELECT ${text} AS c0`, [column(0)]), expected);
  assert.equal(await rowsOf(`SELECT encode(${text}) AS c0`, [column(0, { binary: true })]), expected);
  assert.equal(await rowsOf(`SELECT [${text}, NULL] AS c0`, [column(0, { repeated: true })]), expected);
  const numbers = { kind: 'INT', repeated: true } as const;
  assert.equal(await rowsOf(`SELECT range(${bytes / 8}) AS c0`, [column(0, numbers)]), expected);
  const nested = { ...numbers, depth: 2 };
  assert.equal(await rowsOf(`SELECT [range(${bytes / 8}), []] AS c0`, [column(0, nested)]), expected);
});

test('many columns make groups of some thirty megabytes', async () => {
  const columns = Array.from({ length: 1000 }, (_, index) => column(index, { kind: 'INT' }));
  const select = `SELECT ${columns.map(({ index }) => `1::BIGINT AS c${index}`).join(', ')}`;
  assert.equal(await rowsOf(select, columns), 4_096);
});

test('a group has whole vectors, at least one and at most as many rows as are allowed', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (bytesPerRow) => {
      const rows = rowsWithin(8_000_000, bytesPerRow, 20_480);
      assert.ok(rows >= 2_048 && rows <= 20_480 && rows % 2_048 === 0);
      assert.ok(rows === 2_048 || rows * bytesPerRow <= 8_000_000);
    }),
  );
});
