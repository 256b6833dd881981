import type { DuckDBVector } from '@duckdb/node-api';
import { PipelineError } from '../../errors/pipeline-error.js';
import { openExamples, streamChunks, type ExamplesColumn, type OpenedExamples } from '../../formats/examples.js';
import { isValid, vectorMemory, type VectorMemory } from '../../formats/vector-memory.js';
import type { Resources } from '../implement.js';

/** A feature's place in the feature matrix. */
export interface FeatureColumn {
  readonly name: string;
  readonly from: number;
  readonly width: number;
}

/** Rows for training: what `fit` takes. */
export interface FeatureMatrix {
  /** Row-major `[rows, width]`. A missing value is 0. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly weight?: Float32Array | undefined;
  readonly rows: number;
  readonly width: number;
  readonly columns: readonly FeatureColumn[];
  /** Rows that were left out because they have no label. */
  readonly unlabelled: number;
}

export interface MatrixOptions {
  readonly label: string;
  readonly features?: readonly string[] | undefined;
  /** The column of the examples' weights. */
  readonly weight?: string | undefined;
  /** Places known from another split, which must be the same here. */
  readonly columns?: readonly FeatureColumn[] | undefined;
  /** The numbers of string labels; without them a label must be a number. */
  readonly classes?: readonly string[] | undefined;
}

/** One split of transformed (or raw) examples; several artifacts' rows follow each other. */
export class TrainingExamples {
  readonly split: string;
  readonly #paths: readonly string[];
  readonly #resources: Resources;
  #opened: Promise<OpenedExamples[]> | undefined;

  constructor(split: string, paths: readonly string[], resources: Resources) {
    this.split = split;
    this.#paths = paths;
    this.#resources = resources;
  }

