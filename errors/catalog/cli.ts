import type { Catalog } from './catalog.js';

export const cli = {} as const satisfies Catalog;
