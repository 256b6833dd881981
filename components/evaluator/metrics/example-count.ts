import { stateOf, type ScalarMetric } from './metric.js';
import { weightedSums } from './weighted-sums.js';

/** The number of examples; with example weights their sum, as in TFMA. */
export const exampleCount: ScalarMetric = {
  kind: 'scalar',
  name: 'exampleCount',
  words: 'example count',
  tfma: { className: 'ExampleCount', name: 'example_count' },
  direction: 'HIGHER_IS_BETTER',
  heads: ['regression', 'binary', 'multiclass'],
  needs: [weightedSums],
  value: (states) => stateOf(states, weightedSums).weight,
};
