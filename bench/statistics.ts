import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openInputs } from '../components/example-gen/open-inputs.js';
import { computeStatistics } from '../components/statistics-gen/compute-statistics.js';
import { bareScan, FLIGHTS, writeFlightsCsv } from './support/flights.js';
import { load } from './support/process-usage.js';
import { inRounds, medianCost, medianRatio, peakOf, printPeak } from './support/rounds.js';

/*
 * Statistics of three million flights against a bare scan of the same file by DuckDB, in turn: as Parquet (aim: 4 times
 * the scan, 250 MiB) and as CSV (aim: 4 times).
 * `node dist/bench/statistics.js [--rounds 5] [--threads 2] [--memory 512]`
 */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    memory: { type: 'string', default: '512' },
    once: { type: 'string' },
  },
});
const temporaryPath = await mkdtemp(path.join(tmpdir(), 'bench-statistics-'));
const resources = { threads: Number(flags.threads), memoryLimitMiB: Number(flags.memory), temporaryPath };
const database = { ...resources, allowedPaths: [path.dirname(FLIGHTS)], preserveOrder: false };

async function statistics(file: string): Promise<void> {
  const { parquet, source } = await openInputs([file], resources);
  await computeStatistics(parquet ? { parquet } : source, {}, resources);
}

async function compare(name: string, file: string, aim: string): Promise<void> {
  const { scan, ours } = await inRounds(Number(flags.rounds), {
    scan: async () => await bareScan(file, { ...database, allowedPaths: [path.dirname(file)] }),
    ours: async () => await statistics(file),
  });
  const peak = peakOf(import.meta.url, file, ['--threads', flags.threads, '--memory', flags.memory]);
  console.log(
    `${name}: scan ${medianCost(scan)}, statistics ${medianCost(ours)}: ${medianRatio(ours, scan)}, ${aim}; ` +
      `peak ${peak} MiB; load ${load()}`,
  );
}

try {
  if (flags.once !== undefined) {
    await statistics(flags.once);
    printPeak();
  } else {
    await compare('Parquet', FLIGHTS, 'aim 4 and 250 MiB');
    const csv = path.join(temporaryPath, 'flights.csv');
    await writeFlightsCsv(csv, database);
    await compare('CSV', csv, 'aim 4');
  }
} finally {
  await rm(temporaryPath, { recursive: true });
}
