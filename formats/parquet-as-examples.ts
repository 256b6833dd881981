import { PipelineError } from '../errors/pipeline-error.js';
import { describeParquet, readRows, type ExamplesColumn, type OpenExamplesOptions } from './examples.js';
import { encodeExample, type FeatureType } from './tf-example.js';

const TYPES: Readonly<Record<ExamplesColumn['kind'], FeatureType>> = { INT: 'int64', FLOAT: 'float', STRING: 'bytes' };

/**
 * The type that each column's values have in a tf.Example.
 *
 * @throws EXAMPLES_COLUMN_UNSUPPORTED for lists of lists.
 */
export function exampleTypes(columns: readonly ExamplesColumn[]): Record<string, FeatureType> {
  const nested = columns.find((column) => column.depth !== undefined);
  if (nested !== undefined) {
    throw new PipelineError('EXAMPLES_COLUMN_UNSUPPORTED', {
      what: `Column ${JSON.stringify(nested.name)} holds lists of lists, which a tf.Example cannot.`,
      fix: 'Keep the Parquet format, or flatten the lists.',
      details: { column: nested.name },
    });
  }
  return Object.fromEntries(columns.map((column) => [column.name, TYPES[column.kind]]));
}

/**
 * Serializes the rows of Parquet files as tf.Examples, in file order; missing values (null) are left out.
 *
 * @param onRecord - gets each record and its number from 0; it may be asynchronous, and return false to stop.
 * @returns how many records were handed out.
 */
export async function encodeParquetAsExamples(
  files: readonly string[],
  onRecord: (record: Uint8Array, index: number) => unknown,
  options: OpenExamplesOptions & { readonly limit?: number },
): Promise<number> {
  const opened = await describeParquet(files, options);
  const types = exampleTypes(opened.columns);
  let index = 0;
  for await (const rows of readRows(opened, options)) {
    for (const row of rows) {
      const answer = onRecord(encodeExample(row, types), index++);
      if ((answer instanceof Promise ? await answer : answer) === false) return index;
    }
  }
  return index;
}
