import assert from 'node:assert/strict';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import pg from 'pg';
import { connectLocal, localStatus, stopLocal, type LocalEvent, type LocalStatus } from '../../local/index.js';
import { isAlive, supervisedProcesses } from '../../local/process/leftovers.js';
import { eventually, lineOf, newState, startCommand, type Command } from './commands.js';

type Running = Extract<LocalStatus, { running: true }>;

const state = newState();
const workerMain = join(state, 'worker.mjs');
writeFileSync(
  workerMain,
  `process.send({ ready: true }); console.log(process.env.TEMPORAL_ADDRESS); setInterval(() => {}, 1000);`,
);
const worker = { command: process.execPath, args: [workerMain], cwd: state, digest: 'one' };

async function running(): Promise<Running> {
  return await eventually(async () => {
    const status = await localStatus(state);
    return status.running ? status : undefined;
  }, 'running servers');
}

async function nothingRuns(): Promise<void> {
  await eventually(() => (supervisedProcesses(state).length === 0 ? true : undefined), 'the end of all processes');
}

function kill(command: Command): void {
  command.child.kill('SIGKILL');
}

after(async () => {
  await stopLocal(state);
  await nothingRuns();
  rmSync(state, { recursive: true, force: true });
});

describe('the supervisor of the embedded servers', () => {
  it('is shared by five commands at once, and ends when all of them are killed', async () => {
    const commands = Array.from({ length: 5 }, () => startCommand(state, worker));
    const connected = await Promise.all(commands.map((command) => lineOf(command, { type: 'connected' })));
    assert.equal(new Set(connected.map(({ address }) => address)).size, 1);
    const status = await running();
    assert.equal(status.clients.length, 5);
    await lineOf(commands[0] as Command, { type: 'worker', state: 'ready' });
    commands.forEach(kill);
    await nothingRuns();
    assert.deepEqual(await localStatus(state), { running: false });
    assert.equal(existsSync(join(state, 'supervisor.json')), false);
  });

  it('leaves nothing running when it is killed itself, and commands bring everything back', async () => {
    const command = startCommand(state, worker);
    await lineOf(command, { type: 'worker', state: 'ready' });
    const before = await running();
    process.kill(before.supervisorPid, 'SIGKILL');
    await lineOf(command, { type: 'recovering' });
    const old = [before.postgresPid, before.temporalPid, before.workerPid].map(Number);
    await eventually(() => (old.some(isAlive) ? undefined : true), 'the end of the old processes');
    const now = await eventually(async () => {
      const status = await localStatus(state);
      return status.running && status.workerReady ? status : undefined;
    }, 'a new worker');
    assert.notEqual(now.supervisorPid, before.supervisorPid);
    assert.equal(now.temporalAddress, before.temporalAddress);
    kill(command);
    process.kill(now.supervisorPid, 'SIGKILL');
    await nothingRuns();
  });

  it('brings Postgres and Temporal back on their ports when they are killed, with their data', async () => {
    const servers = await connectLocal({ state });
    const { postgresPid, temporalPid } = await running();
    await query(servers.databaseUrl, 'create table kept as select 42 as answer');
    for (const pid of [postgresPid, temporalPid]) process.kill(Number(pid), 'SIGKILL');
    await eventually(async () => {
      const status = await running();
      return status.postgresPid !== postgresPid && status.temporalPid !== temporalPid ? true : undefined;
    }, 'new servers');
    const rows = await eventually(
      () => query(servers.databaseUrl, 'select answer from kept').catch(() => undefined),
      'rows',
    );
    assert.deepEqual(rows, [{ answer: 42 }]);
    await servers.release();
  });

  it('starts a killed worker again, a changed one anew, and gives a broken one up with its last words', async () => {
    const events: LocalEvent[] = [];
    const servers = await connectLocal({ state, worker, onEvent: (event) => events.push(event) });
    const workers = (wanted: string) =>
      events.filter((event) => event.type === 'worker').filter((event) => event.state === wanted);
    const first = await eventually(() => workers('ready')[0], 'a worker');
    process.kill(Number(first.pid), 'SIGKILL');
    await eventually(() => workers('ready')[1], 'the worker again');
    servers.ensureWorker({ ...worker, digest: 'two' });
    await eventually(() => workers('ready')[2], 'the changed worker');
    const broken = 'console.error("no module wine"); process.exit(3)';
    servers.ensureWorker({ ...worker, args: ['-e', broken], digest: 'three' });
    const failed = await eventually(() => workers('failed')[0], 'the end of a broken worker');
    assert.equal(failed.log?.at(-1), 'no module wine');
    await servers.release();
  });

  it('starts over a lock, a socket and a postmaster.pid that a crash of the machine left', async () => {
    await stopLocal(state);
    await nothingRuns();
    writeFileSync(join(state, 'supervisor.sock'), '');
    writeFileSync(join(state, 'supervisor.lock'), '');
    writeFileSync(join(state, 'postgres', 'data', 'postmaster.pid'), `${String(process.pid)}\n`);
    const servers = await connectLocal({ state });
    assert.deepEqual(await query(servers.databaseUrl, 'select 1 as one'), [{ one: 1 }]);
    await servers.release();
  });

  it('ends when the state folder is deleted, and the next start is a clean slate', async () => {
    const servers = await connectLocal({ state });
    const { supervisorPid } = await running();
    rmSync(state, { recursive: true, force: true });
    await eventually(() => (isAlive(supervisorPid) ? undefined : true), 'the end of the supervisor');
    await servers.release();
    const fresh = await connectLocal({ state });
    const tables = await query(fresh.databaseUrl, `select 1 from pg_tables where tablename = 'kept'`);
    assert.deepEqual(tables, []);
    await fresh.release();
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
