import { createReadStream } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { fitsType, type CellType } from '../cell-type.js';
import { readCsvSql } from './dialect.js';
import type { PreparedFile } from './prepare-file.js';
import { scanFile } from './scan-file.js';
import type { CsvSample } from './sample.js';

/** A row that could not be read. */
export interface BadRow {
  readonly file: string;
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** Absent where the row as a whole is wrong. */
  readonly column?: string;
  /** The row's text, cut to 1,000 characters. */
  readonly value: string;
  readonly reason: string;
}

const SHOWN_CHARACTERS = 1000;

/** What DuckDB's failure on a file means, with the first row that it could not read. */
export async function explainCsvFailure(
  connection: DuckDBConnection,
  file: PreparedFile,
  sample: CsvSample,
  cause: unknown,
): Promise<unknown> {
  if (!(cause instanceof Error)) return cause;
  if (/interrupted|out of memory|No space left/i.test(cause.message)) return cause;
  const bad = await firstBadRow(connection, file, sample).catch(() => undefined);
  if (bad !== undefined) return badRowError(bad);
  const [firstLine] = cause.message.split('\n');
  return new PipelineError('CSV_UNREADABLE', {
    what: `${file.original} cannot be parsed: ${(firstLine ?? '').slice(0, 300)}`,
    details: { file: file.original },
    cause,
  });
}

export function badRowError(bad: BadRow, code: 'CSV_BAD_ROW' | 'CSV_VALUE_MISFIT' = 'CSV_BAD_ROW'): PipelineError {
  const where = bad.column === undefined ? '' : `, column ${JSON.stringify(bad.column)}`;
  return new PipelineError(code, {
    what: `${bad.file}, line ${bad.line}${where}: ${bad.reason}: ${JSON.stringify(bad.value.slice(0, 200))}.`,
    details: {
      file: bad.file,
      line: bad.line,
      ...(bad.column === undefined ? {} : { column: bad.column }),
      value: bad.value.slice(0, 200),
    },
  });
}

async function firstBadRow(
  connection: DuckDBConnection,
  file: PreparedFile,
  { names, dialect }: CsvSample,
): Promise<BadRow | undefined> {
  const read = readCsvSql(file.path, { columns: names.length, dialect, storeRejects: true, longRecords: true });
  await connection.run(`SELECT count(COLUMNS(*)) FROM ${read}`);
  const [first] = await takeBadRows(connection, file, names, 1);
  return first;
}

/** The rows with values that do not fit the given types, in file order: read again, because DuckDB forgets lines. */
export async function misfitRows(
  file: PreparedFile,
  { names, dialect }: CsvSample,
  given: readonly (CellType | undefined)[],
  limit: number,
): Promise<BadRow[]> {
  const missing = new Set(['', ...dialect.nullTokens]);
  const bad: BadRow[] = [];
  let isHeader = true;
  for await (const { cells, line } of scanFile(file.path, dialect)) {
    const isRow = !isHeader && cells.length === names.length;
    isHeader = false;
    if (!isRow) continue;
    const column = given.findIndex(
      (type, i) => type !== undefined && !missing.has(cells[i]!) && !fitsType(cells[i]!, type),
    );
    if (column < 0) continue;
    const reason = `the value is no ${given[column]}`;
    bad.push({
      file: file.original,
      line,
      column: names[column]!,
      value: cells[column]!.slice(0, SHOWN_CHARACTERS),
      reason,
    });
    if (bad.length === limit) break;
  }
  return bad;
}

/** Reads and clears what DuckDB set aside of the file read last, in the order of the file. */
export async function takeBadRows(
  connection: DuckDBConnection,
  file: PreparedFile,
  names: readonly string[],
  limit: number,
): Promise<BadRow[]> {
  const found = await connection.runAndReadAll(
    `SELECT line_byte_position, any_value(column_idx ORDER BY byte_position), any_value(error_type::VARCHAR ORDER BY byte_position),
       any_value(csv_line), any_value(error_message ORDER BY byte_position)
     FROM rejects GROUP BY line_byte_position ORDER BY line_byte_position LIMIT ${Math.trunc(limit)}`,
  );
  const rows = found.getRows();
  await connection.run('DELETE FROM rejects');
  await connection.run('DELETE FROM reject_scans');
  const lines = await linesAt(
    file.path,
    rows.map(([position]) => Number(position)),
  );
  return rows.map(([, column, kind, text, message], i) => {
    const name = names[Number(column) - 1];
    return {
      file: file.original,
      line: lines[i]!,
      ...(name === undefined ? {} : { column: name }),
      value: String(text ?? '').slice(0, SHOWN_CHARACTERS),
      reason: reasonOf(String(kind), String(message), names.length),
    };
  });
}

function reasonOf(kind: string, message: string, columns: number): string {
  const found = /Found: (\d+)/.exec(message)?.[1];
  if (kind === 'MISSING COLUMNS' || kind === 'TOO MANY COLUMNS') {
    return `the header names ${columns} columns, this row has ${found ?? 'another number'}`;
  }
  if (kind === 'UNQUOTED VALUE') return 'a quote is not closed, or text follows it';
  if (kind === 'INVALID ENCODING') return 'bytes are not UTF-8 text (set `encoding` for UTF-16 or Latin-1)';
  if (kind === 'LINE SIZE OVER MAXIMUM') return 'the row is longer than 16 MiB';
  return (message.split('\n')[0] ?? kind).slice(0, 200);
}

/** The line numbers, from 1, of ascending byte positions. */
async function linesAt(file: string, positions: readonly number[]): Promise<number[]> {
  const lines: number[] = [];
  let line = 1;
  let offset = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const block = chunk as Buffer;
    let at = 0;
    while (lines.length < positions.length && positions[lines.length]! < offset + block.length) {
      const target = positions[lines.length]! - offset;
      for (let next = block.indexOf(10, at); next >= 0 && next < target; next = block.indexOf(10, at)) {
        line++;
        at = next + 1;
      }
      lines.push(line);
    }
    if (lines.length === positions.length) return lines;
    for (let next = block.indexOf(10, at); next >= 0; next = block.indexOf(10, at)) {
      line++;
      at = next + 1;
    }
    offset += block.length;
  }
  while (lines.length < positions.length) lines.push(line);
  return lines;
}
