import { defineComponent, optional, Type } from '../../workflows/index.js';

const parameters = Type.Object({ salt: Type.String({ default: '' }) });
const common = {
  version: 1,
  cache: 'content',
  inputs: { before: optional('Step') },
  outputs: { step: 'Step' },
  parameters,
} as const;

/** Runs in the worker's main thread. */
export const LightStep = defineComponent({ ...common, type: 'LightStep', execution: { weight: 'light' } });
/** Runs in a thread of its own; being a user's code, in a fresh one. */
export const HeavyStep = defineComponent({ ...common, type: 'HeavyStep', execution: { weight: 'heavy' } });
