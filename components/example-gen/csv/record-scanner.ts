import { PipelineError } from '../../../errors/pipeline-error.js';
import type { CsvDialect } from './dialect.js';

/** One CSV record and where it lies. */
export interface CsvRecord {
  readonly cells: readonly string[];
  /** The line that it begins in, from 1. */
  readonly line: number;
  /** Where it begins in the text, in code units. */
  readonly start: number;
  /** False: the text ended inside a quoted cell. */
  readonly complete: boolean;
}

/**
 * The records of a text, by RFC 4180: doubled quotes, line breaks inside quotes, and `\n`, `\r\n` or `\r` as line
 * ends. Blank lines are left out, as TFX does.
 */
export function* scanRecords(text: string, { delimiter, quote }: CsvDialect, firstLine = 1): Generator<CsvRecord> {
  let at = 0;
  let line = firstLine;
  while (at < text.length) {
    const start = at;
    const startLine = line;
    const cells: string[] = [];
    let complete = true;
    for (;;) {
      const cell = scanCell(text, at, delimiter, quote);
      cells.push(cell.value);
      complete &&= cell.complete;
      line += cell.lines;
      at = cell.end;
      if (text[at] !== delimiter) break;
      at++;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (at < text.length) {
      at++;
      line++;
    }
    if (cells.length > 1 || cells[0] !== '') yield { cells, line: startLine, start, complete };
  }
}

interface Cell {
  readonly value: string;
  readonly end: number;
  readonly lines: number;
  readonly complete: boolean;
}

function scanCell(text: string, start: number, delimiter: string, quote: string): Cell {
  if (quote !== '' && text[start] === quote) return scanQuoted(text, start, delimiter, quote);
  const end = cellEnd(text, start, delimiter);
  return { value: text.slice(start, end), end, lines: 0, complete: true };
}

function scanQuoted(text: string, start: number, delimiter: string, quote: string): Cell {
  let value = '';
  let at = start + 1;
  for (;;) {
    const close = text.indexOf(quote, at);
    if (close < 0) return { value: value + text.slice(at), end: text.length, lines: 0, complete: false };
    value += text.slice(at, close);
    if (text[close + 1] !== quote) {
      at = close + 1;
      break;
    }
    value += quote;
    at = close + 2;
  }
  const end = cellEnd(text, at, delimiter);
  const lines = text.slice(start, at).match(/\r\n|\n|\r/g)?.length ?? 0;
  return { value: value + text.slice(at, end), end, lines, complete: true };
}

function cellEnd(text: string, start: number, delimiter: string): number {
  let at = start;
  while (at < text.length && text[at] !== delimiter && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}

/**
 * The column names of a header record.
 *
 * @throws CSV_HEADER_INVALID, CSV_NOT_TEXT
 */
export function columnNames(header: CsvRecord | undefined, file: string): readonly string[] {
  if (header === undefined) {
    throw new PipelineError('CSV_EMPTY', { what: `${file} holds no header.`, details: { file } });
  }
  if (!header.complete) throw invalid(file, 'a quote in its header is never closed');
  const seen = new Map<string, number>();
  for (const [i, name] of header.cells.entries()) {
    if (name.trim() === '') throw invalid(file, `column ${i + 1} has no name`);
    if (name.includes('\0')) throw invalid(file, `the name of column ${i + 1} holds a NUL character`);
    const before = seen.get(name.toLowerCase());
    if (before !== undefined) {
      throw invalid(file, `columns ${before + 1} and ${i + 1} are both named ${JSON.stringify(name.slice(0, 100))}`);
    }
    seen.set(name.toLowerCase(), i);
  }
  return header.cells;
}

function invalid(file: string, problem: string): PipelineError {
  return new PipelineError('CSV_HEADER_INVALID', { what: `${file}: ${problem}.`, details: { file } });
}
