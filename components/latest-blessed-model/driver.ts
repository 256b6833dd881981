import { implement } from '../implement.js';
import { LatestBlessedModel } from './contract.js';

/**
 * The pipeline's newest blessed model with another digest than `unless`; none on a first run. A model of the same
 * content is no baseline for itself: leaving it out makes the answer for A, B, B the same A both times.
 */
export const latestBlessedModel = implement(LatestBlessedModel, {
  driver: async ({ inputs, lineage, pipeline }) => {
    const [unless] = inputs.unless;
    const blessed = await lineage.blessedModels(pipeline);
    const found = blessed.find(({ model }) => model.digest !== unless?.digest);
    if (!found) {
      return { reuse: {}, summary: blessed.length === 0 ? 'no blessed model yet' : 'no other model is blessed' };
    }
    return { reuse: { model: found.model }, summary: `Model ${found.model.id}, of ${blessed.length} blessed` };
  },
});
