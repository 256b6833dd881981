import { appendFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError, isPipelineError } from '../../../errors/pipeline-error.js';
import type { OutputPlace } from '../../implement.js';
import { CellTypes, type CellType } from '../cell-type.js';
import { registerRowHash } from '../row-hash-function.js';
import { keepInFile, keepInMemory, viewRows, type WaitingRows } from '../waiting-rows.js';
import { badRowError, explainCsvFailure, misfitRows, takeBadRows, type BadRow } from './bad-rows.js';
import { readCsvSql } from './dialect.js';
import type { PreparedFile } from './prepare-file.js';
import { typesOf, type CsvSample } from './sample.js';

/** A column of the loaded table: `c<index>` there, `name` for people. */
export interface LoadedColumn {
  readonly name: string;
  readonly type: CellType;
}

export interface LoadedCsv {
  readonly columns: readonly LoadedColumn[];
  readonly rows: number;
  /** Rows that were skipped or set aside. */
  readonly rejected: number;
}

export interface LoadCsvOptions {
  readonly sample: CsvSample;
  readonly columnTypes: Readonly<Record<string, Exclude<CellType, 'UNKNOWN'>>>;
  readonly onBadRow: 'fail' | 'skip' | 'quarantine';
  readonly maxBadRows: number;
  /** The name under which SQL knows the rows. */
  readonly table: string;
  /** Where rejected rows go with `quarantine`. */
  readonly place?: OutputPlace;
  /** The rows are few: they wait in memory, not on disk. */
  readonly inMemory: boolean;
}

/** DuckDB's usual limit of a record; beyond it larger buffers are asked for. */
const USUAL_RECORD_BYTES = 2_000_000;
const QUARANTINE_FILE = 'rejected-rows.ndjson';

/**
 * Loads prepared CSV files of one split into a view of typed columns `c0`, `c1`, … and the row hash `h`.
 *
 * Types are guessed from the first rows, and every cell is looked at while it is loaded: a wrong guess costs a second
 * load, never a wrong type.
 *
 * @throws CSV_BAD_ROW, CSV_VALUE_MISFIT, CSV_TOO_MANY_BAD_ROWS, CSV_UNREADABLE, CSV_HEADER_INVALID
 */
export async function loadCsv(
  connection: DuckDBConnection,
  files: readonly PreparedFile[],
  options: LoadCsvOptions,
): Promise<LoadedCsv> {
  const { names } = options.sample;
  const given = givenTypes(options);
  let guess = typesOf(options.sample);
  for (;;) {
    const found = new CellTypes(names.length);
    const types = names.map((_, i) => given[i] ?? guess[i]!);
    const { parts, rejected, misfits } = await loadAs(connection, files, types, given, found, options);
    const inferred = found.types();
    if (types.some((type, i) => given[i] === undefined && type !== inferred[i])) {
      guess = inferred;
      for (const part of parts) await part.remove();
      continue;
    }
    if (options.onBadRow === 'quarantine' && options.place) await setAside(rejected, options.place);
    await viewRows(connection, options.table, parts, misfits > 0 ? 'h IS NOT NULL' : 'true');
    const columns = names.map((name, i) => ({ name, type: types[i]! }));
    const rows = parts.reduce((sum, part) => sum + part.rows, 0) - misfits;
    return { columns, rows, rejected: rejected.length };
  }
}

interface Loaded {
  readonly parts: readonly WaitingRows[];
  readonly rejected: readonly BadRow[];
  /** Rows in the parts that have no hash, because a value does not fit the type given for it. */
  readonly misfits: number;
}

async function loadAs(
  connection: DuckDBConnection,
  files: readonly PreparedFile[],
  types: readonly CellType[],
  given: readonly (CellType | undefined)[],
  found: CellTypes,
  options: LoadCsvOptions,
): Promise<Loaded> {
  const hash = registerRowHash(connection, found, given);
  const loaded = { parts: [] as WaitingRows[], rejected: [] as BadRow[], misfits: 0 };
  for (const file of files) {
    const part = await loadFile(connection, file, types, hash, options);
    loaded.parts.push(part);
    const { onBadRow, sample, maxBadRows } = options;
    const unread = onBadRow === 'fail' ? [] : await takeBadRows(connection, file, sample.names, maxBadRows + 1);
    const misfits = given.some((type) => type !== undefined) ? await countMisfits(connection, part) : 0;
    const misfit = misfits === 0 ? [] : await misfitsOf(file, given, misfits, options);
    loaded.rejected.push(...[...unread, ...misfit].sort((a, b) => a.line - b.line));
    loaded.misfits += misfits;
    if (loaded.rejected.length > options.maxBadRows) throw tooMany(loaded.rejected, options.maxBadRows);
  }
  return loaded;
}

