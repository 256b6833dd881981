import { PipelineError } from '../errors/pipeline-error.js';
import type { ExamplesColumn } from './examples.js';
import type { FeatureType } from './tf-example.js';

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
