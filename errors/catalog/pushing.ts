import type { Catalog } from './catalog.js';

export const pushing = {} as const satisfies Catalog;
