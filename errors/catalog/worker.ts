import type { Catalog } from './catalog.js';

export const worker = {} as const satisfies Catalog;
