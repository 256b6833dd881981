import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate, openLineage } from '../../lineage/index.js';
import { runProgram } from '../support/packed-project.js';
import { testServers } from '../support/servers.js';
import { repositoryRoot } from '../support/shared.js';

const at = (file: string): string => path.join(repositoryRoot, file);
const read = (file: string): string => readFileSync(at(file), 'utf8');
const SECRETS = [
  'POSTGRES_PASSWORD',
  'TEMPORAL_DATABASE_PASSWORD',
  'LINEAGE_OWNER_PASSWORD',
  'LINEAGE_WORKER_PASSWORD',
  'LINEAGE_READER_PASSWORD',
];

function skipWithoutProgram(program: string, ...words: string[]): string | false {
  return spawnSync(program, words).status === 0 ? false : `needs ${program}, which is not here`;
}

describe('docker-compose.yml', () => {
  const skip = skipWithoutProgram('docker-compose', 'version');
  const config = (env: NodeJS.ProcessEnv): ReturnType<typeof runProgram> =>
    runProgram('docker-compose', ['--file', at('docker-compose.yml'), 'config'], { cwd: tmpdir(), env });

  it('is valid with every secret set', { skip }, async () => {
    const secrets = Object.fromEntries(SECRETS.map((name) => [name, 'x']));
    const { code, stdout, stderr } = await config({ PATH: process.env['PATH'], ...secrets });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /model-server/);
  });

  it('refuses to start without the secrets', { skip }, async () => {
    const { code, stderr } = await config({ PATH: process.env['PATH'] });
    assert.notEqual(code, 0);
    assert.match(stderr, /PASSWORD/);
  });

  it('names only files that exist, and only secrets that .env.example asks for', () => {
    const compose = read('docker-compose.yml');
    const files = [...compose.matchAll(/- (\.\/[\w./-]+):/g)].map(([, file = '']) => file);
    assert.ok(files.length >= 4);
    for (const file of files) assert.ok(existsSync(at(file)), file);
    const asked = [...compose.matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name ?? '');
    assert.deepEqual(new Set(asked), new Set(SECRETS));
    for (const name of SECRETS) assert.match(read('.env.example'), new RegExp(`^${name}=$`, 'm'));
  });
});

describe('the database roles', () => {
  const skip = skipWithoutProgram('psql', '--version');
  const suffix = `_${randomBytes(4).toString('hex')}`;
  let server: string;
  before(async () => {
    if (skip !== false) return;
    server = (await testServers()).databaseUrl;
    const { hostname, port, username, password } = new URL(server);
    const secrets = Object.fromEntries(SECRETS.map((name) => [name, name.toLowerCase()]));
    const place = { PGHOST: hostname, PGPORT: port, PGPASSWORD: decodeURIComponent(password), POSTGRES_USER: username };
    const env = { ...process.env, ...secrets, ...place, POSTGRES_DB: 'postgres', ROLE_SUFFIX: suffix };
    const { code, stderr } = await runProgram('sh', [at('deploy/database-roles.sh')], { cwd: tmpdir(), env });
    assert.equal(code, 0, stderr);
  });
  after(async () => {
    if (skip !== false) return;
    for (const name of ['temporal', 'temporal_visibility', 'lineage'])
      await query(server, `drop database if exists ${name}${suffix} with (force)`);
    for (const name of ['temporal', 'tfx_owner', 'tfx_worker', 'tfx_reader'])
      await query(server, `drop role if exists ${name}${suffix}`);
  });
  const urlOf = (role: string, password: string, database: string): string => {
    const url = new URL(server);
    url.username = `${role}${suffix}`;
    url.password = password;
    url.pathname = `/${database}${suffix}`;
    return url.href;
  };

  it('let the owner migrate, the worker write rows but no tables, the reader only read', { skip }, async () => {
    await migrate(urlOf('tfx_owner', 'lineage_owner_password', 'lineage'));
    const worker = urlOf('tfx_worker', 'lineage_worker_password', 'lineage');
    const lineage = openLineage(worker);
    assert.ok((await lineage.reserveExecutionId()) > 0);
    await lineage.close();
    await query(worker, "insert into public.context (type_id, name) values (1, 'a')");
    await assert.rejects(query(worker, 'create table public.mine (a int)'), /permission denied/);
    await assert.rejects(query(worker, 'drop table public.context'), /must be owner/);
    const reader = urlOf('tfx_reader', 'lineage_reader_password', 'lineage');
    assert.equal((await query(reader, 'select name from public.context')).length, 1);
    await assert.rejects(query(reader, 'delete from public.context'), /permission denied/);
    const stranger = urlOf('tfx_worker', 'lineage_worker_password', 'temporal');
    await assert.rejects(query(stranger, 'select 1'), /permission denied for database/);
  });
});

describe('the Dockerfile', () => {
  it('copies only what is there and what its build may see', () => {
    const sources = [...read('Dockerfile').matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, list = '']) =>
      list.split(' ').filter((word) => word !== '.'),
    );
    for (const source of sources) assert.ok(existsSync(at(source)), source);
    const allowed = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, name]) => name ?? '');
    const { include } = JSON.parse(read('tsconfig.json')) as { include: string[] };
    for (const room of include) assert.ok(allowed.includes(room), `${room} would not be compiled in the image`);
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
