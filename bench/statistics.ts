import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openInputs } from '../components/example-gen/open-inputs.js';
import { computeStatistics, type StatisticsSource } from '../components/statistics-gen/compute-statistics.js';
import { sqlName, sqlString, withDuckDb } from '../formats/duckdb.js';

/*
 * Statistics of 3 million flights against a bare scan of the same file by DuckDB, in the same run.
 * `node dist/bench/statistics.js [--runs 5] [--threads 2] [--memory 512]`
 */

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    memory: { type: 'string', default: '512' },
  },
});
const runs = Number(flags.runs);
const threads = Number(flags.threads);
const memoryLimitMiB = Number(flags.memory);

const main = createRequire(import.meta.url).resolve('vega-datasets');
const parquet = path.join(path.dirname(main), '../data/flights-3m.parquet');
const temporaryPath = await mkdtemp(path.join(tmpdir(), 'bench-statistics-'));
const database = {
  threads,
  memoryLimitMiB,
  temporaryPath,
  allowedPaths: [path.dirname(parquet)],
  preserveOrder: false,
};

async function timed(work: () => Promise<unknown>): Promise<{ ms: number; cpuMs: number }> {
  const [before, start] = [process.cpuUsage(), performance.now()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Reads every cell once, and no more. */
async function bareScan(table: string): Promise<void> {
  await withDuckDb(database, async (connection) => {
    const columns = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${table}`)).getRows();
    const read = columns.map(([name, type]) => {
      const column = sqlName(String(name));
      if (type === 'VARCHAR') return `sum(strlen(${column}))`;
      return String(type).startsWith('TIMESTAMP') || type === 'DATE' ? `sum(epoch(${column}))` : `sum(${column})`;
    });
    await connection.runAndReadAll(`SELECT count(*), ${read.join(', ')} FROM ${table}`);
  });
}

async function compare(name: string, table: string, open: () => Promise<StatisticsSource>): Promise<void> {
  const scans: number[] = [];
  const statistics: number[] = [];
  const cpu: number[] = [];
  for (let run = 0; run < runs; run++) {
    scans.push((await timed(() => bareScan(table))).ms);
    const { ms, cpuMs } = await timed(async () =>
      computeStatistics(await open(), {}, { threads, memoryLimitMiB, temporaryPath }),
    );
    statistics.push(ms);
    cpu.push(cpuMs);
  }
  const ratio = median(statistics.map((ms, run) => ms / (scans[run] ?? ms)));
  const rss = Math.round(process.resourceUsage().maxRSS / 1024);
  console.log(
    `${name}: scan ${median(scans).toFixed(0)} ms, statistics ${median(statistics).toFixed(0)} ms ` +
      `(${median(cpu).toFixed(0)} CPU ms), ${ratio.toFixed(1)} times the scan, peak ${rss} MiB`,
  );
}

try {
  await compare('Parquet', `read_parquet(${sqlString(parquet)})`, () => Promise.resolve({ parquet: [parquet] }));
  const csv = path.join(temporaryPath, 'flights.csv');
  await withDuckDb(database, async (connection) => {
    await connection.run(`COPY (SELECT * FROM read_parquet(${sqlString(parquet)})) TO ${sqlString(csv)} (HEADER)`);
  });
  await compare('CSV', `read_csv(${sqlString(csv)})`, async () => (await openInputs([csv], { temporaryPath })).source);
} finally {
  await rm(temporaryPath, { recursive: true });
}
