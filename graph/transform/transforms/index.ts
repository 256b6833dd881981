import { PipelineError } from '../../../errors/pipeline-error.js';
import type { Tracer } from '../tracer.js';
import type { Transforms } from '../user-api.js';
import { arithmeticTransforms } from './arithmetic.js';
import { bucketTransforms } from './buckets.js';
import { missingTransforms } from './missing.js';
import { closest } from './closest.js';
import { scalingTransforms } from './scaling.js';
import { stringTransforms } from './strings.js';
import { vectorTransforms } from './vectors.js';

/** TensorFlow Transform's names, for people who know those. */
const PYTHON_NAMES: Readonly<Record<string, string>> = {
  scale_to_z_score: 'zScore',
  scale_to_z_score_per_key: 'zScorePerKey',
  scale_to_0_1: 'scaleTo01',
  scale_to_0_1_per_key: 'scaleTo01PerKey',
  scale_by_min_max: 'scaleByMinMax',
  scale_by_min_max_per_key: 'scaleByMinMaxPerKey',
  compute_and_apply_vocabulary: 'vocabulary',
  computeAndApplyVocabulary: 'vocabulary',
  scaleToZScore: 'zScore',
  apply_vocabulary: 'applyVocabulary',
  apply_buckets: 'applyBuckets',
  bucketize_per_key: 'bucketizePerKey',
  hash_strings: 'hashStrings',
  var: 'variance',
};

/** The functions that user code gets while it is traced. An unknown one is an error that names the nearest. */
export function makeTransforms(tracer: Tracer): Transforms {
  const all = {
    ...missingTransforms(tracer),
    ...arithmeticTransforms(tracer),
    ...scalingTransforms(tracer),
    ...bucketTransforms(tracer),
    ...stringTransforms(tracer),
    ...vectorTransforms(tracer),
  } satisfies Record<keyof Transforms, unknown>;
  return new Proxy(all, {
    get: (target, name) => {
      if (typeof name === 'symbol' || Object.hasOwn(target, name)) return Reflect.get(target, name) as unknown;
      const suggestion = PYTHON_NAMES[name] ?? closest(name, Object.keys(target));
      throw new PipelineError('TRANSFORM_UNKNOWN_FUNCTION', {
        what: `preprocessing uses the transform "${name}", which does not exist.`,
        fix:
          suggestion === undefined
            ? `There are: ${Object.keys(target).sort().join(', ')}.`
            : `Did you mean \`${suggestion}\`?`,
        details: { transform: name },
      });
    },
  }) as unknown as Transforms;
}
