import { Type } from '@sinclair/typebox';
import { defineComponent, many, one, optional } from '../contract.js';
import { EvaluationConfig } from './evaluation-config.js';

/**
 * Measures a model on raw examples, whole and by slice, beside a baseline when there is one, and blesses it or not.
 * Outputs: `evaluation` holds TFMA's records and `metrics.json`; `blessing` an empty file `BLESSED`, `NOT_BLESSED` or
 * `NOT_EVALUATED`. A model that is not blessed is a successful execution.
 */
export const Evaluator = defineComponent({
  type: 'Evaluator',
  version: 1,
  cache: 'content',
  inputs: { examples: many('Examples'), model: one('Model'), baseline: optional('Model'), schema: optional('Schema') },
  outputs: { evaluation: 'ModelEvaluation', blessing: 'ModelBlessing' },
  parameters: Type.Object({
    config: EvaluationConfig,
    exampleSplits: Type.Array(Type.String({ minLength: 1 }), {
      default: ['eval'],
      minItems: 1,
      description: 'the splits to evaluate on',
    }),
  }),
  execution: { timeout: '2 hours', attempts: 5, weight: 'heavy' },
});
