import { Type } from '@sinclair/typebox';
import { defineComponent, one, optional } from '../contract.js';

/**
 * Pushes a model to `<destination>/<version>/`, where a model server finds it, unless a blessing says no.
 * The executor only stages a copy into `pushedModel`; the activity commits it under a fence. A model that lies at its
 * destination already is not written again. Not pushed is a successful execution with property `pushed` 0.
 */
export const Pusher = defineComponent({
  type: 'Pusher',
  version: 1,
  cache: 'never',
  inputs: { model: one('Model'), blessing: optional('ModelBlessing'), infraBlessing: optional('InfraBlessing') },
  outputs: { pushedModel: 'PushedModel' },
  parameters: Type.Object({
    destination: Type.String({ minLength: 1, description: "the model's base folder: path, file:// or s3:// URI" }),
    version: Type.Optional(
      Type.Integer({ minimum: 1, description: 'chosen by begin: unix seconds, above every version that is there' }),
    ),
  }),
  execution: { timeout: '1 hour', attempts: 10, weight: 'light' },
});
