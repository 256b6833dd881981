/*
 * What a component costs beside its work, on the embedded (file-backed) servers: chains of no-op components, made (miss)
 * and reused (hit), for 1, 10 and 50 runs at once, with the worker's memory; at the end what is twice or open in lineage.
 * Run: node dist/bench/orchestration.js [components per run] [repeats of a single run]
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, runPipeline, type PipelineClient } from '../client/index.js';
import { migrate } from '../lineage/index.js';
import { connectLocal, localStatus, type LocalServers } from '../local/index.js';
import { createTestDatabase, dropTestDatabase } from '../test/support/databases.js';
import { lineageProblems, rows } from '../test/durability/problems.js';
import { cpuSeconds, load, memoryMiB } from './support/process-usage.js';
import { median, milliseconds as ms, row } from './support/statistics.js';

const STEPS = Number(process.argv[2] ?? 10);
const REPEATS = Number(process.argv[3] ?? 5);
const taskQueue = `bench-${process.pid}`;

const folder = await mkdtemp(path.join(tmpdir(), 'bench-orchestration-'));
const local = await connectLocal();
const databaseUrl = await createTestDatabase(local.databaseUrl);
await migrate(databaseUrl);
const worker = await startWorker(local);
const temporal = await connect({ address: local.temporalAddress });
try {
  await main(temporal, worker.pid ?? 0);
  await printLineage();
} finally {
  await temporal.close();
  worker.kill('SIGTERM');
  await once(worker, 'exit');
  await dropTestDatabase(local.databaseUrl, databaseUrl);
  await local.release();
  await rm(folder, { recursive: true, force: true });
}

async function startWorker({ temporalAddress }: LocalServers): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('orchestration/worker.js', import.meta.url));
  const child = fork(main, [temporalAddress, taskQueue, databaseUrl, folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

async function main(client: PipelineClient, pid: number): Promise<void> {
  console.log(row(`${STEPS} components a run`, ['ms each', 'CPU ms each', 'MiB now', 'MiB peak', 'load']));
  for (const weight of ['light', 'heavy'] as const) {
    const salt = `${weight} ${Date.now()}`;
    await runAll(client, weight, [`warm ${salt}`]);
    for (const concurrent of weight === 'light' ? [1, 10, 50] : [1, 10]) {
      const repeats = concurrent === 1 ? REPEATS : 1;
      for (const kind of ['miss', 'hit'] as const) {
        const costs: Cost[] = [];
        for (let i = 0; i < repeats; i++) {
          costs.push(await cost(client, weight, salts(`${salt} ${concurrent} ${i}`, concurrent), pid));
        }
        print(`${weight} ${kind}, ${concurrent} at once`, costs, pid);
      }
    }
  }
}

function salts(salt: string, count: number): string[] {
  return Array.from({ length: count }, (_, i) => `${salt} ${i}`);
}

interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

/** Milliseconds for each component, of runs at once. */
async function cost(client: PipelineClient, pipeline: string, all: readonly string[], pid: number): Promise<Cost> {
  const status = await localStatus();
  const pids = [pid, ...(status.running ? [status.supervisorPid] : [])];
  const cpu = cpuSeconds(pids);
  const start = performance.now();
  await runAll(client, pipeline, all);
  const components = all.length * STEPS;
  return { wall: (performance.now() - start) / components, cpu: ((cpuSeconds(pids) - cpu) * 1000) / components };
}

async function runAll({ client }: PipelineClient, pipeline: string, all: readonly string[]): Promise<void> {
  await Promise.all(
    all.map((salt) =>
      runPipeline(client, pipeline, { taskQueue, name: crypto.randomUUID(), parameters: { steps: STEPS, salt } }),
    ),
  );
}

/** Runs at once register types and find each other's outputs at once. */
async function printLineage(): Promise<void> {
  const problems = await lineageProblems({ databaseUrl, artifactRoot: path.join(folder, 'artifacts') });
  const [counts] = await rows(
    databaseUrl,
    `select (select count(*) from execution) as executions, (select count(*) from artifact) as artifacts,
       (select count(*) from type) as types`,
  );
  console.log(`  lineage: ${JSON.stringify(counts)}`);
  console.log(problems.length === 0 ? '  nothing is twice, open or half' : problems.join('\n'));
}

function print(title: string, costs: readonly Cost[], pid: number): void {
  const { now, peak } = memoryMiB(pid);
  const cells = [median(costs.map(({ wall }) => wall)), median(costs.map(({ cpu }) => cpu)), now, peak].map(ms);
  console.log(row(title, [...cells, load()]));
}
