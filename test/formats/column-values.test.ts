import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { columnValues } from '../../formats/column-values.js';
import { withDuckDb } from '../../formats/duckdb.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-column-values-'));
after(() => rmSync(folder, { recursive: true }));

/** A query's first column as we read it, and as the engine's client does, value by value. */
async function readBoth(sql: string): Promise<{ readonly ours: unknown[]; readonly theirs: unknown[] }> {
  const options = { threads: 2, memoryLimitMiB: 512, temporaryPath: folder, allowedPaths: [] };
  return await withDuckDb(options, async (connection) => {
    const [ours, theirs]: [unknown[], unknown[]] = [[], []];
    const result = await connection.stream(sql);
    for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0;) {
      ours.push(...columnValues(chunk, 0, { kind: 'STRING', binary: false }));
      theirs.push(...chunk.getColumnValues(0));
      chunk = await result.fetchChunk();
    }
    return { ours, theirs };
  });
}

const TEXTS: Readonly<Record<string, string>> = {
  'short and long, with blanks': `CASE WHEN i % 7 = 0 THEN NULL ELSE repeat('ä', (i % 40)::INT) || i END`,
  'a few that repeat, far apart': `'one of thirteen names ' || (i * 7919 % 13)`,
  'long ones among short ones': `CASE WHEN i % 500 = 3 THEN repeat('x', 5000) || i ELSE 'short' END`,
  'too long to be copied all at once': `CASE WHEN i % 40 = 0 THEN repeat('y', 200000) || i ELSE 'a little longer text ' || i END`,
};

describe('the texts of a column', () => {
  for (const [name, text] of Object.entries(TEXTS)) {
    it(`are those that the engine's client reads: ${name}`, async () => {
      for (const order of ['', 'ORDER BY hash(i)']) {
        const { ours, theirs } = await readBoth(
          `SELECT t FROM (SELECT i, ${text} AS t FROM range(5000) r(i)) ${order}`,
        );
        assert.equal(theirs.length, 5000);
        assert.ok(
          ours.every((value, row) => value === theirs[row]),
          order,
        );
      }
    });
  }

  it('are read in lists, too', async () => {
    const { ours, theirs } = await readBoth(
      `SELECT CASE WHEN i % 5 = 0 THEN NULL ELSE list_transform(range(i % 4), lambda k: repeat('text ', (k * 3)::INT) || i) END
       FROM range(3000) r(i)`,
    );
    assert.deepEqual(
      ours,
      theirs.map((list) => (list === null ? null : (list as { readonly items: unknown[] }).items)),
    );
  });
});
