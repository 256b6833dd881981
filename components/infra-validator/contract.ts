import { Type } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';

/**
 * Loads the model in a model server of its own and, given examples, asks it real requests.
 * Payload of `infraBlessing`: an empty file `INFRA_BLESSED`; or `INFRA_NOT_BLESSED`, and the server's log of every
 * try in `server.log`. A model that cannot be served is a successful execution.
 */
export const InfraValidator = defineComponent({
  type: 'InfraValidator',
  version: 2,
  cache: 'content',
  inputs: { model: one('Model'), examples: optional('Examples') },
  outputs: { infraBlessing: 'InfraBlessing' },
  parameters: Type.Object({
    numTries: Type.Integer({ default: 5, minimum: 1, maximum: 20, description: 'servers started before giving up' }),
    maxLoadingTimeSeconds: Type.Integer({ default: 300, minimum: 1, description: 'time for the model to load' }),
    numExamples: Type.Integer({ default: 1, minimum: 1, maximum: 1000, description: 'examples sent by signature' }),
    signatureNames: Type.Array(Type.String({ minLength: 1 }), { default: ['serving_default'], minItems: 1 }),
    splitName: Type.Optional(Type.String({ minLength: 1, description: 'the first split when left out' })),
  }),
  execution: { timeout: '1 hour', attempts: 3, weight: 'heavy' },
});
