import pc from 'picocolors';
import { isPipelineError } from '../errors/pipeline-error.js';

/** Results go to stdout, everything said to a person goes to stderr: a pipe sees data only. */
export const say = (line = ''): void => void process.stderr.write(`${line}\n`);
export const print = (text: string): void => void process.stdout.write(`${text}\n`);
export const printJson = (value: unknown): void => print(JSON.stringify(value, null, 2));

export const isTerminal = (): boolean => process.stderr.isTTY && process.env['CI'] === undefined;

/** Four lines, as every error of ours is shown: what happened and its code, why, how to fix it, where to read more. */
export function describeError(error: unknown): string {
  if (isPipelineError(error)) {
    return [
      `${pc.red('✖')} ${pc.bold(error.what)}  ${pc.dim(`[${error.code}]`)}`,
      `  Why: ${error.why}`,
      `  Fix: ${error.fix}`,
      pc.dim(`  More: tfx-temporal explain ${error.code}`),
    ].join('\n');
  }
  const message = error instanceof Error ? error.message : String(error);
  const stack = process.env['DEBUG'] !== undefined && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  return `${pc.red('✖')} ${pc.bold(message)}${stack}\n  Fix: run again with DEBUG=1 to see where it came from.`;
}

/** Rows as an aligned table; numbers to the right. Wide cells are not cut: terminals wrap, pipes keep all. */
export function table(header: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String));
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const isNumeric = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        isNumeric[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return cells.map((row, index) => (index === 0 ? pc.bold(line(row)) : line(row))).join('\n');
}
