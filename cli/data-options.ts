import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { DataFormat, DataOptions } from '../data.js';
import { say } from './console.js';
import { PipelineError } from '../errors/pipeline-error.js';

/** Options of every verb that reads data. */
export interface InputFlags {
  readonly format?: DataFormat;
  readonly delimiter?: string;
  readonly quote?: string;
  readonly null?: readonly string[];
  readonly encoding?: 'auto' | 'utf-8' | 'utf-16le' | 'utf-16be' | 'latin-1';
  readonly onBadRow?: 'fail' | 'skip';
  readonly maxBadRows?: number;
  readonly threads?: number;
  readonly memory?: number;
}

export const collect = (value: string, earlier: readonly string[] = []): readonly string[] => [...earlier, value];

/** A whole number from 1 up. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('It must be a whole number above 0.');
}

/** A share above 0 and up to 1. */
export function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be above 0 and at most 1.');
}

function oneOf<T extends string>(...values: readonly T[]): (text: string) => T {
  return (text) => {
    const found = values.find((value) => value === text);
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It must be one of ${values.join(', ')}.`);
  };
}

const oneCharacter = (text: string): string => {
  const value = text === '\\t' ? '\t' : text;
  if (value.length === 1) return value;
  throw new InvalidArgumentError('It must be one character.');
};

/** Adds the options of reading data to a verb. */
export function withInputFlags(command: Command): Command {
  return command
    .option(
      '--format <name>',
      'csv, parquet, tfrecord, arrow or ndjson; told by the content by default',
      oneOf('csv', 'parquet', 'tfrecord', 'arrow', 'ndjson'),
    )
    .option('--delimiter <character>', 'of CSV; a comma by default, \\t for a tab', oneCharacter)
    .option('--quote <character>', 'of CSV; " by default', oneCharacter)
    .option('--null <token>', 'CSV cells that are missing, beside blank ones; may be repeated', collect)
    .option(
      '--encoding <name>',
      'of CSV: auto, utf-8, utf-16le, utf-16be, latin-1',
      oneOf('auto', 'utf-8', 'utf-16le', 'utf-16be', 'latin-1'),
    )
    .option('--on-bad-row <what>', 'of CSV: fail (the default), or skip it', oneOf('fail', 'skip'))
    .option('--max-bad-rows <number>', 'more skipped rows than this are an error (1000)', wholeNumber)
    .option('--threads <number>', 'as many as cores by default', wholeNumber)
    .option('--memory <MiB>', 'for the engine; what does not fit is spilled to disk', wholeNumber);
}

/** The library's options from a verb's. */
export function dataOptions(flags: InputFlags): DataOptions {
  const { format, delimiter = ',', quote = '"', null: nullTokens = [], encoding = 'auto', threads, memory } = flags;
  const { onBadRow = 'fail', maxBadRows = 1000 } = flags;
  const onRejected = (rows: number): void => say(`${rows} bad ${rows === 1 ? 'row was' : 'rows were'} left out.`);
  const csv = { dialect: { delimiter, quote, nullTokens }, encoding, onBadRow, maxBadRows, onRejected };
  return { format, csv, threads, memoryLimitMiB: memory };
}

/** Makes the folder of an output file, and gives the file back. @throws OUTPUT_NOT_WRITABLE */
export async function outputFile(file: string): Promise<string> {
  await mkdir(path.dirname(path.resolve(file)), { recursive: true }).catch((cause: unknown) => {
    throw new PipelineError('OUTPUT_NOT_WRITABLE', { what: `The folder of ${file} can not be made.`, cause });
  });
  return file;
}

/** The output of a verb that writes protobufs; statistics may be a TFRecord, too. @throws OUTPUT_FORMAT_UNKNOWN */
export async function protoFile(file: string, endings: readonly string[] = ['.pb', '.pbtxt']): Promise<string> {
  if (endings.some((ending) => file.endsWith(ending))) return await outputFile(file);
  throw new PipelineError('OUTPUT_FORMAT_UNKNOWN', { what: `${file} ends in none of ${endings.join(', ')}.` });
}
