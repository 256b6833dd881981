import type { Catalog } from './catalog.js';

export const client = {} as const satisfies Catalog;
