import { meanOf, meanValue } from './mean-of.js';
import type { ScalarMetric } from './metric.js';

/** A class that is certainly absent adds nothing, even where its logarithm is infinite. */
const term = (label: number, probability: number) => (label === 0 ? 0 : -label * Math.log(probability));

const logLoss = meanOf('binaryCrossEntropy', (label, prediction) => {
  return term(label, prediction) + term(1 - label, 1 - prediction);
});

/**
 * Mean of −y ln p − (1 − y) ln(1 − p), in nats; infinite when a certain prediction is wrong.
 * Where a certain prediction is right TFMA says NaN (0 · ∞), which would fail every threshold; this says 0.
 */
export const binaryCrossEntropy: ScalarMetric = {
  kind: 'scalar',
  name: 'binaryCrossEntropy',
  words: 'binary cross entropy',
  tfma: { className: 'BinaryCrossEntropy', name: 'binary_crossentropy' },
  direction: 'LOWER_IS_BETTER',
  heads: ['binary'],
  needs: [logLoss],
  value: (states) => meanValue(states, logLoss),
};
