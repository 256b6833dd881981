import { PipelineError } from '../../errors/pipeline-error.js';
import type { ExamplesColumn, OpenedExamples, OpenExamplesOptions } from '../../formats/examples.js';
import { streamChunks } from '../../formats/examples.js';
import type { Batch } from './batch.js';
import { ColumnBuilder } from './column-builder.js';
import type { RawFeature } from './graph-spec.js';

/** Rows per batch: large enough that operations on strings run once per distinct value, small enough for the caches. */
const BATCH_ROWS = 65_536;

/**
 * Streams the raw features of Examples as batches of typed arrays, in row order.
 *
 * @throws TRANSFORM_COLUMN_MISSING, TRANSFORM_COLUMN_TYPE, TRANSFORM_INTEGER_RANGE, TRANSFORM_LIST_LENGTHS
 */
export async function* readBatches(
  examples: Pick<OpenedExamples, 'parquet' | 'columns' | 'rows'>,
  features: readonly RawFeature[],
  options: OpenExamplesOptions,
): AsyncGenerator<Batch> {
  const found = features.map((feature) => findColumn(examples.columns, feature));
  const columns = found.filter((column) => column !== undefined);
  if (columns.length === 0) {
    if (examples.rows > 0)
      yield finishBatch(
        features.map((feature) => new ColumnBuilder(feature)),
        examples.rows,
      );
    return;
  }
  let builders = features.map((feature) => new ColumnBuilder(feature));
  let rows = 0;
  for await (const chunk of streamChunks(examples.parquet, columns, options)) {
    let next = 0;
    builders.forEach((builder, index) => {
      if (found[index] !== undefined) builder.addVector(chunk.getColumnVector(next++), chunk.rowCount);
    });
    rows += chunk.rowCount;
    if (rows >= BATCH_ROWS) {
      yield finishBatch(builders, rows);
      builders = features.map((feature) => new ColumnBuilder(feature));
      rows = 0;
    }
  }
  if (rows > 0) yield finishBatch(builders, rows);
}

function finishBatch(builders: readonly ColumnBuilder[], rows: number): Batch {
  return { rows, columns: new Map(builders.map((builder) => [builder.feature.name, builder.finish(rows)])) };
}

/** The examples' column of a feature; undefined when it is optional and absent. */
function findColumn(columns: readonly ExamplesColumn[], feature: RawFeature): ExamplesColumn | undefined {
  const column = columns.find(({ name }) => name === feature.name);
  if (column === undefined) {
    if (!feature.required) return undefined;
    throw new PipelineError('TRANSFORM_COLUMN_MISSING', {
      what: `The examples have no column ${JSON.stringify(feature.name)}.`,
      details: { feature: feature.name },
    });
  }
  const fits =
    feature.dtype === 'string'
      ? column.kind === 'STRING'
      : column.kind === 'INT' || (column.kind === 'FLOAT' && feature.dtype === 'float32');
  if (fits) return feature.dtype === 'float32' ? { ...column, kind: 'FLOAT' } : column;
  throw new PipelineError('TRANSFORM_COLUMN_TYPE', {
    what: `Column ${JSON.stringify(feature.name)} is ${column.kind} in the examples and ${feature.dtype} in the schema.`,
    details: { feature: feature.name, found: column.kind, expected: feature.dtype },
  });
}
