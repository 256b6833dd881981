import type { Catalog } from './catalog.js';

export const serving = {} as const satisfies Catalog;
