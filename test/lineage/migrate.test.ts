import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { before, describe, it } from 'node:test';
import pg from 'pg';
import { migrate, migrationStatus } from '../../lineage/index.js';
import { migrations } from '../../lineage/migrations/index.js';
import { ML_METADATA_TABLES } from '../../lineage/migrations/ml-metadata-v10.js';
import { freshDatabase } from '../support/servers.js';
import { sharedPath, skipWithout } from '../support/shared.js';

async function query<R extends pg.QueryResultRow>(url: string, sql: string): Promise<R[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql)).rows;
  } finally {
    await client.end();
  }
}

const ALL = migrations.map(({ id }) => id);
const NEWEST = ALL.at(-1) ?? 0;

describe('migrate', () => {
  let url: string;
  before(async () => {
    url = await freshDatabase();
  });

  it('installs into an empty database, and a second call does no harm', async () => {
    assert.equal((await migrationStatus(url)).state, 'empty');
    assert.deepEqual(await migrate(url), ALL);
    assert.deepEqual(await migrate(url), []);
    assert.deepEqual(await migrationStatus(url), {
      state: 'current',
      version: NEWEST,
      expected: NEWEST,
      compatible: true,
    });
  });

  it("lets a user named like our schema find ml-metadata's tables, as the official client asks for them", async () => {
    const [user] = await query<{ name: string }>(url, 'select current_user as name');
    assert.equal(user?.name, 'tfx', 'the embedded servers log in as the user that this is about');
    assert.deepEqual(await query(url, 'select id, uri, state from artifact'), []);
    assert.deepEqual(await query(url, 'select id, last_known_state from execution'), []);
  });

  it('makes the system types that the official client makes, under its ids', async () => {
    const rows = await query<{ id: number; name: string }>(url, 'select id, name from type order by id');
    assert.deepEqual(
      rows.map((row) => `${row.id} ${row.name}`),
      ['Dataset', 'Model', 'Metrics', 'Statistics', 'Train', 'Transform', 'Process', 'Evaluate', 'Deploy'].map(
        (name, index) => `${index + 1} mlmd.${name}`,
      ),
    );
  });

  const golden = 'reference/fields/mlmd-postgres-schema-v10.txt';
  it('has the columns and indexes of ml-metadata and one more', { skip: skipWithout(golden) }, async () => {
    const expected = readFileSync(sharedPath(golden) ?? '', 'utf8').split('\n');
    const columns = await query<{ line: string }>(
      url,
      `select concat_ws(' | ', table_name, ordinal_position, column_name, data_type,
         coalesce(character_maximum_length::text, ''), is_nullable, coalesce(column_default, '')) as line
       from information_schema.columns where table_schema = 'public' order by table_name, ordinal_position`,
    );
    const indexes = await query<{ indexdef: string }>(
      url,
      `select indexdef from pg_indexes where schemaname = 'public' order by tablename, indexname`,
    );
    const trimmed = (lines: readonly string[]): string[] => lines.map((line) => line.trim()).sort();
    assert.deepEqual(
      trimmed(columns.map((row) => row.line)),
      trimmed(expected.filter((line) => / \| \d+ \| /.test(line))),
    );
    const extra = indexes.map((row) => row.indexdef).filter((line) => !expected.includes(line));
    assert.deepEqual(extra.length, 1);
    assert.match(extra[0] ?? '', /tfx_unique_type.*type_kind, name, COALESCE/);
    assert.equal(indexes.length - 1, expected.filter((line) => /^CREATE .*INDEX/.test(line)).length);
  });

  it('lets twenty installations run at once', async () => {
    const empty = await freshDatabase();
    const applied = await Promise.all(Array.from({ length: 20 }, () => migrate(empty)));
    assert.deepEqual(applied.flat(), ALL);
    assert.equal((await query(empty, 'select from tfx.migration')).length, ALL.length);
    assert.equal((await query(empty, 'select from type')).length, 9);
  });

  it('adopts a store that the official client made', async () => {
    const theirs = await freshDatabase();
    await query(theirs, ML_METADATA_TABLES);
    assert.equal((await migrationStatus(theirs)).state, 'pending');
    assert.deepEqual(await migrate(theirs), ALL);
    assert.equal((await migrationStatus(theirs)).state, 'current');
  });

  it('refuses a database of another application and changes nothing in it', async () => {
    const foreign = await freshDatabase();
    await query(foreign, 'create table customer (id int)');
    assert.equal((await migrationStatus(foreign)).state, 'foreign');
    await assert.rejects(migrate(foreign), { code: 'LINEAGE_FOREIGN_DATABASE', retryable: false });
    const tables = await query<{ tablename: string }>(
      foreign,
      `select tablename from pg_tables where schemaname in ('public', 'tfx')`,
    );
    assert.deepEqual(tables, [{ tablename: 'customer' }]);
  });

  it('refuses a store of another schema version, and one with a type registered twice', async () => {
    const old = await freshDatabase();
    await query(old, `${ML_METADATA_TABLES} update mlmdenv set schema_version = 9`);
    await assert.rejects(migrate(old), { code: 'LINEAGE_SCHEMA_VERSION' });
    const raced = await freshDatabase();
    await query(raced, `${ML_METADATA_TABLES} insert into type (name, type_kind) values ('Model', 1), ('Model', 1)`);
    await assert.rejects(migrate(raced), { code: 'LINEAGE_DUPLICATE_TYPES', message: /Model \(ids 10, 11\)/ });
  });

  it('refuses a database that a newer release migrated, unless that is compatible', async () => {
    const newer = await freshDatabase();
    await migrate(newer);
    await query(newer, 'insert into tfx.migration (id, breaking) values (1000, false)');
    assert.deepEqual(await migrate(newer), []);
    assert.deepEqual(await migrationStatus(newer), {
      state: 'newer',
      version: 1000,
      expected: NEWEST,
      compatible: true,
    });
    await query(newer, 'insert into tfx.migration (id, breaking) values (1001, true)');
    await assert.rejects(migrate(newer), { code: 'LINEAGE_DATABASE_NEWER' });
  });

  it('reports what is wrong with a connection, and never the password', async () => {
    await assert.rejects(migrate('postgres://me:secret@127.0.0.1:1/wine'), (error: unknown) => {
      assert.ok(error instanceof Error && 'code' in error && 'retryable' in error);
      assert.equal(error.code, 'LINEAGE_UNAVAILABLE');
      assert.equal(error.retryable, true);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
    const missing = new URL(url);
    missing.pathname = '/there_is_none';
    await assert.rejects(migrate(missing.href), { code: 'LINEAGE_DATABASE_MISSING', retryable: false });
  });
});
