import { PipelineError } from '../../errors/pipeline-error.js';
import { openExamples, readRows, type ExamplesRow, type OpenExamplesOptions } from '../../formats/examples.js';
import { exampleTypes } from '../../formats/example-types.js';
import { encodeExample } from '../../formats/tf-example.js';
import type { InputArtifact } from '../implement.js';
import type { EvaluationConfig } from './evaluation-config.js';
import type { EvaluationPlan } from './plan.js';
import { featuresOf, type FeatureValues, type SliceValue } from './slices.js';

/** Raw rows and the same as serialized tf.Examples. */
export interface RowBatch {
  readonly rows: readonly ExamplesRow[];
  readonly examples: readonly Uint8Array[];
}

/** The folders of the splits to evaluate on, of all Examples. @throws EVALUATION_SPLIT_MISSING */
export function splitFolders(examples: readonly InputArtifact[], splits: readonly string[]): string[] {
  return examples.flatMap((artifact) =>
    splits.map((wanted) => {
      const found = artifact.splits.find(({ name }) => name === wanted);
      if (found) return found.path;
      const known = artifact.splits.map(({ name }) => name).join(', ');
      throw new PipelineError('EVALUATION_SPLIT_MISSING', {
        what: `The examples have no split ${JSON.stringify(wanted)}; they have ${known || 'none'}.`,
        details: { split: wanted },
      });
    }),
  );
}

/**
 * Streams raw rows, as the model gets them, in batches of at most 2,048.
 * @throws EVALUATION_SLICE_UNKNOWN when the config names a feature that is not there
 */
export async function* readBatches(
  folders: readonly string[],
  plan: EvaluationPlan,
  config: EvaluationConfig,
  options: OpenExamplesOptions,
): AsyncGenerator<RowBatch> {
  for (const folder of folders) {
    const opened = await openExamples(folder, options);
    checkFeatures(
      plan,
      config,
      opened.columns.map(({ name }) => name),
    );
    const types = exampleTypes(opened.columns);
    for await (const rows of readRows(opened, options)) {
      yield { rows, examples: rows.map((row) => encodeExample(row, types)) };
    }
  }
}

function checkFeatures(plan: EvaluationPlan, config: EvaluationConfig, columns: readonly string[]): void {
  const used = [...plan.slices.flatMap(featuresOf), ...(config.weight === undefined ? [] : [config.weight])];
  const unknown = used.find((feature) => !columns.includes(feature));
  if (unknown === undefined) return;
  throw new PipelineError('EVALUATION_SLICE_UNKNOWN', {
    what: `The examples have no feature ${JSON.stringify(unknown)}; they have ${columns.join(', ').slice(0, 1000)}.`,
    details: { feature: unknown },
  });
}

/** A row's values by feature, as slices are made of them. */
export function featureValues(row: ExamplesRow): FeatureValues {
  return (feature) => {
    const value = Object.hasOwn(row, feature) ? row[feature] : null;
    if (value === null || value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map(sliceValue);
  };
}

function sliceValue(value: unknown): SliceValue {
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : (value as SliceValue);
}

/** The rows' weights; an example without one does not count. Undefined without a weight feature. */
export function weightsOf(rows: readonly ExamplesRow[], feature: string | undefined): Float64Array | undefined {
  if (feature === undefined) return undefined;
  return Float64Array.from(rows, (row) => {
    const weight = Number(row[feature] ?? 0);
    return Number.isFinite(weight) && weight > 0 ? weight : 0;
  });
}

/** Labels, without those of rows whose raw label is blank: a transform may have filled it with a value of its own. */
export function knownLabels(labels: Float64Array, rows: readonly ExamplesRow[], label: string): Float64Array {
  return labels.map((value, row) => {
    const raw = rows[row];
    return raw && Object.hasOwn(raw, label) && raw[label] === null ? NaN : value;
  });
}
