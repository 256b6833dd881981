import { PipelineError } from '../errors/pipeline-error.js';
import { databaseName } from './database-errors.js';
import { openDatabase, type Database, type Queryable } from './database.js';
import { migrations, type Migration } from './migrations/index.js';
import { ML_METADATA_SCHEMA_VERSION, ML_METADATA_TABLES, UNIQUE_TYPES_INDEX } from './migrations/ml-metadata-v10.js';

/** Any number serves, as long as every release takes the same one: it lets one installation in at a time. */
const MIGRATION_LOCK = 7_365_011;

export interface MigrationStatus {
  /** `empty`: nothing yet. `foreign`: another application's. `newer`: migrated by a later release. */
  readonly state: 'empty' | 'foreign' | 'pending' | 'current' | 'newer';
  /** The newest migration in the database, 0 for none. */
  readonly version: number;
  /** The newest migration that this release knows. */
  readonly expected: number;
  /** False when a later release's migrations forbid this release to write. */
  readonly compatible: boolean;
}

/**
 * Brings a database to this release's schema: ml-metadata's tables, its system types and our own. Any number of
 * processes may call it at once; a second call changes nothing.
 * @returns the migrations that this call applied.
 * @throws PipelineError LINEAGE_FOREIGN_DATABASE, LINEAGE_SCHEMA_VERSION, LINEAGE_DUPLICATE_TYPES, LINEAGE_DATABASE_NEWER.
 */
export async function migrate(databaseUrl: string): Promise<readonly number[]> {
  return await withDatabase(databaseUrl, (database) =>
    database.transaction(async (transaction) => {
      await transaction.query('select pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
      const applied = await install(transaction, databaseName(databaseUrl));
      await keepUserOutOfOurSchema(transaction);
      return applied;
    }),
  );
}

/**
 * Postgres looks for a table in the schema that is named like the user first. A user named tfx would find our tables
 * where ml-metadata's client asks for its own.
 */
async function keepUserOutOfOurSchema(transaction: Queryable): Promise<void> {
  const [found] = await transaction.query<{ user: string; database: string }>(
    `select current_user as user, quote_ident(current_database()) as database`,
  );
  if (found?.user === 'tfx') {
    await transaction.query(`alter role tfx in database ${found.database} set search_path = public`);
  }
}

/** What `migrate` would meet; changes nothing. */
export async function migrationStatus(databaseUrl: string): Promise<MigrationStatus> {
  return await withDatabase(databaseUrl, readStatus);
}

async function withDatabase<T>(databaseUrl: string, use: (database: Database) => Promise<T>): Promise<T> {
  const database = openDatabase(databaseUrl, { connections: 1, statementTimeoutMs: 120_000 });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

async function install(transaction: Queryable, name: string): Promise<readonly number[]> {
  const status = await readStatus(transaction);
  if (status.state === 'foreign') throw foreignDatabase(name);
  if (!status.compatible) throw newerDatabase(name, status);
  if (status.state === 'current' || status.state === 'newer') return [];
  if (status.state === 'empty') await transaction.query(ML_METADATA_TABLES);
  await requireSchemaVersion(transaction, name);
  await requireUniqueTypes(transaction, name);
  await transaction.query(UNIQUE_TYPES_INDEX);
  await transaction.query('create schema if not exists tfx');
  await transaction.query(`create table if not exists tfx.migration (
    id int primary key, breaking boolean not null, applied_at timestamptz not null default now())`);
  const pending = migrations.filter((migration) => migration.id > status.version);
  for (const migration of pending) await apply(transaction, migration);
  return pending.map((migration) => migration.id);
}

async function apply(transaction: Queryable, migration: Migration): Promise<void> {
  // The claim row comes first: should two installations ever meet here, the second one fails before it changes a table.
  await transaction.query('insert into tfx.migration (id, breaking) values ($1, $2)', [
    migration.id,
    migration.breaking,
  ]);
  await transaction.query(migration.sql);
}

/** Reads the state on any connection, also within a migration's own transaction. */
export async function readStatus(database: Queryable): Promise<MigrationStatus> {
  const expected = migrations.at(-1)?.id ?? 0;
  const [found] = await database.query<{ tables: number; mlmd: boolean; ours: boolean }>(`
    select (select count(*)::int from pg_tables where schemaname = current_schema()) as tables,
           to_regclass('mlmdenv') is not null as mlmd,
           to_regclass('tfx.migration') is not null as ours`);
  if (found === undefined || (found.tables === 0 && !found.ours)) {
    return { state: 'empty', version: 0, expected, compatible: true };
  }
  if (!found.mlmd) return { state: 'foreign', version: 0, expected, compatible: false };
  if (!found.ours) return { state: 'pending', version: 0, expected, compatible: true };
  const [applied] = await database.query<{ version: number; unknown: number }>(
    `select coalesce(max(id), 0) as version, count(*) filter (where breaking and id > $1)::int as unknown
     from tfx.migration`,
    [expected],
  );
  const version = applied?.version ?? 0;
  const state = version > expected ? 'newer' : version < expected ? 'pending' : 'current';
  return { state, version, expected, compatible: (applied?.unknown ?? 0) === 0 };
}

async function requireSchemaVersion(transaction: Queryable, name: string): Promise<void> {
  const versions = await transaction.query<{ schema_version: number }>('select schema_version from mlmdenv');
  const found = versions.map((row) => row.schema_version).join(', ') || 'none';
  if (found === String(ML_METADATA_SCHEMA_VERSION)) return;
  throw new PipelineError('LINEAGE_SCHEMA_VERSION', {
    what: `${name} has ml-metadata schema version ${found}; expected ${ML_METADATA_SCHEMA_VERSION}.`,
  });
}

async function requireUniqueTypes(transaction: Queryable, name: string): Promise<void> {
  const duplicates = await transaction.query<{ name: string; ids: string }>(`
    select name, string_agg(id::text, ', ' order by id) as ids from type
    group by type_kind, name, coalesce(version, '') having count(*) > 1 order by name limit 5`);
  if (duplicates.length === 0) return;
  const list = duplicates.map((row) => `${row.name} (ids ${row.ids})`).join('; ');
  throw new PipelineError('LINEAGE_DUPLICATE_TYPES', { what: `${name} has types registered twice: ${list}.` });
}

function foreignDatabase(name: string): PipelineError {
  return new PipelineError('LINEAGE_FOREIGN_DATABASE', {
    what: `${name} has tables, but none of ml-metadata's: it belongs to another application.`,
  });
}

function newerDatabase(name: string, status: MigrationStatus): PipelineError {
  return new PipelineError('LINEAGE_DATABASE_NEWER', {
    what: `${name} has migration ${status.version}; this release knows ${status.expected}.`,
  });
}
