import type { OpenedExamples } from '../../formats/examples.js';
import type { Batch } from '../../graph/transform/batch.js';
import type { RawFeature } from '../../graph/transform/graph-spec.js';
import { readBatches } from '../../graph/transform/read-batches.js';
import type { Resources } from '../implement.js';

/** A split's files, one entry per Examples artifact, by split name. */
export type OpenedSplits = ReadonlyMap<string, readonly OpenedExamples[]>;

/** The batches of several Examples, one after the other. */
export async function* chainBatches(
  examples: readonly OpenedExamples[],
  features: readonly RawFeature[],
  resources: Resources,
): AsyncGenerator<Batch> {
  for (const one of examples) yield* readBatches(one, features, resources);
}
