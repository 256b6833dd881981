import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { sqlString } from '../../formats/duckdb.js';
import type { Counted, Relation } from './collect-state.js';
import {
  describedColumns,
  weightColumn,
  withSource,
  type ParquetSource,
  type StatisticsOptions,
  type StatisticsResources,
} from './compute-statistics.js';
import { countSql, factorOf, totalsSql, weightOf, type CountSql, type WeightScale } from './count-sql.js';
import { slicesOf } from './slices.js';
import type { SourceColumn } from './source-column.js';

/*
 * What one part counts, as a DuckDB file: table `slices`, and by number of slice (0: all rows) and of column the tables
 * `t<slice>`, `v<slice>_<column>` and `l<slice>_<column>` of `count-sql.ts`. Parts' counts add up, so statistics of parts
 * are the statistics of all rows, bit by bit: with one exception, weights that differ by more than about 2⁴⁷ / rows, whose
 * least digits each part cuts at its own unit.
 */

const ALL_ROWS = 0;
/** Most tables are tiny. */
const BLOCK_SIZE = 16384;

const table = (database: string, kind: 't' | 'v' | 'l', slice: number, column?: number): string =>
  `${database}.${kind}${slice}${column === undefined ? '' : `_${column}`}`;

/** Counts a part's rows into a new file. Returns how many rows there are. */
export async function writePartCounts(
  source: ParquetSource,
  options: StatisticsOptions,
  resources: StatisticsResources,
  file: string,
): Promise<number> {
  const folders = [path.dirname(file)];
  return withSource(source, options, { ...resources, folders }, async (connection, relation) => {
    await connection.run(`ATTACH ${sqlString(file)} AS part (BLOCK_SIZE ${BLOCK_SIZE})`);
    // One transaction: else every table waits for the disk.
    await connection.run('BEGIN');
    await connection.run('CREATE TABLE part.slices (slice INTEGER, name VARCHAR, rows BIGINT, largest DOUBLE)');
    const slices = [{ name: '', sql: relation.sql }, ...(await slicesOf(connection, relation, options))];
    const columns = describedColumns(relation, options);
    let done = 0;
    const onColumn = (): void => resources.onColumn?.(++done, columns.length * slices.length);
    for (const [slice, { name, sql }] of slices.entries()) {
      const rows = { sql, columns };
      const weight = await weightColumn(connection, { sql, columns: relation.columns }, options);
      const scale = await writeSlice(connection, rows, { slice, weight, signal: resources.signal, onColumn });
      await connection.run(
        `INSERT INTO part.slices SELECT ${slice}, ${sqlString(name)}, n, '${scale?.largest ?? 0}'::DOUBLE FROM ${table('part', 't', slice)}`,
      );
    }
    const counted = await connection.runAndReadAll(`SELECT n FROM ${table('part', 't', ALL_ROWS)}`);
    await connection.run('COMMIT');
    await connection.run('DETACH part');
    return Number(counted.getRows()[0]?.[0]);
  });
}

interface SliceFacts {
  readonly slice: number;
  readonly weight: SourceColumn | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onColumn: () => void;
}

async function writeSlice(
  connection: DuckDBConnection,
  { sql: from, columns }: Relation,
  { slice, weight: weights, signal, onColumn }: SliceFacts,
): Promise<WeightScale | undefined> {
  const weight = weights && (await weightOf(connection, from, weights));
  const create = (name: string, sql: string) => connection.run(`CREATE TABLE ${name} AS ${sql}`);
  await create(table('part', 't', slice), totalsSql(from, weight));
  for (const [index, column] of columns.entries()) {
    signal?.throwIfAborted();
    const { values, lengths } = countSql(from, column, weight);
    await create(table('part', 'v', slice, index), values);
    if (lengths !== undefined) await create(table('part', 'l', slice, index), lengths);
    onColumn();
  }
  return weight?.scale;
}

/** What several parts counted, together. */
export interface PartCounts {
  /** @param slice its name; undefined for all rows */
  counted(columns: readonly SourceColumn[], slice: string | undefined, isWeighted: boolean): Counted;
}

/** One part's counts of a slice. */
interface SliceOfPart {
  readonly database: string;
  readonly slice: number;
  readonly scale: WeightScale;
}

/** Opens parts' files. */
export async function openPartCounts(connection: DuckDBConnection, files: readonly string[]): Promise<PartCounts> {
  const found = new Map<string, SliceOfPart[]>();
  for (const [index, file] of files.entries()) {
    const database = `part_${index}`;
    await connection.run(`ATTACH ${sqlString(file)} AS ${database} (READ_ONLY)`);
    const reader = await connection.runAndReadAll(`SELECT slice, name, rows, largest FROM ${database}.slices`);
    for (const [slice, name, rows, largest] of reader.getRows()) {
      const key = keyOf(Number(slice) === ALL_ROWS ? undefined : String(name));
      const scale = { rows: Number(rows), largest: Number(largest) };
      found.set(key, [...(found.get(key) ?? []), { database, slice: Number(slice), scale }]);
    }
  }
  return {
    counted: (columns, slice, isWeighted) => countedTogether(columns, found.get(keyOf(slice)) ?? [], isWeighted),
  };
}

const keyOf = (slice: string | undefined): string => JSON.stringify(slice ?? null);

function countedTogether(
  columns: readonly SourceColumn[],
  parts: readonly SliceOfPart[],
  isWeighted: boolean,
): Counted {
  const largest = Math.max(0, ...parts.map(({ scale }) => scale.largest));
  const rows = parts.reduce((sum, { scale }) => sum + scale.rows, 0);
  const factor = factorOf({ largest, rows });
  const together = (keys: string, of: (part: SliceOfPart) => string): string => {
    const all = parts.map((part) => {
      const units = isWeighted ? `, ${unitsSql(part.scale, factor)} AS u` : '';
      return `SELECT ${keys === '' ? '' : `${keys}, `}n${units} FROM ${of(part)}`;
    });
    const sums = `sum(n)::BIGINT AS n${isWeighted ? ', sum(u) AS u' : ''}`;
    return `SELECT ${keys === '' ? sums : `${keys}, ${sums}`} FROM (${all.join(' UNION ALL ')}) GROUP BY ALL`;
  };
  return {
    columns,
    totals: together('', ({ database, slice }) => table(database, 't', slice)),
    factor: isWeighted ? (factor ?? 1) : undefined,
    counts: (column): CountSql => {
      const index = columns.indexOf(column);
      const of = (kind: 'v' | 'l') => (part: SliceOfPart) => table(part.database, kind, part.slice, index);
      return {
        values: together('v', of('v')),
        lengths: column.depth === 0 ? undefined : together('level, length', of('l')),
      };
    },
  };
}

/** A HUGEINT has no more digits. */
const MOST_SHIFT = 120;

/** A part's units as units of all parts, which are never smaller. */
function unitsSql(scale: WeightScale, factor: number | undefined): string {
  const own = factorOf(scale);
  if (factor === undefined || own === undefined) return own === undefined ? 'u' : `u::DOUBLE / '${own}'::DOUBLE`;
  const shift = Math.log2(own) - Math.log2(factor);
  if (shift === 0) return 'u';
  return shift > MOST_SHIFT ? '0::HUGEINT' : `u // '${2n ** BigInt(shift)}'::HUGEINT`;
}
