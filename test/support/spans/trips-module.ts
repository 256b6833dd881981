import { defineSchema, float, string } from '../../../modules.js';

/** A categorical and a numeric comparator. */
export const schema = defineSchema({
  city: string({ drift: { infinityNorm: 0.1 } }),
  fare: float({ drift: { jensenShannon: 0.2 } }),
});
