import { createReadStream } from 'node:fs';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PipelineError } from '../../../errors/pipeline-error.js';
import { readCsvSql, type CsvDialect } from './dialect.js';
import type { PreparedFile } from './prepare-file.js';
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

interface Context {
  readonly sample: CsvSample;
  readonly dialect: CsvDialect;
}

/** What DuckDB's failure on a file means, with the first row that it could not read. */
export async function explainCsvFailure(
  connection: DuckDBConnection,
  file: PreparedFile,
  context: Context,
  cause: unknown,
): Promise<unknown> {
  if (!(cause instanceof Error)) return cause;
  if (/interrupted|out of memory|No space left/i.test(cause.message)) return cause;
  const bad = await firstBadRow(connection, file, context).catch(() => undefined);
  if (bad !== undefined) return badRowError(bad);
  const [firstLine] = cause.message.split('\n');
  return new PipelineError('CSV_UNREADABLE', {
    what: `${file.original} cannot be parsed: ${(firstLine ?? '').slice(0, 300)}`,
    details: { file: file.original },
    cause,
  });
}

export function badRowError(bad: BadRow): PipelineError {
  const where = bad.column === undefined ? '' : `, column ${JSON.stringify(bad.column)}`;
  return new PipelineError('CSV_BAD_ROW', {
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
  context: Context,
): Promise<BadRow | undefined> {
  const options = {
    columns: context.sample.names.length,
    dialect: context.dialect,
    storeRejects: true,
    longRecords: true,
  };
  await connection.run(`SELECT count(COLUMNS(*)) FROM ${readCsvSql(file.path, options)}`);
  const [first] = await takeBadRows(connection, file, context.sample.names, 1);
  return first;
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
