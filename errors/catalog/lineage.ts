import type { Catalog } from './catalog.js';

export const lineage = {} as const satisfies Catalog;
