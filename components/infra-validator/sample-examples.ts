import { PipelineError } from '../../errors/pipeline-error.js';
import { openExamples, type OpenExamplesOptions } from '../../formats/examples.js';
import { encodeParquetAsExamples } from '../../formats/parquet-as-examples.js';
import type { InputArtifact } from '../implement.js';

/**
 * The first raw examples of a split, serialized as a client would send them.
 * @throws EVALUATION_SPLIT_MISSING
 */
export async function sampleExamples(
  examples: InputArtifact,
  splitName: string | undefined,
  count: number,
  options: OpenExamplesOptions,
): Promise<Uint8Array[]> {
  const split = splitName === undefined ? examples.splits[0] : examples.splits.find(({ name }) => name === splitName);
  if (!split) {
    const known = examples.splits.map(({ name }) => name).join(', ');
    throw new PipelineError('EVALUATION_SPLIT_MISSING', {
      what: `The examples have no split ${JSON.stringify(splitName ?? 'of any name')}; they have ${known || 'none'}.`,
      fix: 'Name an existing split in `splitName`, or leave it out for the first one.',
    });
  }
  const opened = await openExamples(split.path, options);
  const found: Uint8Array[] = [];
  await encodeParquetAsExamples(opened.parquet, (record) => found.push(record), { ...options, limit: count });
  return found;
}
