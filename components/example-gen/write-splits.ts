import { rename, rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { splitFolder, type Properties } from '../../artifacts/artifact.js';
import { sqlName, sqlString } from '../../formats/duckdb.js';
import { writeShardAsTfRecords } from './write-tfrecords.js';
import type { OutputPlace, ProgressReport } from '../implement.js';
import type { TableColumn } from './row-functions.js';
import { rowsPerGroup } from './row-groups.js';

/** A loaded table of one input split: columns `c0`, `c1`, … and the row hash `h`. */
export interface RowTable {
  readonly table: string;
  readonly columns: readonly TableColumn[];
  /** Rows of the input that were skipped or set aside. */
  readonly rejected?: number;
}

/** One output split: the rows of a table that it takes. */
export interface OutputSplit {
  readonly name: string;
  readonly source: RowTable;
  /** SQL over the table's columns. */
  readonly where: string;
}

export interface WriteOptions {
  readonly seed: number;
  readonly format: 'parquet' | 'tfrecord';
  readonly rowsPerShard: number;
  /** Blanks as present features without values, as TFX writes them. */
  readonly emptyLists: boolean;
  readonly place: OutputPlace;
  readonly progress: (report: ProgressReport) => void;
  readonly signal: AbortSignal;
}

export interface WrittenSplit {
  readonly name: string;
  readonly rows: number;
}

interface ShardOptions extends WriteOptions {
  /** Rows of a row group: readers can skip and share them. */
  readonly rowsPerGroup: number;
}

/**
 * Writes shuffled splits. Rows are ordered by their hash, so the bytes depend on the rows, the seed and the engine's
 * version alone: not on threads, the order of the input or how its files were cut.
 */
export async function writeSplits(
  connection: DuckDBConnection,
  splits: readonly OutputSplit[],
  options: WriteOptions,
): Promise<WrittenSplit[]> {
  const written: WrittenSplit[] = [];
  const rowGroups = new Map<RowTable, number>();
  for (const split of splits) {
    const { source, name } = split;
    options.signal.throwIfAborted();
    options.progress({ phase: `write ${name}`, done: written.length, total: splits.length, unit: 'splits' });
    if (!rowGroups.has(source)) rowGroups.set(source, await rowsPerGroup(connection, source.table, source.columns));
    const rows = await writeSplit(connection, split, { ...options, rowsPerGroup: rowGroups.get(source)! });
    written.push({ name, rows });
  }
  return written;
}

async function writeSplit(connection: DuckDBConnection, split: OutputSplit, options: ShardOptions): Promise<number> {
  const first = options.place.file(`${splitFolder(split.name)}/first`);
  if (options.format === 'parquet') {
    // Nearly always one shard is enough, and then nothing needs to be counted beforehand.
    const rows = await copyParquet(connection, selectShard(split, options, 0, 1), options, first);
    if (rows <= options.rowsPerShard) {
      await rename(first, options.place.file(shardName(split.name, options, 0, 1)));
      return rows;
    }
    await rm(first);
    return await writeShards(connection, split, options, rows);
  }
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${split.source.table} WHERE ${split.where}`);
  return await writeShards(connection, split, options, Number(counted.getRows()[0]?.[0]));
}

async function writeShards(
  connection: DuckDBConnection,
  split: OutputSplit,
  options: ShardOptions,
  rows: number,
): Promise<number> {
  const shards = Math.max(1, Math.ceil(rows / options.rowsPerShard));
  for (let shard = 0; shard < shards; shard++) {
    options.signal.throwIfAborted();
    const file = options.place.file(shardName(split.name, options, shard, shards));
    const select = selectShard(split, options, shard, shards);
    if (options.format === 'parquet') await copyParquet(connection, select, options, file);
    else await writeShardAsTfRecords(connection, select, split.source.columns, options.emptyLists, file);
  }
  return rows;
}

function shardName(split: string, options: WriteOptions, shard: number, shards: number): string {
  const place = `${String(shard).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}`;
  const file = options.format === 'parquet' ? `data_parquet-${place}.parquet` : `data_tfrecord-${place}.gz`;
  return `${splitFolder(split)}/${file}`;
}

function selectShard(split: OutputSplit, options: WriteOptions, shard: number, shards: number): string {
  const { table, columns } = split.source;
  const list = columns.map((column) => `c${column.index} AS ${sqlName(column.name)}`).join(', ');
  const order = orderKey(options.seed);
  const inShard = shards === 1 ? '' : ` AND ((${order}) >> 32) * ${shards}::UBIGINT >> 32 = ${shard}`;
  return `SELECT ${list} FROM ${table} WHERE (${split.where})${inShard} ORDER BY ${order}`;
}

/** A bijection of the row hash per seed: each 32-bit half is xored and multiplied by an odd constant, and they swap. */
function orderKey(seed: number): string {
  if (seed === 0) return 'h';
  const half = (bits: string): string =>
    `((xor(${bits}, ${seed}::UBIGINT) * 2654435761::UBIGINT) & 4294967295::UBIGINT)`;
  return `((${half('h & 4294967295::UBIGINT')} << 32) | ${half('h >> 32')})`;
}

async function copyParquet(
  connection: DuckDBConnection,
  select: string,
  options: ShardOptions,
  file: string,
): Promise<number> {
  const format = `FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE ${options.rowsPerGroup}`;
  const copied = await connection.runAndReadAll(`COPY (${select}) TO ${sqlString(file)} (${format})`);
  return Number(copied.getRows()[0]?.[0]);
}

/** The properties of the Examples artifact. */
export function examplesProperties(
  written: readonly WrittenSplit[],
  facts: {
    readonly format: 'parquet' | 'tfrecord';
    readonly span?: number | undefined;
    readonly version?: number | undefined;
    readonly fingerprint?: string | undefined;
    readonly rejected?: number | undefined;
  },
): Properties {
  return {
    split_names: JSON.stringify(written.map(({ name }) => name)),
    span: facts.span ?? 0,
    ...(facts.version === undefined ? {} : { version: facts.version }),
    file_format: facts.format === 'parquet' ? 'parquet' : 'tfrecords_gzip',
    payload_format: facts.format === 'parquet' ? 'FORMAT_PARQUET' : 'FORMAT_TF_EXAMPLE',
    ...(facts.fingerprint === undefined ? {} : { input_fingerprint: facts.fingerprint }),
    ...(facts.rejected === undefined || facts.rejected === 0 ? {} : { rejected_rows: facts.rejected }),
    ...Object.fromEntries(written.slice(0, 8).map(({ name, rows }) => [`rows_${name}`, rows])),
  };
}
