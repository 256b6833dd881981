import { describeParquet, readRows, type ExamplesColumn, type OpenExamplesOptions } from './examples.js';
import { encodeExample, type FeatureType } from './tf-example.js';

const TYPES: Readonly<Record<ExamplesColumn['kind'], FeatureType>> = { INT: 'int64', FLOAT: 'float', STRING: 'bytes' };

/** The type that each column's values have in a tf.Example. */
export function exampleTypes(columns: readonly ExamplesColumn[]): Record<string, FeatureType> {
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
