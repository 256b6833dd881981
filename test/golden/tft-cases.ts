import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { sqlName, sqlString, withDuckDb } from '../../formats/duckdb.js';
import { describeParquet, type OpenedExamples } from '../../formats/examples.js';
import type { SchemaProto } from '../../formats/schema-proto.js';
import { runBatch, type Batch } from '../../graph/transform/batch.js';
import { fromBinary } from '../../graph/transform/bytes.js';
import type { Column, RowValue, Scalar } from '../../graph/transform/columns.js';
import { rowValueAt } from '../../graph/transform/columns.js';
import { fitGraph } from '../../graph/transform/fit.js';
import { prepareGraph } from '../../graph/transform/prepared-graph.js';
import { readBatches } from '../../graph/transform/read-batches.js';
import { tracePreprocessing } from '../../graph/transform/trace-preprocessing.js';
import { openTransformGraph, type TransformGraph } from '../../graph/transform/transform-graph.js';
import type { AnyPreprocessing } from '../../graph/transform/user-api.js';

export type Kind = 'FLOAT' | 'INT' | 'STRING';

const SQL_TYPES = { FLOAT: 'FLOAT', INT: 'BIGINT', STRING: 'VARCHAR' } as const;
const SCHEMA_TYPES = { FLOAT: 'FLOAT', INT: 'INT', STRING: 'BYTES' } as const;

/** A CSV file as Parquet with the given columns; an empty cell is missing. */
export async function csvAsExamples(
  csv: string,
  kinds: Readonly<Record<string, Kind>>,
  folder: string,
): Promise<OpenedExamples> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'data.parquet');
  const columns = Object.entries(kinds).map(
    ([name, kind]) => `${sqlName(name)}::${SQL_TYPES[kind]} AS ${sqlName(name)}`,
  );
  const options = { threads: 1, memoryLimitMiB: 256, temporaryPath: folder };
  await withDuckDb({ ...options, allowedPaths: [path.dirname(csv)] }, async (connection) => {
    const source = `read_csv(${sqlString(csv)}, all_varchar = true, nullstr = '')`;
    await connection.run(`COPY (SELECT ${columns.join(', ')} FROM ${source}) TO ${sqlString(file)} (FORMAT parquet)`);
  });
  return await describeParquet([file], options);
}

/** A schema in which features are required (wine), or may all be missing (taxi). */
export function schemaOf(kinds: Readonly<Record<string, Kind>>, required: boolean): SchemaProto {
  const presence = required ? { presence: { minFraction: 1 }, shape: {} } : { valueCount: { min: 1, max: 1 } };
  return { feature: Object.entries(kinds).map(([name, kind]) => ({ name, type: SCHEMA_TYPES[kind], ...presence })) };
}

export interface FittedCase {
  readonly graph: TransformGraph;
  /** Every transformed row's value by output. */
  readonly values: Readonly<Record<string, readonly (RowValue | null)[]>>;
}

/** Fits on all rows and transforms all rows. */
export async function fitAndTransform(
  examples: OpenedExamples,
  schema: SchemaProto,
  preprocessing: AnyPreprocessing,
  temporaryPath: string,
): Promise<FittedCase> {
  const spec = await tracePreprocessing(schema, preprocessing);
  const options = { threads: 1, memoryLimitMiB: 256, temporaryPath };
  const source = (names: readonly string[]): AsyncIterable<Batch> =>
    readBatches(
      examples,
      spec.features.filter(({ name }) => names.includes(name)),
      options,
    );
  const graph = openTransformGraph(await fitGraph(spec, source));
  const ids = Object.values(graph.spec.outputs);
  const prepared = prepareGraph(graph.spec, graph.fitted, ids);
  const values: Record<string, (RowValue | null)[]> = Object.fromEntries(graph.outputs.map(({ name }) => [name, []]));
  for await (const batch of source(graph.features.map(({ name }) => name))) {
    const results = runBatch(prepared, batch);
    for (const { name, shape } of graph.outputs) {
      const column = results.get(graph.spec.outputs[name] as string) as Column;
      for (let row = 0; row < batch.rows; row++) values[name]?.push(rowValueAt(column, row, shape));
    }
  }
  return { graph, values };
}

/** A value as the golden files write it: a missing one as an empty list. */
export function goldenForm(value: RowValue | null, sparse: boolean): unknown {
  const plain = (one: Scalar) => (typeof one === 'string' ? fromBinary(one) : one);
  if (value === null) return [];
  if (typeof value === 'object') return value.map(plain);
  return sparse ? [plain(value)] : plain(value);
}

/** The largest difference between numbers in two structures; Infinity when they differ in anything else. */
export function distance(actual: unknown, expected: unknown): number {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return Infinity;
    return expected.reduce((worst: number, one, index) => Math.max(worst, distance(actual[index], one)), 0);
  }
  if (typeof expected === 'number' && typeof actual === 'number') return Math.abs(actual - expected);
  return actual === expected ? 0 : Infinity;
}
