/*
 * StatisticsGen of eight shards in one activity and in several, on two workers with one thread each: flights (few distinct
 * values) and noise (every value another). Checks that all make the same bytes.
 * Run: node dist/bench/parts.js [times the three million flights] [repeats]
 */
import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Artifact } from '../artifacts/artifact.js';
import { connect, runPipeline, type PipelineClient } from '../client/index.js';
import { sqlString } from '../formats/duckdb.js';
import { migrate } from '../lineage/index.js';
import { connectLocal } from '../local/index.js';
import { createTestDatabase, dropTestDatabase } from '../test/support/databases.js';
import { FLIGHTS, runSql } from './support/flights.js';
import { cpuSeconds, load } from './support/process-usage.js';
import { median, row, seconds } from './support/statistics.js';

const TIMES = Number(process.argv[2] ?? 5);
const REPEATS = Number(process.argv[3] ?? 3);
const SHARDS = 8;
const PARTS = [1, 2, 4, 8];
const taskQueue = `bench-parts-${process.pid}`;

const folder = await mkdtemp(path.join(tmpdir(), 'bench-parts-'));
const local = await connectLocal();
const databaseUrl = await createTestDatabase(local.databaseUrl);
await migrate(databaseUrl);
const workers = [await startWorker(), await startWorker()];
const temporal = await connect({ address: local.temporalAddress });
try {
  console.log(row(`${SHARDS} shards`, ['parts', 'node, s', 'CPU s', 'load']));
  await measure(
    'flights',
    `SELECT * EXCLUDE (range) REPLACE (epoch(date)::BIGINT AS date) FROM ${sqlString(FLIGHTS)}, range(${TIMES})`,
  );
  await measure(
    'noise',
    `SELECT random() AS a, random()::FLOAT AS b, uuid()::VARCHAR AS c FROM range(${TIMES * 1_000_000})`,
  );
} finally {
  await temporal.close();
  for (const worker of workers) {
    worker.kill('SIGTERM');
    await once(worker, 'exit');
  }
  await dropTestDatabase(local.databaseUrl, databaseUrl);
  await local.release();
  await rm(folder, { recursive: true, force: true });
}

async function startWorker(): Promise<ChildProcess> {
  const main = fileURLToPath(new URL('parts/worker.js', import.meta.url));
  const child = fork(main, [local.temporalAddress, taskQueue, databaseUrl, folder], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  await once(child, 'message');
  return child;
}

async function writeExamples(name: string, select: string): Promise<string> {
  const split = path.join(folder, name, 'Split-train');
  await mkdir(split, { recursive: true });
  const options = { threads: 2, memoryLimitMiB: 1024, temporaryPath: folder, allowedPaths: [path.dirname(FLIGHTS)] };
  const all = path.join(folder, `${name}.parquet`);
  await runSql(`COPY (${select}) TO ${sqlString(all)} (FORMAT parquet)`, { ...options, preserveOrder: false });
  for (let shard = 0; shard < SHARDS; shard++) {
    const file = path.join(split, `data-${shard}.parquet`);
    const own = `SELECT * EXCLUDE (file_row_number) FROM read_parquet(${sqlString(all)}, file_row_number = true) WHERE file_row_number % ${SHARDS} = ${shard}`;
    await runSql(`COPY (${own}) TO ${sqlString(file)} (FORMAT parquet, COMPRESSION zstd)`, options);
  }
  return path.dirname(split);
}

async function measure(name: string, select: string): Promise<void> {
  const uri = await writeExamples(name, select);
  await describe(temporal, uri, 2); // Threads are loaded.
  const digests = new Set<string>();
  for (const parts of PARTS) {
    const runs: { readonly ms: number; readonly cpu: number }[] = [];
    for (let i = 0; i < REPEATS; i++) {
      const before = cpuSeconds(workers.map(({ pid }) => pid));
      const { ms, digest } = await describe(temporal, uri, parts);
      runs.push({ ms, cpu: cpuSeconds(workers.map(({ pid }) => pid)) - before });
      digests.add(digest);
    }
    const cells = [
      String(parts),
      seconds(median(runs.map(({ ms }) => ms))),
      median(runs.map(({ cpu }) => cpu)).toFixed(2),
    ];
    console.log(row(name, [...cells, load()]));
  }
  assert.equal(digests.size, 1, 'the bytes depend on the number of parts');
}

async function describe(
  { client }: PipelineClient,
  uri: string,
  parts: number,
): Promise<{ readonly ms: number; readonly digest: string }> {
  const { outputs, nodes } = await runPipeline(client, 'describing', { taskQueue, parameters: { uri, parts } });
  const { statistics } = outputs as { readonly statistics: Artifact };
  return { ms: (nodes.at(-1)?.seconds ?? NaN) * 1000, digest: statistics.digest };
}
