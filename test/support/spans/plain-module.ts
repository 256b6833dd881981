import { defineSchema, float, string } from '../../../modules.js';

/** Without a comparator. */
export const schema = defineSchema({ city: string(), fare: float() });
