import type { Catalog } from './catalog.js';

export const training = {} as const satisfies Catalog;
