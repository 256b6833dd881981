/*
 * Ingestion against a bare DuckDB scan and COPY of the same file in the same run, on vega-datasets' flights-3m as CSV
 * and as Parquet; and reading gzip TFRecord. Medians. Run: node dist/bench/ingest.js [repeats]
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { csvExampleGen } from '../components/example-gen/csv-executor.js';
import { importExampleGen } from '../components/example-gen/import-executor.js';
import { checkParameters, type ParameterSchema } from '../components/parameters.js';
import { sqlString, withDuckDb } from '../formats/duckdb.js';
import { ColumnReader } from '../formats/example-columns.js';
import { readTfRecordBlocks } from '../formats/tfrecord.js';

const REPEATS = Number(process.argv[2] ?? 5);
const RESOURCES = { threads: 2, memoryLimitMiB: 2048 };

const folder = await mkdtemp(path.join(tmpdir(), 'bench-ingest-'));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const parquet = path.join(
    path.dirname(createRequire(import.meta.url).resolve('vega-datasets')),
    '../data/flights-3m.parquet',
  );
  const csv = path.join(folder, 'flights-3m.csv');
  await sql(`COPY (FROM ${sqlString(parquet)}) TO ${sqlString(csv)} (HEADER)`, path.dirname(parquet));
  for (const [name, source, generator] of [
    ['CSV', csv, csvExampleGen],
    ['Parquet', parquet, importExampleGen],
  ] as const) {
    const scan = await median(
      async () => await sql(`SELECT max(COLUMNS(*)) FROM ${sqlString(source)}`, path.dirname(source)),
    );
    const copy = await median(
      async () =>
        await sql(
          `COPY (FROM ${sqlString(source)}) TO ${sqlString(path.join(folder, 'copy.parquet'))} (FORMAT parquet, COMPRESSION zstd)`,
          path.dirname(source),
        ),
    );
    const ingest = await median(async () => await generate(generator as typeof csvExampleGen, source));
    print(`${name}: bare scan`, scan);
    print(`${name}: bare COPY to Parquet`, copy, scan);
    print(`${name}: split, shuffled Parquet`, ingest, scan);
  }
  await benchTfRecord(csv);
}

async function benchTfRecord(csv: string): Promise<void> {
  const place = await generate(csvExampleGen, csv, { format: 'tfrecord', split: { all: 1 } });
  const file = path.join(place, 'Split-all/data_tfrecord-00000-of-00001.gz');
  let records = 0;
  const ms = await median(async () => {
    records = 0;
    const reader = new ColumnReader();
    for await (const block of readTfRecordBlocks(file)) {
      for (let i = 0; i < block.count; i++) reader.add(block.bytes, block.starts[i]!, block.ends[i]!);
      records += reader.take().rows;
    }
  });
  console.log(
    `gzip TFRecord to columns: ${Math.round(records / ms)} thousand tf.Examples/s (${records} in ${ms.toFixed(0)} ms)`,
  );
}

async function generate(
  generator: typeof csvExampleGen,
  input: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<string> {
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
    resources: { ...RESOURCES, temporaryPath },
  } as never);
  return place;
}

async function sql(statement: string, ...allowedPaths: string[]): Promise<void> {
  await withDuckDb(
    { ...RESOURCES, temporaryPath: folder, allowedPaths, preserveOrder: false },
    async (connection) => await connection.run(statement),
  );
}

async function median(run: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

function print(what: string, ms: number, against?: number): void {
  console.log(
    `${what}: ${ms.toFixed(0)} ms${against === undefined ? '' : `, ${(ms / against).toFixed(1)} times the scan`}`,
  );
}
