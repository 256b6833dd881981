import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, it } from 'node:test';
import { isPipelineError } from '../../errors/pipeline-error.js';
import { withDuckDb } from '../../formats/duckdb.js';

const folder = mkdtempSync(path.join(tmpdir(), 'tfx-duckdb-'));
after(() => rmSync(folder, { recursive: true }));
const options = { threads: 1, memoryLimitMiB: 16, temporaryPath: folder, allowedPaths: [] };

it('says that the memory limit is too low, not that blocks can not be pinned', async () => {
  const run = withDuckDb(options, (connection) => connection.run("SELECT list(repeat('x', 1000)) FROM range(100000)"));
  await assert.rejects(run, (error) => {
    assert.ok(isPipelineError(error), String(error));
    assert.equal(error.code, 'MEMORY_LIMIT_TOO_LOW');
    assert.match(error.what, /16 MiB that the engine was given for 1 thread\./);
    return true;
  });
});

it('reaches no file outside the allowed folders, and no configuration', async () => {
  for (const sql of ["SELECT * FROM read_text('/etc/hostname')", 'SET threads = 4', "COPY (SELECT 1) TO '/tmp/x.csv'"])
    await assert.rejects(
      withDuckDb(options, (connection) => connection.run(sql)),
      /Permission Error|locked|Invalid Input/,
      sql,
    );
});
