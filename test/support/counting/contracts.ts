import { defineComponent, many, one, Type } from '../../../workflows/index.js';

/** Light: writes the numbers 1 to `size`. */
export const Count = defineComponent({
  type: 'Count',
  version: 1,
  cache: 'content',
  inputs: {},
  outputs: { numbers: 'Numbers' },
  parameters: Type.Object({
    size: Type.Integer({ default: 10, minimum: 1 }),
    salt: Type.String({ default: '', description: 'makes the fingerprint another one' }),
    fail: Type.Boolean({ default: false }),
  }),
  execution: { timeout: '1 minute', attempts: 3, weight: 'light' },
});

/** Heavy and slow: adds numbers up in steps, with a checkpoint after each. */
export const Sum = defineComponent({
  type: 'Sum',
  version: 1,
  cache: 'content',
  inputs: { numbers: many('Numbers') },
  outputs: { sum: 'Sum' },
  parameters: Type.Object({
    steps: Type.Integer({ default: 10, minimum: 1 }),
    stepMs: Type.Integer({ default: 20, minimum: 0 }),
    /** Stops without listening to its signal, as native code does. */
    deaf: Type.Boolean({ default: false }),
  }),
  execution: { timeout: '5 minutes', attempts: 10, weight: 'heavy' },
});

/** Light: adds numbers up in parts, each of some of the artifacts. */
export const Tally = defineComponent({
  type: 'Tally',
  version: 1,
  cache: 'content',
  inParts: true,
  inputs: { numbers: many('Numbers') },
  outputs: { sum: 'Sum' },
  parameters: Type.Object({
    partMs: Type.Integer({ default: 0, minimum: 0, description: 'how long a part takes' }),
    failingPart: Type.Optional(Type.Integer()),
  }),
  execution: { timeout: '1 minute', attempts: 2, weight: 'light' },
});

/** A resolver that finds nothing. */
export const Nothing = defineComponent({
  type: 'Nothing',
  version: 1,
  cache: 'never',
  runs: 'driver',
  inputs: {},
  outputs: { sum: 'Sum' },
  optionalOutputs: ['sum'],
  parameters: Type.Object({}),
});

/** Takes one sum; for tests of wiring. */
export const Show = defineComponent({
  type: 'Show',
  version: 1,
  cache: 'content',
  inputs: { sum: one('Sum') },
  outputs: { shown: 'Shown' },
  parameters: Type.Object({ text: Type.String() }),
  execution: { weight: 'light' },
});
