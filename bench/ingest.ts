import { mkdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { csvExampleGen } from '../components/example-gen/csv-executor.js';
import { importExampleGen } from '../components/example-gen/import-executor.js';
import { checkParameters, type ParameterSchema } from '../components/parameters.js';
import { ColumnReader } from '../formats/example-columns.js';
import { openExamples } from '../formats/examples.js';
import { readTfRecordBlocks } from '../formats/tfrecord.js';
import { bareCopy, bareScan, FLIGHTS, writeFlightsCsv } from './support/flights.js';
import { load } from './support/process-usage.js';
import { costOf, inRounds, medianCost, medianRatio, peakOf, printPeak, type Cost } from './support/rounds.js';
import { median } from './support/statistics.js';

/*
 * Ingestion of three million flights against a bare scan and a bare copy of the same file by DuckDB, in turn: CSV and
 * Parquet to shuffled, split Parquet (aim for CSV: 5 times); and gzip TFRecords of tf.Examples (aim: read 600,000 a
 * second).
 * `node dist/bench/ingest.js [--rounds 5] [--threads 2] [--memory 1024]`
 */

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
    memory: { type: 'string', default: '1024' },
    once: { type: 'string' },
  },
});
const rounds = Number(flags.rounds);
const folder = await mkdtemp(path.join(tmpdir(), 'bench-ingest-'));
const resources = { threads: Number(flags.threads), memoryLimitMiB: Number(flags.memory), temporaryPath: folder };

/** Runs the ExampleGen for a file, and returns the folder of the Examples. */
async function ingest(input: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const generator = (input.endsWith('.csv') ? csvExampleGen : importExampleGen) as typeof csvExampleGen;
  const place = await mkdtemp(path.join(folder, 'examples-'));
  const temporaryPath = path.join(place, 'temporary');
  await mkdir(temporaryPath);
  const parameters = checkParameters(generator.contract.parameters as ParameterSchema, { input, ...more }).values;
  const file = (relative: string): string => {
    const target = path.join(place, relative);
    mkdirSync(path.dirname(target), { recursive: true });
    return target;
  };
  await generator.executor!({
    parameters,
    inputs: {},
    outputs: { examples: { path: place, file } },
    progress: () => undefined,
    signal: new AbortController().signal,
    resources: { ...resources, temporaryPath },
  } as never);
  await rm(temporaryPath, { recursive: true });
  return place;
}

const peak = (file: string): number =>
  peakOf(import.meta.url, file, ['--threads', flags.threads, '--memory', flags.memory]);

async function compare(name: string, file: string, aim: string): Promise<void> {
  const database = { ...resources, allowedPaths: [path.dirname(file)], preserveOrder: false };
  const { scan, copy, ours } = await inRounds(rounds, {
    scan: async () => await bareScan(file, database),
    copy: async () => await bareCopy(file, path.join(folder, 'copy.parquet'), database),
    ours: async () => await rm(await ingest(file), { recursive: true }),
  });
  console.log(
    `${name} to shuffled split Parquet: ${medianCost(ours)}; scan ${medianCost(scan)}: ${medianRatio(ours, scan)}${aim}; ` +
      `copy ${medianCost(copy)}: ${medianRatio(ours, copy)}; peak ${peak(file)} MiB; load ${load()}`,
  );
}

async function countColumns(file: string): Promise<number> {
  let records = 0;
  const reader = new ColumnReader();
  for await (const block of readTfRecordBlocks(file)) {
    for (let i = 0; i < block.count; i++) reader.add(block.bytes, block.starts[i]!, block.ends[i]!);
    records += reader.take().rows;
  }
  return records;
}

async function readTfRecords(file: string): Promise<void> {
  const records = await countColumns(file);
  const costs = await inRounds(rounds, {
    'to columns': async () => await countColumns(file),
    'openExamples, to Parquet': async () =>
      await openExamples(path.dirname(file), {
        ...resources,
        temporaryPath: await mkdtemp(path.join(folder, 'open-')),
      }),
    'ImportExampleGen, shuffled and split': async () => await rm(await ingest(file), { recursive: true }),
  });
  const rate = (of: readonly Cost[], key: keyof Cost): string =>
    Math.round(records / median(of.map((cost) => cost[key]))).toString();
  for (const [name, cost] of Object.entries(costs))
    console.log(
      `TFRecord ${name}: ${rate(cost, 'wall')} thousand tf.Examples/s (${rate(cost, 'cpu')} per CPU second), aim 600; load ${load()}`,
    );
  console.log(`TFRecord ImportExampleGen: peak ${peak(file)} MiB`);
}

async function main(): Promise<void> {
  const csv = path.join(folder, 'flights.csv');
  await writeFlightsCsv(csv, { ...resources, allowedPaths: [path.dirname(FLIGHTS)], preserveOrder: false });
  await compare('CSV', csv, ', aim 5');
  await compare('Parquet', FLIGHTS, '');
  let written = '';
  const cost = await costOf(async () => (written = await ingest(csv, { format: 'tfrecord', split: { all: 1 } })));
  console.log(`CSV to gzip TFRecord: ${medianCost([cost])}; load ${load()}`);
  await readTfRecords(await onlyFile(path.join(written, 'Split-all')));
}

async function onlyFile(from: string): Promise<string> {
  const [name] = await readdir(from);
  const place = await mkdtemp(path.join(folder, 'tfrecord-'));
  await cp(path.join(from, name!), path.join(place, name!));
  return path.join(place, name!);
}

try {
  if (flags.once === undefined) await main();
  else {
    await ingest(flags.once);
    printPeak();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
