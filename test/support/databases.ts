import { randomBytes } from 'node:crypto';
import pg from 'pg';

const PREFIX = 'test_';

/** Makes an empty database beside the given one. @returns its URL */
export async function createTestDatabase(serverUrl: string): Promise<string> {
  const name = `${PREFIX}${randomBytes(6).toString('hex')}`;
  await query(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a test's database, also when connections to it were left open. */
export async function dropTestDatabase(serverUrl: string, databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  if (!name.startsWith(PREFIX)) throw new Error(`${name} is not a test's database`);
  await query(serverUrl, `drop database if exists ${name} with (force)`);
}

/** Drops what test runs that were killed have left. */
export async function dropTestDatabases(serverUrl: string): Promise<void> {
  const names = await query(serverUrl, `select datname from pg_database where datname like '${PREFIX}%'`);
  for (const { datname } of names) await query(serverUrl, `drop database if exists ${datname} with (force)`);
}

async function query(url: string, sql: string): Promise<{ datname: string }[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ datname: string }>(sql)).rows;
  } finally {
    await client.end();
  }
}
