import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError, isPipelineError } from '../errors/pipeline-error.js';
import { sqlString, withDuckDb } from './duckdb.js';
import { ColumnReader } from './example-columns.js';
import { ExampleTable, type EmptyFeatures } from './example-table.js';
import { decodeExample, encodeExample, type FeatureType } from './tf-example.js';
import { readTfRecordBlocks, type RecordBlock } from './tfrecord.js';

interface Options {
  readonly temporaryPath: string;
  readonly threads?: number;
  readonly memoryLimitMiB?: number;
  readonly emptyFeatures?: EmptyFeatures;
}

/**
 * Converts TFRecord files of tf.Examples into one temporary Parquet file, rows in file order, with columns as
 * `loadTfRecords` makes them.
 *
 * @returns the file's path under `temporaryPath`.
 * @throws what `loadTfRecords` throws.
 */
export async function convertTfRecordsToParquet(files: readonly string[], options: Options): Promise<string> {
  const { temporaryPath, threads = 1, memoryLimitMiB = 512, emptyFeatures } = options;
  const target = path.join(temporaryPath, `examples-${randomUUID()}.parquet`);
  await withDuckDb({ threads, memoryLimitMiB, temporaryPath, allowedPaths: [] }, async (connection) => {
    const table = await loadTfRecords(connection, 'examples', files, emptyFeatures);
    await connection.run(
      `COPY (${await table.select()}) TO ${sqlString(target)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)`,
    );
  });
  return target;
}

/**
 * Loads TFRecord files of tf.Examples, rows in file order: a feature that never holds more than one value in a record
 * becomes a plain column, others a list. A Feature without values is null in a plain column, and one without a kind is
 * null everywhere; `emptyFeatures: 'kept'` gives them as TFDV counts them.
 *
 * @throws FEATURE_TYPES_CLASH, EXAMPLE_CORRUPT, EXAMPLES_COLUMN_UNSUPPORTED and what reading TFRecords throws.
 */
export async function loadTfRecords(
  connection: DuckDBConnection,
  name: string,
  files: readonly string[],
  emptyFeatures?: EmptyFeatures,
): Promise<ExampleTable> {
  const table = new ExampleTable(connection, name, emptyFeatures);
  const reader = new ColumnReader();
  for (const file of files) {
    for await (const block of readTfRecordBlocks(file)) {
      const read = readBlock(reader, block, file);
      await table.append(reader.take(), read.bytes);
    }
  }
  return table;
}

/** Reads a block's records into columns; unusual but valid ones are first written again in the usual way. */
function readBlock(reader: ColumnReader, block: RecordBlock, file: string): RecordBlock {
  let record = 0;
  try {
    for (; record < block.count; record++) reader.add(block.bytes, block.starts[record]!, block.ends[record]!);
    return block;
  } catch (cause) {
    if (!isPipelineError(cause) || cause.code !== 'EXAMPLE_CORRUPT')
      throw inRecord(cause, file, block.firstRecord + record);
  }
  reader.take();
  const usual = rewritten(block, file);
  for (record = 0; record < usual.count; record++) {
    try {
      reader.add(usual.bytes, usual.starts[record]!, usual.ends[record]!);
    } catch (cause) {
      throw inRecord(cause, file, block.firstRecord + record);
    }
  }
  return usual;
}

function rewritten(block: RecordBlock, file: string): RecordBlock {
  const records = Array.from({ length: block.count }, (_, i) => {
    try {
      const features = Object.entries(decodeExample(block.bytes.subarray(block.starts[i], block.ends[i])));
      const types: Record<string, FeatureType> = {};
      for (const [name, { type }] of features) if (type !== undefined) types[name] = type;
      return encodeExample(Object.fromEntries(features.map(([name, { values }]) => [name, values])), types);
    } catch (cause) {
      throw inRecord(cause, file, block.firstRecord + i);
    }
  });
  let end = 0;
  const ends = records.map((record) => (end += record.length));
  return { ...block, bytes: Buffer.concat(records), ends, starts: ends.map((at, i) => at - records[i]!.length) };
}

function inRecord(cause: unknown, file: string, record: number): unknown {
  if (!isPipelineError(cause)) return cause;
  return new PipelineError(cause.code, {
    what: `${file}, record ${record}: ${cause.what}`,
    details: { ...cause.details, file, record },
    cause,
  });
}
