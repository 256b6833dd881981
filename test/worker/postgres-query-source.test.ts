import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import pg from 'pg';
import { queryExampleGen } from '../../components/example-gen/query-executor.js';
import { isPipelineError } from '../../errors/pipeline-error.js';
import { executorServices } from '../../worker/services.js';
import { postgresQuerySource } from '../../worker/postgres-query-source.js';
import { rowsOf, runExampleGen } from '../components/example-gen/run-example-gen.js';
import { createTestDatabase, dropTestDatabase } from '../support/databases.js';
import { testServers } from '../support/servers.js';

describe('QueryExampleGen on Postgres', () => {
  let server = '';
  let url = '';

  before(async () => {
    ({ databaseUrl: server } = await testServers());
    url = await createTestDatabase(server);
    await sql(`create table trips as select n as id, (n / 3.0)::numeric as fare, n % 2 = 0 as even, 'Zoë "x", y' as who,
      array['a', 'b,"c'] as tags, array[1.5, 'NaN']::float8[] as shares, '\\xff00'::bytea as raw,
      timestamp '2026-01-02 03:04:05' as at, case when n > 5 then n end as late from generate_series(1, 12000) n`);
    process.env['TFX_TEMPORAL_QUERY_POSTGRES_URL'] = url;
  });
  after(async () => {
    delete process.env['TFX_TEMPORAL_QUERY_POSTGRES_URL'];
    await dropTestDatabase(server, url);
  });

  async function sql(text: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  const run = (query: string) =>
    runExampleGen(queryExampleGen, { source: 'postgres', query, split: { all: 1 } }, { services: executorServices() });

  it('reads every kind of column', async () => {
    const [row] = await rowsOf(await run('select * from trips where id = 1;'), 'all');
    assert.deepEqual(
      { ...row },
      {
        id: 1n,
        fare: Math.fround(1 / 3),
        even: 0n,
        who: 'Zoë "x", y',
        tags: ['a', 'b,"c'],
        shares: [1.5, NaN],
        raw: Buffer.from([255, 0]),
        at: '2026-01-02 03:04:05',
        late: null,
      },
    );
  });

  it('reads more rows than a batch holds, once each', async () => {
    const rows = await rowsOf(await run('select id from trips -- all of them'), 'all');
    assert.equal(new Set(rows.map(({ id }) => id)).size, 12_000);
  });

  it('refuses what is no query, two statements, or writes', async () => {
    const statements = ['selct 1', 'select 1; select 2', 'delete from trips returning id', "select nextval('nope')"];
    for (const query of statements)
      await assert.rejects(run(query), (error) => isPipelineError(error) && error.code === 'QUERY_FAILED', query);
    await assert.rejects(run('select array[1, null] as x'), /array of "x" has an element that is NULL/);
    assert.equal((await sql('select 1 from trips')).length, 12_000);
  });

  it('leaves no connection behind, also when it is given up', async () => {
    const { batches } = await postgresQuerySource(url).query('select id from trips', new AbortController().signal);
    for await (const batch of batches) {
      assert.equal(batch.length, 5000);
      break;
    }
    const open = `select 1 from pg_stat_activity where application_name like '%QueryExampleGen' and datname = current_database()`;
    let left = await sql(open);
    for (let tries = 0; tries < 50 && left.length > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      left = await sql(open);
    }
    assert.deepEqual(left, []);
  });

  it('is retried when the server is away', async () => {
    const source = postgresQuerySource('postgres://nobody:secret@127.0.0.1:1/none');
    await assert.rejects(source.query('select 1', new AbortController().signal), (error) => {
      assert.ok(isPipelineError(error));
      assert.equal(error.code, 'QUERY_SOURCE_UNAVAILABLE');
      assert.ok(error.retryable);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
});