  /** Reads all rows into memory. Rows without a label are left out. */
  async matrix(options: MatrixOptions): Promise<FeatureMatrix> {
    const opened = await this.#open();
    const available = opened[0]?.columns ?? [];
    this.#require(available, options.label, 'label');
    const features = chooseFeatures(available, options);
    const parts: Part[] = [];
    for (const examples of opened) parts.push(...(await this.#read(examples, features, options)));
    const columns = options.columns ?? placeColumns(features, parts);
    return assemble(parts, columns, options);
  }

  /** The columns of the split's files. */
  async columns(): Promise<readonly ExamplesColumn[]> {
    return (await this.#open())[0]?.columns ?? [];
  }

  /** The label's distinct strings, sorted by code unit; undefined when the label is no string. */
  async classes(label: string): Promise<string[] | undefined> {
    const found = new Set<string>();
    for (const examples of await this.#open()) {
      const column = examples.columns.filter((one) => one.name === label && one.kind === 'STRING');
      if (column.length === 0) return undefined;
      for await (const chunk of streamChunks(examples.parquet, column, this.#options())) {
        for (const value of chunk.getColumnValues(0)) if (value !== null) found.add(String(value));
      }
    }
    return [...found].sort();
  }

  #require(available: readonly ExamplesColumn[], name: string, what: string): void {
    if (available.some((column) => column.name === name)) return;
    throw new PipelineError('TRAINER_FEATURE_UNKNOWN', {
      what: `There is no column "${name}" for the ${what}; split ${this.split} has ${available.map((c) => c.name).join(', ')}.`,
      details: { name },
    });
  }

  async #read(examples: OpenedExamples, features: readonly ExamplesColumn[], options: MatrixOptions): Promise<Part[]> {
    const extra = [options.label, ...(options.weight === undefined ? [] : [options.weight])].map((name) => {
      this.#require(examples.columns, name, 'label');
      return examples.columns.find((column) => column.name === name) as ExamplesColumn;
    });
    const parts: Part[] = [];
    for await (const chunk of streamChunks(examples.parquet, [...features, ...extra], this.#options())) {
      const rows = chunk.rowCount;
      const values = [...features, ...extra].map((column, index) =>
        column.kind === 'STRING'
          ? classNumbers(chunk.getColumnValues(index), options.classes)
          : readColumn(column.name, chunk.getColumnVector(index), rows),
      );
      parts.push({
        rows,
        features: values.slice(0, features.length),
        label: values[features.length],
        weight: values[features.length + 1],
      });
    }
    return parts;
  }

  #open(): Promise<OpenedExamples[]> {
    this.#opened ??= Promise.all(this.#paths.map((path) => openExamples(path, this.#options())));
    return this.#opened;
  }

  #options() {
    const { temporaryPath, threads, memoryLimitMiB } = this.#resources;
    return { temporaryPath, threads, memoryLimitMiB };
  }
}

/** A column of a chunk: `width` values per row; NaN where missing. */
interface Column {
  readonly width: number;
  readonly values: Float32Array;
}

interface Part {
  readonly rows: number;
  readonly features: readonly Column[];
  readonly label: Column | undefined;
  readonly weight: Column | undefined;
}

function chooseFeatures(available: readonly ExamplesColumn[], options: MatrixOptions): ExamplesColumn[] {
  const names = options.columns?.map((column) => column.name) ?? options.features;
  if (!names) {
    const usable = (column: ExamplesColumn) =>
      column.kind !== 'STRING' && column.name !== options.label && column.name !== options.weight;
    const features = available.filter(usable).sort((a, b) => (a.name < b.name ? -1 : 1));
    if (features.length > 0) return features;
    throw new PipelineError('TRAINER_NO_FEATURES', { what: 'No numeric column is left beside the label.' });
  }
  return names.map((name) => {
    const found = available.find((column) => column.name === name);
    if (found && found.kind !== 'STRING') return found;
    const what = found ? `The feature "${name}" holds text.` : `There is no feature "${name}".`;
    throw new PipelineError('TRAINER_FEATURE_UNKNOWN', { what, details: { name } });
  });
}

function readColumn(name: string, vector: DuckDBVector, rows: number): Column {
  const memory = vectorMemory(vector);
  if (memory?.kind === 'list') return readLists(name, memory, rows);
  const values = new Float32Array(rows);
  const read = numberReader(memory);
  for (let row = 0; row < rows; row += 1) values[row] = isValid(memory?.validity, row) ? read(row) : NaN;
  return { width: 1, values };
}

function readLists(name: string, memory: Extract<VectorMemory, { kind: 'list' }>, rows: number): Column {
  const read = numberReader(memory.child);
  const valid = Array.from({ length: rows }, (_, row) => isValid(memory.validity, row));
  const first = valid.indexOf(true);
  const width = first < 0 ? 0 : memory.length(first);
  const values = new Float32Array(rows * width).fill(NaN);
  for (let row = 0; row < rows; row += 1) {
    if (!valid[row]) continue;
    if (memory.length(row) !== width) {
      throw new PipelineError('TRAINER_FEATURE_RAGGED', {
        what: `The feature "${name}" has ${width} values in one row and ${memory.length(row)} in another.`,
        details: { name },
      });
    }
    for (let at = 0; at < width; at += 1) values[row * width + at] = read(memory.offset(row) + at);
  }
  return { width, values };
}

function numberReader(memory: VectorMemory | undefined): (index: number) => number {
  if (memory?.kind !== 'words') throw new TypeError('The column holds no numbers.');
  const { words, wordsPerValue } = memory;
  if (wordsPerValue === 1) {
    const floats = new Float32Array(words.buffer, words.byteOffset, words.length);
    return (index) => floats[index] ?? NaN;
  }
  return (index) => (words[index * 2 + 1] ?? 0) * 2 ** 32 + ((words[index * 2] ?? 0) >>> 0);
}

function classNumbers(values: readonly unknown[], classes: readonly string[] | undefined): Column {
  const numbers = new Map((classes ?? []).map((name, index) => [name, index]));
  return { width: 1, values: Float32Array.from(values, (value) => numbers.get(String(value)) ?? NaN) };
}

function placeColumns(features: readonly ExamplesColumn[], parts: readonly Part[]): FeatureColumn[] {
  let from = 0;
  return features.map(({ name }, index) => {
    const width = Math.max(0, ...parts.map((part) => part.features[index]?.width ?? 0));
    const column = { name, from, width };
    from += width;
    return column;
  });
}

function assemble(parts: readonly Part[], columns: readonly FeatureColumn[], options: MatrixOptions): FeatureMatrix {
  const total = parts.reduce((sum, part) => sum + part.rows, 0);
  const width = columns.reduce((sum, column) => sum + column.width, 0);
  const x = new Float32Array(total * width);
  const y = new Float32Array(total);
  const weight = options.weight === undefined ? undefined : new Float32Array(total);
  let rows = 0;
  for (const part of parts) {
    for (let row = 0; row < part.rows; row += 1) {
      const label = part.label?.values[row] ?? NaN;
      if (Number.isNaN(label)) continue;
      y[rows] = label;
      if (weight) weight[rows] = part.weight?.values[row] ?? 0;
      copyRow(part, row, columns, x.subarray(rows * width, (rows + 1) * width));
      rows += 1;
    }
  }
  const kept = { x: x.subarray(0, rows * width), y: y.subarray(0, rows), weight: weight?.subarray(0, rows) };
  return { ...kept, rows, width, columns, unlabelled: total - rows };
}

function copyRow(part: Part, row: number, columns: readonly FeatureColumn[], target: Float32Array): void {
  columns.forEach((column, index) => {
    const source = part.features[index];
    if (!source || source.width === 0) return;
    if (source.width !== column.width) {
      throw new PipelineError('TRAINER_FEATURE_RAGGED', {
        what: `The feature "${column.name}" has ${column.width} values in one row and ${source.width} in another.`,
        details: { name: column.name },
      });
    }
    for (let at = 0; at < column.width; at += 1) {
      const value = source.values[row * column.width + at] ?? NaN;
      // The exported graph gives 0 for a value that nothing has filled.
      target[column.from + at] = Number.isNaN(value) ? 0 : value;
    }
  });
}
