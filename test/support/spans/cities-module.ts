import { defineSchema, string } from '../../../modules.js';

export const schema = defineSchema({ city: string({ drift: { infinityNorm: 0.1 } }) });
