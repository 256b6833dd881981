import { PipelineError } from '../../errors/pipeline-error.js';
import type { Batch } from './batch.js';
import { runBatch } from './batch.js';
import type { Column } from './columns.js';
import { prepareGraph } from './prepared-graph.js';
import type { TransformedFeature, TransformGraph } from './transform-graph.js';
import type { OutputBatch } from './write-transformed.js';

export interface TransformBatchesOptions {
  /** Named in errors. */
  readonly split: string;
  readonly signal?: AbortSignal;
  readonly onRows?: (rows: number) => void;
}

/**
 * Transforms batches of raw features: the columns of the graph's outputs, in their order.
 *
 * @throws TRANSFORM_VALUE_MISSING for a missing value where the schema promised one.
 */
export async function* transformBatches(
  graph: TransformGraph,
  batches: AsyncIterable<Batch>,
  { split, signal, onRows }: TransformBatchesOptions,
): AsyncGenerator<OutputBatch> {
  const ids = graph.outputs.map(({ name }) => graph.spec.outputs[name] as string);
  const prepared = prepareGraph(graph.spec, graph.fitted, ids);
  let rows = 0;
  for await (const batch of batches) {
    signal?.throwIfAborted();
    const results = runBatch(prepared, batch);
    const columns = ids.map((id) => results.get(id) as Column);
    graph.outputs.forEach((output, index) => checkPresent(output, columns[index] as Column, { split, before: rows }));
    yield { rows: batch.rows, columns };
    rows += batch.rows;
    onRows?.(rows);
  }
}

function checkPresent(
  output: TransformedFeature,
  column: Column,
  { split, before }: { readonly split: string; readonly before: number },
): void {
  if (output.mayBeMissing || column.kind === 'constant' || column.present === undefined || output.shape === 'ragged')
    return;
  const row = column.present.indexOf(0);
  if (row < 0) return;
  throw new PipelineError('TRANSFORM_VALUE_MISSING', {
    what: `The output ${JSON.stringify(output.name)} is missing in row ${before + row + 1} of split "${split}".`,
    details: { output: output.name, split, row: before + row + 1 },
  });
}
