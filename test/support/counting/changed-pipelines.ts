import { component, pipeline, Type } from '../../../workflows/index.js';
import { Count, Sum } from './contracts.js';

const count = component(Count);
const sum = component(Sum);

/** `counting` with a node in between: an incompatible change for runs that are under way. */
export const counting = pipeline(
  Type.Object({ size: Type.Integer({ default: 10 }) }, { additionalProperties: true }),
  async (p) => {
    const { numbers } = await count({ size: p.size });
    const { numbers: more } = await count({ size: p.size + 1 }, { id: 'Count[more]' });
    return await sum({ numbers: [numbers, more] });
  },
);
