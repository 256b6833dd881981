import { Type } from '@sinclair/typebox';
import { defineComponent, optional } from '../contract.js';

/**
 * Resolver: the pipeline's newest blessed model, or nothing on a first run.
 * `unless` leaves out models with that model's digest, so that the answer is the same before and after it is blessed.
 */
export const LatestBlessedModel = defineComponent({
  type: 'LatestBlessedModel',
  version: 1,
  cache: 'never',
  runs: 'driver',
  inputs: { unless: optional('Model') },
  outputs: { model: 'Model' },
  optionalOutputs: ['model'],
  parameters: Type.Object({}),
  execution: { timeout: '1 minute', weight: 'light' },
});
