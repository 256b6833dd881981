import type { Catalog } from './catalog.js';

export const evaluation = {} as const satisfies Catalog;
