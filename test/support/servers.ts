import { after } from 'node:test';
import { join } from 'node:path';
import { connectLocal, findProjectRoot, statePaths, type LocalAddresses } from '../../local/index.js';
import { createTestDatabase, dropTestDatabase } from './databases.js';

let servers: Promise<LocalAddresses> | undefined;
const cleanUp: (() => Promise<void>)[] = [];

after(async () => {
  for (const step of cleanUp.reverse()) await step();
});

/**
 * The embedded Postgres and Temporal of the test run: real servers, shared by all test files (`npm test` starts them
 * once; a file that is run alone starts them or joins). Use a task queue, workflow ids and a database of your own.
 */
export function testServers(): Promise<LocalAddresses> {
  servers ??= connect();
  return servers;
}

/** The URL of a new, empty database, which is dropped when the test file ends. */
export async function freshDatabase(): Promise<string> {
  const { databaseUrl } = await testServers();
  const url = await createTestDatabase(databaseUrl);
  cleanUp.push(() => dropTestDatabase(databaseUrl, url));
  return url;
}

/** The `temporal` program's state folder for tests that start supervisors of their own: programs are shared. */
export function useSharedTools(): void {
  process.env['TFX_TEMPORAL_TOOLS'] ??= statePaths(join(findProjectRoot(), '.tfx-temporal')).tools;
}

async function connect(): Promise<LocalAddresses> {
  const given = process.env['TFX_TEMPORAL_TEST_SERVERS'];
  if (given !== undefined) return JSON.parse(given) as LocalAddresses;
  useSharedTools();
  process.env['TFX_TEMPORAL_FAST_POSTGRES'] = '1';
  const local = await connectLocal({ state: join(findProjectRoot(), '.tfx-temporal', 'test') });
  cleanUp.unshift(() => local.release());
  return local;
}
