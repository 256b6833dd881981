import type { Catalog } from './catalog.js';

export const local = {} as const satisfies Catalog;