async function loadFile(
  connection: DuckDBConnection,
  file: PreparedFile,
  types: readonly CellType[],
  hash: string,
  options: LoadCsvOptions,
): Promise<WaitingRows> {
  const { dialect } = options.sample;
  const storeRejects = options.onBadRow !== 'fail';
  const values = types.map((type, i) => `${castSql(`c${i}`, type)} AS c${i}`).join(', ');
  // A blank line of a file with one column cannot be told from a blank cell: both are left out, as by TFX.
  const filter = types.length === 1 ? ' WHERE c0 IS NOT NULL' : '';
  const load = async (longRecords: boolean): Promise<WaitingRows> => {
    const read = readCsvSql(file.path, { columns: types.length, dialect, storeRejects, longRecords });
    const select = `SELECT ${values}, ${hash} AS h FROM ${read}${filter}`;
    if (options.inMemory) return await keepInMemory(connection, select);
    return await keepInFile(connection, select, file.longestLine);
  };
  try {
    const isLong = storeRejects || file.longestLine > USUAL_RECORD_BYTES;
    if (isLong) return await load(true);
    return await load(false).catch(async (error: unknown) => await retryLong(error, load));
  } catch (cause) {
    if (isPipelineError(cause)) throw cause;
    throw await explainCsvFailure(connection, file, options.sample, cause);
  }
}

/** A record of many short quoted lines is found out by DuckDB only. */
async function retryLong<T>(error: unknown, load: (longRecords: boolean) => Promise<T>): Promise<T> {
  if (error instanceof Error && /maximum line size/i.test(error.message)) return await load(true);
  throw error;
}

/** How many rows have a value that does not fit the type given for its column. */
async function countMisfits(connection: DuckDBConnection, part: WaitingRows): Promise<number> {
  const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${part.from} WHERE h IS NULL`);
  return Number(counted.getRows()[0]?.[0]);
}

async function misfitsOf(
  file: PreparedFile,
  given: readonly (CellType | undefined)[],
  misfits: number,
  { sample, maxBadRows, onBadRow }: LoadCsvOptions,
): Promise<BadRow[]> {
  const found = await misfitRows(file, sample, given, Math.min(misfits, maxBadRows + 1));
  if (onBadRow === 'fail') throw badRowError(found[0]!, 'CSV_VALUE_MISFIT');
  return found;
}

function givenTypes(options: LoadCsvOptions): (CellType | undefined)[] {
  const { names } = options.sample;
  const unknown = Object.keys(options.columnTypes).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new PipelineError('CSV_HEADER_INVALID', {
      what: `columnTypes names the column ${JSON.stringify(unknown)}, which the header does not have.`,
      fix: 'Correct columnTypes or the header.',
      details: { column: unknown },
    });
  }
  return names.map((name) => (Object.hasOwn(options.columnTypes, name) ? options.columnTypes[name] : undefined));
}

/** A text cell as a value of its type; null where it does not fit. */
function castSql(cell: string, type: CellType): string {
  if (type === 'INT') return `try_cast(${cell} AS BIGINT)`;
  // Through double, as Python's float() and numpy round; beyond float32's range that cast is null, the direct one infinite.
  if (type === 'FLOAT') return `coalesce(try_cast(try_cast(${cell} AS DOUBLE) AS FLOAT), try_cast(${cell} AS FLOAT))`;
  return cell;
}

async function setAside(rejected: readonly BadRow[], place: OutputPlace): Promise<void> {
  if (rejected.length === 0) return;
  await appendFile(place.file(QUARANTINE_FILE), rejected.map((row) => `${JSON.stringify(row)}\n`).join(''));
}

function tooMany(rejected: readonly BadRow[], maxBadRows: number): PipelineError {
  const shown = rejected.slice(0, 3).map((row) => `${row.file}, line ${row.line}: ${row.reason}`);
  return new PipelineError('CSV_TOO_MANY_BAD_ROWS', {
    what: `More than ${maxBadRows} rows were rejected, first ${shown.join('; ')}.`,
    details: { maxBadRows, file: rejected[0]?.file, line: rejected[0]?.line },
  });
}
